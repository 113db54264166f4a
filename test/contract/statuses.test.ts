/** Every status that a route answers is described for it, and what is described it does answer. */
import t from 'tap'
import { type Answer, testApp } from '../support/service.ts'

const service = await testApp(t)
const { body: api } = await service.request('GET', '/openapi.json')
const actor = await service.actor(['admin', 'producer', 'buyer', 'auditor', 'verifier', 'operator'])

const ID = '6f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03'
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

interface Operation {
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>
  readonly parameters?: readonly { readonly name?: string }[]
  readonly requestBody?: { readonly content: object }
}

const paths = Object.entries(api.paths as Record<string, Record<string, Operation>>)
const operations = paths.flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    url: addressOf(path),
    operation
  }))
)

function addressOf(path: string): string {
  return path.replace('{path}', '0/000').replace(/\{\w+\}/g, ID)
}

/** Its status and headers are among those that the description names for the operation. */
function described({ responses }: Operation, { status, headers }: Answer, name: string): void {
  t.ok(status in responses, `${name} is answered ${status}`)
  const { $ref } = responses[status] ?? {}
  const told = $ref ? api.components.responses[$ref.split('/').at(-1) ?? ''] : responses[status]
  const known = Object.keys(told?.headers ?? {}).map((header) => header.toLowerCase())
  for (const header of ['retry-after', 'accept', 'accept-encoding', 'www-authenticate', 'allow']) {
    if (header in headers) t.ok(known.includes(header), `${name} ${status} ${header}`)
  }
}

t.test('a method that an address does not take: no operation answers it', async (t) => {
  for (const [path, item] of paths) {
    const url = addressOf(path)
    const literal = paths.filter(([other]) => other !== path && matches(other, url))
    const taken = [path, ...literal.map(([other]) => other)].flatMap((each) =>
      Object.keys(api.paths[each]).map((method) => method.toUpperCase())
    )
    for (const method of METHODS.filter((one) => !taken.includes(one))) {
      const { status, headers, body } = await actor.request(method, url)
      t.equal(status, 405, `${method} ${path}`)
      t.equal(body.code, 'METHOD_NOT_ALLOWED')
      const head = taken.includes('GET') ? ['HEAD'] : []
      t.equal(headers['allow'], [...new Set([...taken, ...head])].sort().join(', '))
    }
    for (const [method, operation] of Object.entries(item)) {
      t.notOk('405' in operation.responses, `${method} ${path} is one that the address takes`)
      t.match(operation.responses['default']?.$ref, /MethodNotAllowed/)
    }
  }
})

t.test('a precondition that does not hold', async (t) => {
  for (const { method, path, url, operation } of operations) {
    const name = `${method} ${path}`
    const asks = method === 'GET' || /^\/auth\/|\/check$/.test(path)
    const answers = method === 'GET' ? '200' in operation.responses : !asks
    t.equal('412' in operation.responses, answers, `${name} 412`)
    const answer = await actor.request(method, url, undefined, { 'if-match': '"another"' })
    described(operation, answer, name)
  }
})

t.test('media types that nobody knows', async (t) => {
  for (const { method, path, url, operation } of operations) {
    const name = `${method} ${path}`
    const accept = await actor.request(method, url, undefined, { accept: 'image/odd' })
    described(operation, accept, `${name} to an odd Accept`)
    if (!operation.requestBody) {
      t.notOk(
        ['408', '413', '415'].some((one) => one in operation.responses),
        name
      )
      continue
    }
    for (const headers of [{ 'content-type': 'text/odd' }, { 'content-encoding': 'gzip' }]) {
      const answer = await actor.request(method, url, 'x', headers)
      described(operation, answer, `${name} to ${Object.keys(headers)}`)
    }
    t.ok('408' in operation.responses, `${name} 408`)
  }
})

/** Longer than a statement of a verification may be, which has a bound of its own. */
const LONG = ' '.repeat(1024 * 1024)

t.test('a body that is too long', async (t) => {
  const small = await testApp(t, { settings: { bodyLimitBytes: 100, bulkLimitBytes: 100 } })
  const client = await small.actor([
    'admin',
    'producer',
    'buyer',
    'auditor',
    'verifier',
    'operator'
  ])
  for (const { method, path, url, operation } of operations) {
    const [type] = Object.keys(operation.requestBody?.content ?? {})
    if (type === undefined) continue
    const answer = await client.request(method, url, LONG, { 'content-type': type })
    described(operation, answer, `${method} ${path} to a long body`)
    t.equal('413' in operation.responses, answer.status === 413, `${method} ${path} 413`)
  }
})

t.test('an allowance that is used up, and too much at once', async (t) => {
  const busy = await testApp(t, { settings: { addressRate: 1, clientRate: 1, tokenRate: 1 } })
  for (const { method, path, url, operation } of operations) {
    let answer = await busy.request(method, url)
    answer = await busy.request(method, url)
    described(operation, answer, `${method} ${path} asked too often`)
    t.equal('429' in operation.responses, answer.status === 429, `${method} ${path} 429`)
    t.ok('503' in operation.responses, `${method} ${path} 503`)
  }
})

t.test('what follows from what an operation does', async (t) => {
  const statusesOf = (path: string, method: string) =>
    Object.keys(api.paths[path][method].responses)
  for (const path of ['/v1/events/{id}/document', '/v1/epds/{id}/report']) {
    t.ok(statusesOf(path, 'get').includes('410'), `${path} may be erased`)
  }
  t.ok(statusesOf('/v1/grants/redemptions', 'post').includes('404'), 'a link that nobody made')
  t.ok(statusesOf('/log/checkpoint', 'get').includes('404'), 'before anything was accepted')
  t.notOk(statusesOf('/v1/epds/check', 'post').some((one) => /409|422/.test(one)))
  t.notOk(statusesOf('/v1/events/check', 'post').includes('409'))
})

function matches(path: string, url: string): boolean {
  const pattern = path
    .replaceAll('.', '\\.')
    .replace('{path}', '.+')
    .replace(/\{\w+\}/g, '[^/]+')
  return new RegExp(`^${pattern}$`).test(url)
}
