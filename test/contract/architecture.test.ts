/**
 * Owns the law of the house: who may import whom. docs/ARCHITECTURE.md shows the same table and is
 * compared with this one. A violation is reported as `file:line room -> room, what to do instead`.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import {
  codeOnly,
  type Import,
  linesMatching,
  root,
  type SourceFile,
  sourceFile,
  sourceFiles
} from '../support/source-tree.ts'

interface Room {
  /** Rooms that it may import; `room (types)` allows `import type` only. */
  readonly rooms: readonly string[]
  /** npm packages, by name or by scope. */
  readonly packages: readonly string[]
  /** Modules of Node. */
  readonly node: readonly string[]
}

const EVERYTHING = ['*']

/** The law. A room is a folder of src, or a file at its top. */
const law: Readonly<Record<string, Room>> = {
  domain: { rooms: [], packages: [], node: ['crypto'] },
  formats: {
    rooms: ['domain', 'generated', 'errors'],
    packages: ['ajv', 'ajv-formats', 'csv-parse', 'csv-stringify', 'saxes', 'yauzl', 'yazl'],
    node: ['buffer', 'crypto', 'fs', 'stream', 'util', 'zlib']
  },
  log: { rooms: ['domain', 'errors'], packages: ['jose'], node: ['crypto'] },
  identity: { rooms: ['domain', 'errors'], packages: ['jose'], node: ['crypto', 'util'] },
  storage: {
    rooms: ['domain', 'log (types)', 'errors'],
    packages: ['drizzle-orm', 'pg'],
    node: EVERYTHING
  },
  reports: {
    rooms: ['domain'],
    packages: ['csv-stringify', 'pdfmake', 'fontkit', '@embedpdf/*'],
    node: ['crypto', 'url', 'child_process']
  },
  registry: {
    rooms: ['domain', 'formats', 'log', 'identity', 'storage', 'reports', 'errors'],
    packages: ['uuid'],
    node: ['crypto']
  },
  http: {
    rooms: ['registry', 'web', 'domain (types)', 'formats', 'errors', 'generated'],
    packages: ['fastify', '@fastify/*', 'typebox', 'ajv', 'ajv-formats', 'prom-client'],
    node: ['crypto', 'fs', 'http', 'net', 'perf_hooks', 'stream']
  },
  web: {
    rooms: ['registry', 'domain (types)', 'formats', 'errors', 'generated'],
    packages: ['fastify', 'typebox'],
    node: ['fs']
  },
  generated: { rooms: [], packages: [], node: [] },
  errors: { rooms: [], packages: [], node: [] },
  config: { rooms: ['errors'], packages: ['typebox'], node: ['net', 'os', 'path'] },
  reference: { rooms: ['domain'], packages: ['typebox'], node: ['fs'] },
  logger: { rooms: [], packages: ['pino'], node: ['os'] },
  service: { rooms: EVERYTHING, packages: ['fastify'], node: ['path'] },
  server: { rooms: EVERYTHING, packages: ['close-with-grace', 'pino'], node: EVERYTHING },
  cli: { rooms: EVERYTHING, packages: ['close-with-grace', 'pino'], node: EVERYTHING }
}

/** What the law does not allow and is right all the same; each entry must be in use. */
const exceptions: readonly { from: string; to: string; why: string }[] = [
  {
    from: 'storage/journal/journal-rows.ts',
    to: 'log/entry.ts',
    why: 'the statement of an entry holds its time, which is known only under the lock of the journal head'
  }
]

const SOFT_LINES = 250
const HARD_LINES = 400
const README_LINES = 15
const files = sourceFiles()

t.test('every import is allowed by the table', async (t) => {
  t.comment(`\n${table()}`)
  const unused = new Set(exceptions)
  const violations = files.flatMap((file) =>
    file.imports.flatMap((one) => {
      const why = refusal(file, one)
      const exception = exceptions.find(({ from, to }) => from === file.path && to === one.target)
      if (why === null) return []
      if (exception) {
        unused.delete(exception)
        return []
      }
      return [`src/${file.path}:${one.line} ${why}`]
    })
  )
  t.strictSame(violations, [])
  t.strictSame([...unused], [], 'every exception is still needed')
})

t.test('the checks see what they look for', async (t) => {
  const planted = sourceFile(
    'domain/custody/planted.ts',
    `import { readFile } from 'node:fs/promises'
import pg from 'pg'
import {
  type Database,
  openDatabase
} from '../../storage/database.ts'
import type { Finding } from '../finding.ts'
export { RegistryError } from '../../errors.ts'
const later = await import('../../config.ts')
`
  )
  t.strictSame(
    planted.imports.map((one) => refusal(planted, one)?.replace(/:.*/, '') ?? 'allowed').sort(),
    [
      'allowed',
      'domain -> config (../../config.ts)',
      'domain -> errors (../../errors.ts)',
      'domain -> node',
      'domain -> pg',
      'domain -> storage (../../storage/database.ts)'
    ]
  )
  const app = sourceFile(
    'http/planted.ts',
    "import { type Finding } from '../domain/finding.ts'\nimport { acceptable } from '../domain/finding.ts'\n"
  )
  const [types, value] = app.imports.map((one) => refusal(app, one))
  t.equal(types, null, 'types of the domain are open to http')
  t.match(value, /types only/)
  const code = codeOnly("const a = '*/*' // await\n/* async */ const b = await c('x // y')\n")
  t.strictSame(linesMatching(code, /\bawait\b/), [2])
  t.strictSame(linesMatching(code, /\basync\b/), [])
})

t.test('the table covers every room, and docs/ARCHITECTURE.md shows the same one', async (t) => {
  const rooms = new Set(files.map((file) => roomOf(file.path)))
  t.strictSame([...rooms].filter((room) => !(room in law)).sort(), [])
  const page = readFileSync(join(root, 'docs/ARCHITECTURE.md'), 'utf8')
  t.ok(page.includes(table()), `docs/ARCHITECTURE.md needs this table:\n${table()}`)
})

t.test('the domain never waits and never reaches outside', async (t) => {
  t.strictSame(lines('domain/', /\b(await|async|Promise|fetch|setTimeout|process)\b/), [])
  const hashes = files
    .filter((file) => file.path.startsWith('domain/'))
    .flatMap((file) => file.imports.filter((one) => one.specifier === 'node:crypto'))
    .flatMap((one) => one.names)
  t.strictSame([...new Set(hashes)], ['hash'], 'only the hash of node:crypto')
  t.strictSame(lines('domain/', /\b(Date\.now\(\)|new Date\(\)|Math\.random)/), [], 'no clock')
})

t.test('only config.ts reads the environment', async (t) => {
  t.strictSame(lines('', /\bprocess\s*(\.|\[)\s*env\b|\benv\b.*from ''/, ['config.ts']), [])
})

t.test('only storage speaks to the database', async (t) => {
  const statement = /\b(db|tx|database|transaction)\s*\.\s*(query|orm|pool)\b/
  t.strictSame(lines('', statement, ['storage/']), [])
})

t.test('whoever holds a connection asks for no second one', async (t) => {
  const elsewhere =
    /\bdeps\.db\b|\b(acceptSignature|acceptRequest|acceptsUnsigned|vouchedFor|signedLoosening)\(/
  const transactions = files
    .filter(({ path }) => path.startsWith('registry/'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\.transaction\(/g)].map(({ index }) => ({
        path,
        work: insideOf(text, text.indexOf('(', index))
      }))
    )
  t.ok(transactions.length > 30, `${transactions.length} transactions`)
  t.strictSame(
    transactions.filter(({ work }) => elsewhere.test(work)).map(({ path }) => path),
    []
  )
})

/** From a bracket to the one that closes it. */
function insideOf(text: string, open: number): string {
  let depth = 0
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1
    if (text[at] === ')') depth -= 1
    if (depth === 0) return text.slice(open, at)
  }
  return text.slice(open)
}

t.test('only http knows status codes, beside the table of errors', async (t) => {
  const status = /\b(statusCode|status)\b\s*[:=(]+\s*[1-5]\d\d\b|\.code\(\s*[1-5]\d\d\b/
  t.strictSame(lines('', status, ['http/', 'cli/', 'errors.ts']), [])
})

t.test('only identity and log touch keys', async (t) => {
  const keys =
    /^(sign|verify|create(Private|Public)Key|generateKeyPair(Sync)?|createSign|createVerify)$/
  const violations = files
    .filter((file) => !/^(identity|log)\//.test(file.path))
    .flatMap((file) =>
      file.imports
        .filter((one) => one.specifier === 'node:crypto' && one.names.some((n) => keys.test(n)))
        .map((one) => `src/${file.path}:${one.line} takes ${one.names.join(', ')}`)
    )
  t.strictSame(violations, [])
})

t.test('names say what a file is about', async (t) => {
  const vague = /(^|\/)(index|utils?|helpers?|common|misc|shared|types|lib)(\.ts$|\/)/
  t.strictSame(
    files.map((file) => file.path).filter((path) => vague.test(path)),
    []
  )
  t.strictSame(lines('', /^export \* /), [], 'no barrels')
  t.strictSame(lines('', /^export default\b/), [], 'named exports only')
})

t.test('a file has one idea', async (t) => {
  const written = files.filter((file) => !file.path.startsWith('generated/'))
  const sizes = written.map((file) => file.lines).sort((a, b) => a - b)
  const median = sizes[Math.floor(sizes.length / 2)] ?? 0
  t.comment(`${sizes.length} files, median ${median} lines, longest ${sizes.at(-1)}`)
  const long = written.filter((file) => file.lines > SOFT_LINES)
  for (const file of long) t.comment(`more than ${SOFT_LINES}: src/${file.path} ${file.lines}`)
  const tooLong = long.filter((file) => file.lines > HARD_LINES)
  t.strictSame(
    tooLong.map((file) => `src/${file.path} has ${file.lines} lines`),
    []
  )
  t.ok(median <= 120, `the median of ${median} lines is at most 120`)
})

t.test('the folders of a room with many lean on each other one way', async (t) => {
  for (const room of ['registry', 'storage']) {
    const uses = folderUses(room)
    const order: string[] = []
    while (order.length < uses.size) {
      const next = [...uses.keys()].filter(
        (folder) =>
          !order.includes(folder) &&
          [...(uses.get(folder) ?? [])].every((one) => order.includes(one))
      )
      if (next.length === 0) break
      order.push(...next.sort())
    }
    t.comment(`src/${room}, each after what it uses: ${order.join(', ')}`)
    const circle = [...uses.keys()].filter((folder) => !order.includes(folder))
    t.strictSame(circle, [], `no folder of src/${room} uses what uses it`)
    t.ok(order.length > 5, `src/${room} has folders`)
  }
})

t.test('every folder says what belongs in it', async (t) => {
  const folders = new Set(files.map((file) => file.path.replace(/\/?[^/]*$/, '')))
  const violations = [...folders].sort().flatMap((folder) => {
    const path = join('src', folder, 'README.md')
    if (!existsSync(join(root, path))) return [`${path} is missing`]
    const text = readFileSync(join(root, path), 'utf8')
    const count = text.trimEnd().split('\n').length
    return count > README_LINES ? [`${path} has ${count} lines, at most ${README_LINES}`] : []
  })
  t.strictSame(violations, [])
})

t.test('every file of src is a module or known data', async (t) => {
  const others = globSync('**/*.*', { cwd: join(root, 'src') })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/\.ts$|(^|\/)README\.md$/.test(path))
  t.strictSame(others.sort(), ['storage/append-only.sql', 'web/style.css'])
})

/** Why the import is not allowed, or null when it is. */
function refusal(file: SourceFile, one: Import): string | null {
  const from = roomOf(file.path)
  const room = law[from]
  if (room === undefined) return `${from} is no room of the table`
  if (one.target !== null) return ofRoom(from, room, one, roomOf(one.target))
  if (one.specifier.startsWith('node:')) {
    const name = one.specifier.replace(/^node:/, '').replace(/\/.*$/, '')
    if (one.typeOnly || permits(room.node, name)) return null
    return `${from} -> ${one.specifier}: allowed of Node: ${listed(room.node)}`
  }
  const name = packageOf(one.specifier)
  if (room.packages.some((allowed) => matches(allowed, name))) return null
  return `${from} -> ${name}: allowed packages: ${listed(room.packages)}`
}

function ofRoom(from: string, room: Room, one: Import, to: string): string | null {
  if (from === to || permits(room.rooms, to)) return null
  const typesOnly = room.rooms.includes(`${to} (types)`)
  if (typesOnly && one.typeOnly) return null
  const hint = typesOnly ? 'types only' : `allowed rooms: ${listed(room.rooms)}`
  return `${from} -> ${to} (${one.specifier}): ${hint}`
}

/** The first folder, or the name of a file at the top of src up to its first hyphen. */
function roomOf(path: string): string {
  const [first = '', ...rest] = path.split('/')
  return rest.length > 0 ? first : first.replace(/(-.*)?\.ts$/, '')
}

/** Which folders of a room each of its folders takes something from; what lies at its top is shared by all. */
function folderUses(room: string): Map<string, Set<string>> {
  const folder = (path: string) => path.split('/').slice(1, -1)[0]
  const uses = new Map<string, Set<string>>()
  for (const file of files.filter((file) => roomOf(file.path) === room)) {
    const from = folder(file.path)
    if (from === undefined) continue
    const used = uses.get(from) ?? new Set()
    uses.set(from, used)
    for (const { target } of file.imports) {
      if (target === null || roomOf(target) !== room) continue
      const to = folder(target)
      if (to !== undefined && to !== from) used.add(to)
    }
  }
  return uses
}

function packageOf(specifier: string): string {
  const [scope = '', name = ''] = specifier.split('/')
  return scope.startsWith('@') ? `${scope}/${name}` : scope
}

function permits(list: readonly string[], name: string): boolean {
  return list === EVERYTHING || list.includes(name)
}

function matches(allowed: string, name: string): boolean {
  return allowed.endsWith('/*') ? name.startsWith(allowed.slice(0, -1)) : allowed === name
}

/** `src/path:line` of every line of code that matches, in one part of the tree. */
function lines(under: string, pattern: RegExp, but: readonly string[] = []): string[] {
  return files
    .filter((file) => file.path.startsWith(under))
    .filter((file) => !but.some((prefix) => file.path.startsWith(prefix)))
    .flatMap((file) =>
      linesMatching(codeOnly(file.text), pattern).map(
        (line) => `src/${file.path}:${line} ${file.text.split('\n')[line - 1]?.trim()}`
      )
    )
}

function listed(list: readonly string[]): string {
  if (list === EVERYTHING) return 'everything'
  return list.length === 0 ? 'none' : list.join(', ')
}

/** The law as a Markdown table. */
function table(): string {
  const rows = Object.entries(law).map(([room, { rooms, packages, node }]) => {
    const outside = [listed(packages), listed(node.map((name) => `node:${name}`))]
    if (node === EVERYTHING) outside[1] = 'all of Node'
    const text = outside.filter((part) => part !== 'none').join('; ') || '–'
    const inside = listed(rooms)
    return `| ${room} | ${inside === 'none' ? '–' : inside} | ${text} |`
  })
  return ['| room | may import | packages; modules of Node |', '|---|---|---|', ...rows].join('\n')
}
