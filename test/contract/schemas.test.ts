import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import t from 'tap'
import { root } from '../support/source-tree.ts'

const BASE = 'https://lodestone.example/schemas/'
/** What the service says may grow: RFC 9457 3.2, and findings with them. */
const ANSWERS = ['finding.json', 'problem.json']
const paths = globSync('schemas/**/*.json', { cwd: root }).sort()
const schemas = paths.map((path) => ({
  path,
  schema: JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, unknown>
}))

t.test('every schema has an absolute name of its own and speaks 2020-12', async (t) => {
  t.ok(schemas.length >= 4, `${schemas.length} schemas: ${paths.join(', ')}`)
  for (const { path, schema } of schemas) {
    t.equal(schema['$schema'], 'https://json-schema.org/draft/2020-12/schema', path)
    t.equal(schema['$id'], `${BASE}${basename(path)}`, path)
    t.ok(schema['title'], `${path} has a title`)
    t.ok(schema['description'], `${path} says what it is for`)
  }
})

t.test('references are absolute and lead somewhere; there are no tuples', async (t) => {
  const ids = new Map(schemas.map(({ schema }) => [schema['$id'], schema]))
  const wrong = schemas.flatMap(({ path, schema }) =>
    [...keywords(schema)].flatMap(({ keyword, value, at }) => {
      if (keyword === 'prefixItems' || (keyword === 'items' && Array.isArray(value))) {
        return [`${path}${at} is a tuple`]
      }
      if (keyword !== '$ref') return []
      const [id = '', pointer = ''] = String(value).split('#')
      const target = ids.get(id)
      const found = target !== undefined && resolve(target, pointer) !== undefined
      return found ? [] : [`${path}${at} points to nothing: ${value}`]
    })
  )
  t.strictSame(wrong, [])
})

t.test('documents that are submitted have no unknown fields', async (t) => {
  const open = schemas
    .filter(({ path }) => !ANSWERS.includes(basename(path)))
    .flatMap(({ path, schema }) =>
      [...keywords(schema)]
        .filter(({ keyword, parent }) => keyword === 'properties' && 'type' in parent)
        .filter(({ parent }) => !('additionalProperties' in parent))
        .filter(({ parent }) => !('unevaluatedProperties' in parent))
        .map(({ at }) => `${path}${at.replace(/\/properties$/, '')} is open`)
    )
  t.strictSame(open, [])
})

t.test('every type of event has an example, which the description shows as well', async (t) => {
  const { schema } = schemas.find(({ path }) => path.endsWith('event.json')) ?? {}
  const { examples, $defs } = schema as {
    readonly examples: readonly { readonly type: string }[]
    readonly $defs: Readonly<
      Record<string, { readonly properties?: { readonly type?: { const?: string } } }>
    >
  }
  const types = Object.values($defs).flatMap(({ properties }) => properties?.type?.const ?? [])
  t.strictSame(examples.map(({ type }) => type).sort(), types.sort())
})

t.test('every schema compiles in strict mode and accepts its own examples', async (t) => {
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    allErrors: true,
    discriminator: true
  })
  addFormats.default(ajv)
  for (const { schema } of schemas) ajv.addSchema(schema)
  let count = 0
  for (const { path, schema } of schemas) {
    const validate = ajv.getSchema(String(schema['$id']))
    if (!validate) throw new Error(`${path} does not compile`)
    const examples = schema['examples'] as readonly unknown[] | undefined
    t.ok(examples && examples.length > 0, `${path} has examples`)
    for (const [index, example] of (examples ?? []).entries()) {
      const valid = validate(example)
      t.ok(valid, `${path} example ${index} ${valid ? '' : ajv.errorsText(validate.errors)}`)
      count += 1
    }
  }
  t.comment(`${count} examples of ${schemas.length} schemas`)
})

t.test('a transform has both sides where it names no campaign', async (t) => {
  const event = schemas.find(({ path }) => path.endsWith('event.json'))?.schema
  const validate = new Ajv2020({ strict: false }).compile(event ?? {})
  const examples = (event?.['examples'] ?? []) as { readonly type: string }[]
  const transform = examples.find(({ type }) => type === 'transform')
  t.ok(validate(transform))
  for (const side of ['inputs', 'outputs']) {
    t.notOk(validate({ ...transform, [side]: [] }), `${side} may not be empty`)
    t.ok(validate({ ...transform, [side]: [], campaign: 'Run 7' }), 'of a campaign they may')
  }
  t.ok(validate({ ...transform, inputs: [], outputs: [], campaign: 'Run 7' }))
})

t.test('every schema has its generated type', async (t) => {
  for (const path of paths) {
    const type = `src/generated/${basename(path, '.json')}.ts`
    t.ok(existsSync(join(root, type)), `${type} exists; npm run generate writes it`)
  }
})

interface Keyword {
  readonly keyword: string
  readonly value: unknown
  readonly at: string
  readonly parent: Readonly<Record<string, unknown>>
}

/** Every keyword of a schema and of its parts; examples and constants are no schemas. */
function* keywords(node: unknown, at = '#', names = false): Generator<Keyword> {
  if (Array.isArray(node)) {
    for (const [index, item] of node.entries()) yield* keywords(item, `${at}/${index}`)
    return
  }
  if (typeof node !== 'object' || node === null) return
  for (const [keyword, value] of Object.entries(node)) {
    const here = `${at}/${keyword}`
    if (names) {
      yield* keywords(value, here)
      continue
    }
    yield { keyword, value, at: here, parent: node as Record<string, unknown> }
    if (['examples', 'const', 'enum', 'default'].includes(keyword)) continue
    yield* keywords(value, here, ['properties', '$defs', 'patternProperties'].includes(keyword))
  }
}

/** What an RFC 6901 pointer finds, or undefined. */
function resolve(schema: unknown, pointer: string): unknown {
  let node = schema
  for (const part of pointer.split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    node = (node as Record<string, unknown> | undefined)?.[key]
  }
  return node
}
