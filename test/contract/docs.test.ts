/** What the documents say is so: links, commands, variables, codes, words. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import t from 'tap'
import { generateReferencePages } from '../../scripts/generate/reference-pages.ts'
import { generateRulePages } from '../../scripts/generate/rule-pages.ts'
import { settings } from '../../src/config-settings.ts'
import { standingRules } from '../../src/domain/custody/rules/flaggable.ts'
import { bookRules } from '../../src/domain/custody/rules/table.ts'
import { publicStates, transitions } from '../../src/domain/epd/lifecycle.ts'
import { epdRules } from '../../src/domain/epd/rules/table.ts'
import { partyRules } from '../../src/domain/party/rules.ts'
import { errors } from '../../src/errors.ts'
import { sheetCodes } from '../../src/formats/csv/cell-finding.ts'
import { epdWriters } from '../../src/formats/epd-writers.ts'
import { epdMediaTypes } from '../../src/formats/media-types.ts'
import { isForEverybody } from '../../src/registry/proofs/for-everybody.ts'
import { codeOnly, root, sourceFiles } from '../support/source-tree.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const pages = globSync('{*.md,docs/**/*.md,src/**/*.md,bench/**/*.md}', { cwd: root }).sort()
const settingsFiles = ['.env.example', 'docker-compose.yml', 'Dockerfile']
const files = sourceFiles()

t.test(
  'the runbook has every privilege of the role that erases, for who has to make it',
  async (t) => {
    const plain = (text: string) => text.replace(/\s+/g, ' ')
    const grants = plain(read('src/storage/append-only.sql')).match(
      /grant [^;]* to lodestone_erasure;/g
    )
    t.ok((grants?.length ?? 0) > 5)
    const runbook = plain(read('docs/operations.md'))
    t.strictSame(
      (grants ?? []).filter((grant) => !runbook.includes(grant)),
      []
    )
  }
)

t.test('the operator is told what to do about each alert', async (t) => {
  const alerts = read('docs/monitoring/alerts.yml').match(/(?<=alert: Lodestone)\w+/g) ?? []
  const table = read('docs/operations.md').match(/^\| alert \| do \|\n(\|.*\n)+/m)?.[0] ?? ''
  const told = [...table.matchAll(/^\| ([a-z][^|]*) \|/gm)]
    .flatMap(([, names = '']) => names.replace(/ \(.*\)/, '').split(', '))
    .filter((name) => name !== 'alert')
  t.strictSame(told.sort(), alerts.map((name) => wordsOf(name).join(' ')).sort())
  t.ok(alerts.length > 10)
})

t.test('every link leads to a file and a heading that exist', async (t) => {
  let count = 0
  const broken = pages.flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      if (/^(https?|mailto):/.test(link)) return []
      count += 1
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : normalize(join(dirname(page), path))
      if (!existsSync(join(root, target))) return [`${page}: ${link} does not exist`]
      const missing = anchor !== undefined && !anchorsOf(read(target)).has(anchor)
      return missing ? [`${page}: ${link} has no such heading`] : []
    })
  )
  t.strictSame(broken, [])
  t.ok(count > 20, `${count} links of ${pages.length} pages`)
})

t.test('every page is led to by another one', async (t) => {
  const led = new Set(
    pages.flatMap((page) =>
      [...withoutCode(read(page)).matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g)]
        .map(([, link = '']) => normalize(join(dirname(page), link)))
        .filter((target) => target !== page)
    )
  )
  const alone = pages.filter((page) => page.startsWith('docs/') && !led.has(page))
  t.strictSame(alone, [])
})

t.test('every media type of declarations is told of, and which way it goes', async (t) => {
  const rows = read('docs/epds.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('`'))
  const going = (column: number) => (type: string) =>
    rows.some((row) => row.includes(`\`${type}\``) && row.split('|')[column]?.trim() === 'yes')
  const written = epdWriters.map(({ mediaType }) => mediaType)
  t.strictSame(
    epdMediaTypes.filter((type) => !going(3)(type)),
    [],
    'in'
  )
  t.strictSame(
    written.filter((type) => !going(4)(type)),
    [],
    'out'
  )
})

t.test('what docs/proofs.md says of the kinds of entries is what is verified', (t) => {
  const rows = read('docs/proofs.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  const kinds = rows
    .map((row) => row.split(' | '))
    .filter(([, , leaf = '']) => /^(plain|blind)/.test(leaf))
    .flatMap(([names = '', , leaf = '']) => inCode(names).map((kind) => ({ kind, leaf })))
  t.ok(kinds.length > 20, `${kinds.length} kinds`)
  for (const { kind, leaf } of kinds.filter(({ kind }) => kind !== 'epd_transition')) {
    t.equal(isForEverybody({ kind, body: {} }), leaf === 'plain', kind)
  }
  const step = kinds.find(({ kind }) => kind === 'epd_transition')?.leaf ?? ''
  t.strictSame(
    inCode(step)
      .filter((word) => word !== 'state')
      .sort(),
    [...publicStates].sort()
  )
  const signed = transitions.filter((transition) => transition.signed)
  const always =
    read('docs/proofs.md').match(/An `epd_transition` with[^:]*refused without/s)?.[0] ?? ''
  t.strictSame(
    new Set(inCode(always).filter((word) => !/^(epd_transition|transition|state)$/.test(word))),
    new Set(signed.flatMap(({ name, to }) => [name, to]))
  )
  t.end()
})

/** The words that are written as code. */
function inCode(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)
}

t.test('every document that code speaks of exists', async (t) => {
  const known = new Set(pages.flatMap((page) => [page, basename(page)]))
  const unknown = files.flatMap((file) =>
    [...file.text.matchAll(/[\w./-]*\w\.md\b/g)]
      .map(([name]) => name.replace(/^\.\//, ''))
      .filter((name) => !known.has(name) && !known.has(`docs/${name}`))
      .map((name) => `src/${file.path} speaks of ${name}`)
  )
  t.strictSame(unknown, [])
})

t.test('the generated pages are those of the tables', async (t) => {
  const generated = [...(await generateReferencePages()), ...(await generateRulePages())]
  for (const { path, content } of generated) {
    t.ok(existsSync(join(root, path)) && read(path) === content, `${path}: npm run generate`)
  }
  const listed = [...read('docs/reference/errors.md').matchAll(/^\| `(\w+)` \| (\d+) \|/gm)]
  t.strictSame(
    listed.map(([, name, status]) => [name, Number(status)]),
    Object.entries(errors).map(([name, [status]]) => [name, status])
  )
})

t.test('every code of a finding is in a table, and every code of a table is in use', async (t) => {
  const tables = { ...bookRules, ...epdRules, ...partyRules, ...sheetCodes, SCHEMA: {} }
  const reported = new Set<string>()
  for (const { path, text } of files) {
    if (/(^|\/)table\.ts$|party\/rules\.ts$|cell-finding\.ts$/.test(path)) continue
    for (const [code = ''] of text.matchAll(/(?<=')[A-Z][A-Z0-9_]{2,}(?=')/g)) {
      reported.add(code)
    }
  }
  const dead = Object.keys(tables).filter((code) => !reported.has(code))
  t.strictSame(dead, [], 'codes that nothing reports')
  const literals = files.flatMap(({ path, text }) =>
    [...text.matchAll(/\brule: '\w+',\s+code: '([A-Z][A-Z0-9_]+)'/g)].map(([, code = '']) => ({
      path,
      code
    }))
  )
  const unlisted = literals
    .filter(({ code }) => !Object.hasOwn(tables, code) && !Object.hasOwn(errors, code))
    .map(({ path, code }) => `src/${path}: ${code}`)
  t.strictSame(unlisted, [], 'codes that no page documents')
})

t.test('which rules hold always is said the same everywhere', async (t) => {
  const { paths } = JSON.parse(read('openapi/openapi.json'))
  const said = `${standingRules} hold always`
  for (const [where, text] of [
    ['custody', read('docs/custody.md')],
    ['rules', read('docs/reference/rules.md')],
    ['description', paths['/v1/rule-settings'].post.description]
  ]) {
    t.ok(text.includes(said), `${where}: ${said}`)
  }
})

t.test('every error that stops a request is thrown', async (t) => {
  const code = files.filter(({ path }) => path !== 'errors.ts').map(({ text }) => text)
  const dead = Object.keys(errors).filter(
    (name) => !code.some((text) => text.includes(`'${name}'`))
  )
  t.strictSame(dead, [])
})

t.test('documents name only variables and npm scripts that exist', async (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const variables = new Set(Object.values(settings).map(({ variable }) => variable as string))
  const wrong = [...pages, ...settingsFiles].flatMap((page) => {
    const text = read(page)
    const unknown = [...text.matchAll(/\bLODESTONE_[A-Z_]*[A-Z]\b/g)]
      .map(([name]) => name)
      .filter((name) => !variables.has(name))
    const absent = [...text.matchAll(/\bnpm run ([\w:]+)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !(name in scripts))
    return [...unknown, ...absent].map((name) => `${page}: ${name}`)
  })
  t.strictSame(wrong, [])
})

t.test('every command of the command line is told of', async (t) => {
  const names = [...read('src/cli.ts').matchAll(/^ {4}name: '([\w-]+)'/gm)].map(([, name]) => name)
  const told = read('docs/cli.md')
  const missing = names.filter(
    (name) => !told.includes(`| \`lodestone ${name}`) && !told.includes(`, \`lodestone ${name}`)
  )
  t.strictSame(missing, [])
  t.ok(names.length > 12, `${names.length} commands`)
})

t.test('commands that documents show are commands that the program takes', async (t) => {
  const found = read('src/cli.ts').matchAll(
    /^ {4}name: '([\w-]+)'[\s\S]*?import\('\.(\/cli\/[\w-]+\.ts)'\)\)\.(\w+)/gm
  )
  const help = new Map<string, string>()
  for (const [, name = '', path = '', exported = ''] of found) {
    const { [exported]: command } = await import(join(root, 'src', path))
    help.set(name, command.help)
  }
  let count = 0
  const wrong = pages.flatMap((page) =>
    commandsIn(read(page)).flatMap((line) => {
      count += 1
      const [, name = ''] = line.split(/\s+/)
      const known = help.get(name)
      if (known === undefined) return name === 'help' ? [] : [`${page}: ${line}`]
      const options = [...line.matchAll(/(?<=\s)--?[a-z][\w-]*/g)].map(([option]) => option)
      return options
        .filter((option) => option !== '--help' && !new RegExp(`${option}\\b`).test(known))
        .map((option) => `${page}: ${name} has no ${option}`)
    })
  )
  t.strictSame(wrong, [])
  t.ok(count > 40, `${count} commands`)
})

t.test('every setting is read by something', async (t) => {
  const code = files.filter(({ path }) => !path.startsWith('config')).map(({ text }) => text)
  const unread = Object.entries(settings)
    .filter(([name]) => !code.some((text) => new RegExp(`\\b${name}\\b`).test(text)))
    .map(([, { variable }]) => variable)
  t.strictSame(unread, [])
})

t.test('names of the public contract keep to the glossary', async (t) => {
  const avoided =
    /^(lots?|stocks?|inventory|movements?|tenants?|sequence|offset|certs?|genealogy|pedigree|waste|score|rating)$/
  const contract = ['openapi/openapi.json', ...globSync('schemas/*.json', { cwd: root })]
  const found = contract.flatMap((path) =>
    [...namesOf(JSON.parse(read(path)))]
      .filter((name) => wordsOf(name).some((word) => avoided.test(word)))
      .map((name) => `${path}: ${name}`)
  )
  const named = files.filter(({ path }) => wordsOf(path).some((word) => avoided.test(word)))
  t.strictSame([...found, ...named.map(({ path }) => `src/${path}`)], [])
  const glossary = read('docs/GLOSSARY.md')
  for (const word of ['EPD', 'batch', 'event', 'posting', 'stage', 'step', 'account', 'position']) {
    t.ok(glossary.includes(`\n| ${word} |`), `the glossary explains ${word}`)
  }
})

t.test('spelling is American', async (t) => {
  // `aria-labelledby` is how the standard spells it.
  const british =
    /\b(organis|behaviour|colour|favour|neighbour|centre|catalogue|(?<!aria-)labelled|analyse[ds]?\b|honour)/i
  const texts = [
    ...pages.map((path) => ({ path, text: read(path) })),
    ...files.map(({ path, text }) => ({ path: `src/${path}`, text })),
    ...globSync('schemas/*.json', { cwd: root }).map((path) => ({ path, text: read(path) }))
  ]
  const found = texts.flatMap(({ path, text }) => {
    const word = british.exec(text)?.[0]
    return word === undefined ? [] : [`${path}: ${word}`]
  })
  t.strictSame(found, [])
})

t.test('nothing is left to do in code that is committed', async (t) => {
  const marks = files.filter(({ text }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(text))
  t.strictSame(
    marks.map(({ path }) => `src/${path}`),
    []
  )
  const disabled = files.filter(({ text }) => /\bas any\b/.test(codeOnly(text)))
  t.strictSame(
    disabled.map(({ path }) => `src/${path}`),
    []
  )
})

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
}

/** What is typed after a prompt: lines of code blocks, and code within the text. */
function commandsIn(text: string): string[] {
  const lines = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block.split('\n')
  )
  const words = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  return [...lines, ...words].flatMap((code) =>
    code
      .split(/&&|\$\(/)
      .map((part) => part.trim().replace(/^(docker compose exec lodestone )?(\.\/bin\/)?/, ''))
      .filter((part) => /^lodestone [a-z-]+/.test(part))
      .map((part) => part.replace(/ #.*/, ''))
  )
}

/** The anchors of headings as they are commonly made. */
function anchorsOf(text: string): Set<string> {
  const headings = [...withoutCode(text.replaceAll('`', '')).matchAll(/^#+ (.+)$/gm)]
  return new Set(
    headings.map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .trim()
        .replace(/\s/g, '-')
    )
  )
}

/** Names of properties and parameters, and words of paths. */
function* namesOf(node: unknown, key = ''): Generator<string> {
  if (Array.isArray(node)) {
    for (const item of node) yield* namesOf(item)
    return
  }
  if (typeof node !== 'object' || node === null) return
  if (['examples', 'example', 'enum'].includes(key)) return
  for (const [name, value] of Object.entries(node)) {
    if (key === 'properties' || name.startsWith('/')) yield name
    if (name === 'name' && typeof value === 'string' && 'in' in node) yield value
    yield* namesOf(value, name)
  }
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
}
