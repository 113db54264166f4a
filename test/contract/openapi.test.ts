import SwaggerParser from '@apidevtools/swagger-parser'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import t from 'tap'
import { generateOpenapi } from '../../scripts/generate/openapi.ts'
import { testApp } from '../support/service.ts'

interface Media {
  readonly schema?: object
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly value?: unknown; readonly $ref?: string }>>
}

interface Problem {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string
}

interface Answer {
  readonly $ref?: string
  readonly description?: string
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>
  readonly content?: Readonly<Record<string, Media>>
}

interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly security?: readonly object[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<Record<string, Answer>>
}

interface Parameter {
  readonly $ref?: string
  readonly name?: string
  readonly description?: string
}

interface Api {
  readonly openapi: string
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>
    readonly examples: Readonly<Record<string, { readonly value: Problem }>>
    readonly responses: Readonly<Record<string, Answer>>
    readonly headers: Readonly<Record<string, object>>
  }
}

/** Bodies that have no example because one would say nothing. */
const withoutExample = new Set(['application/x-ndjson', 'application/pdf'])

const service = await testApp(t)
const api: Api = (await service.request('GET', '/openapi.json')).body
const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    operation
  }))
)

t.test('the description is valid OpenAPI 3.1', async (t) => {
  t.match(api.openapi, /^3\.1\./)
  await t.resolves(SwaggerParser.validate(structuredClone(api) as never))
})

t.test('it is the same without any database, as it is generated', async (t) => {
  const [generated] = await generateOpenapi()
  t.strictSame(JSON.parse(generated!.content), api)
})

t.test('it describes every route, and no other', async (t) => {
  const routes = service.app
    .knownRoutes()
    .filter(({ url }) => !/^\/(docs|web)/.test(url))
    .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}').replace('*', '{path}')}`)
  t.strictSame(operations.map(({ name }) => name).sort(), [...new Set(routes)].sort())
})

t.test('every operation says what it is and who may call it', async (t) => {
  const ids = operations.map(({ operation }) => operation.operationId)
  t.equal(new Set(ids).size, ids.length, 'operationIds are unique')
  for (const { name, operation } of operations) {
    t.match(operation.operationId, /^[a-z][A-Za-z]+$/, `${name} operationId`)
    t.match(operation.summary, /^\S.{5,}[^.]$/, `${name} summary`)
    t.equal(operation.tags?.length, 1, `${name} tag`)
    const tag = api.tags.find((one) => one.name === operation.tags?.[0])
    t.ok(tag?.description, `${name}: what ${tag?.name} is about`)
    t.ok(operation.security, `${name} security`)
    t.ok(operation.responses['500'] && operation.responses['default'], `${name} problems`)
  }
})

t.test('every parameter says what it means', async (t) => {
  const silent = operations.flatMap(({ name, operation: { parameters = [] } }) =>
    parameters
      .filter(({ $ref, description }) => !$ref && !description)
      .map((parameter) => `${name} ${parameter.name}`)
  )
  t.strictSame(silent, [])
})

t.test('headers that a request may carry are described', async (t) => {
  const named = (operation: Operation, header: string) =>
    operation.parameters?.some(({ name }) => name === header) ?? false
  const signed = operations.filter(({ operation }) => named(operation, 'lodestone-signature'))
  const spoken = operations.filter(({ operation }) =>
    /`Lodestone-Signature`/.test(operation.description ?? '')
  )
  for (const { name, operation } of spoken) {
    t.ok(named(operation, 'lodestone-signature'), `${name} speaks of a signature`)
  }
  t.ok(signed.length >= spoken.length, `${signed.length} may be signed`)
  for (const { name, operation } of operations) {
    const asks = /^(GET|HEAD) (?!\/v1\/imports\/{id}$)|auth|\/check$/.test(name)
    t.equal(named(operation, 'prefer'), !asks, `${name} prefer`)
  }
})

t.test('every operation shows what a refusal and a failure look like', async (t) => {
  const { examples } = api.components
  const shown = new Set<string>()
  for (const { name, operation } of operations) {
    for (const status of Object.keys(operation.responses).filter((one) => /^[45d]/.test(one))) {
      const answer = answerOf(operation, status)
      const { 'application/problem+json': media } = answer.content ?? {}
      if (!media && name === 'POST /auth/token') continue
      const names = Object.values(media?.examples ?? {}).map(({ $ref = '' }) => lastOf($ref))
      t.ok(names.length > 0, `${name} ${status}: ${names}`)
      for (const one of names) {
        const own = String(examples[one]?.value.status)
        if (status === 'default') t.notOk(own in operation.responses, `${name} ${one}`)
        else t.equal(own, status, `${name} ${one}`)
        shown.add(one)
      }
    }
  }
  t.strictSame([...shown].sort(), Object.keys(examples).sort(), 'no example is left over')
  const ajv = new Ajv2020({ strict: false })
  formats.default(ajv)
  ajv.addSchema({ $id: 'api', ...structuredClone(api) })
  const validate = ajv.compile({ $ref: 'api#/components/schemas/Problem' })
  for (const [name, { value }] of Object.entries(examples)) {
    t.ok(validate(value), name, { errors: validate.errors })
  }
})

t.test('headers of answers are described, and a client may rely on what they say', async (t) => {
  const { headers } = api.components
  const used = new Set<string>()
  for (const { name, operation } of operations) {
    for (const status of Object.keys(operation.responses)) {
      const told = Object.keys(answerOf(operation, status).headers ?? {})
      t.ok(told.includes('X-Request-Id'), `${name} ${status}`)
      for (const header of told) used.add(header)
    }
    const tagged = name.startsWith('GET') && '200' in operation.responses
    t.equal('304' in operation.responses, tagged, `${name} 304`)
  }
  t.strictSame([...used].sort(), Object.keys(headers).sort())
})

t.test('what is answered is described: headers, receipts, statuses', async (t) => {
  const admin = await service.actor('admin')
  const asked = [
    ['GET', '/v1/organizations?limit=1', undefined, {}, '/v1/organizations'],
    ['POST', '/v1/organizations', { name: 'Ore', country: 'FI' }, {}, '/v1/organizations'],
    ['POST', '/v1/organizations', 'Ore', { 'content-type': 'text/csv' }, '/v1/organizations'],
    ['GET', '/schemas/csv/ship.csv', undefined, {}, '/schemas/csv/{name}'],
    ['GET', '/log/tile/0/000', undefined, {}, '/log/tile/{path}']
  ] as const
  for (const [method, url, body, headers, path] of asked) {
    const answer = await admin.request(method, url, body, headers)
    const operation = api.paths[path]?.[method.toLowerCase()]
    t.ok(operation?.responses[String(answer.status)], `${method} ${url} ${answer.status}`)
    const told = answerOf(operation!, String(answer.status)).headers ?? {}
    for (const name of ['etag', 'link', 'location', 'accept', 'content-disposition']) {
      const known = Object.keys(told).some((one) => one.toLowerCase() === name)
      if (answer.headers[name] !== undefined) t.ok(known, `${method} ${url} ${name}`)
    }
  }
})

t.test('what an event is is told by its type, not by the name of a schema', async (t) => {
  const { discriminator, oneOf } = api.components.schemas['Event'] as {
    readonly discriminator: { readonly mapping: Readonly<Record<string, string>> }
    readonly oneOf: readonly { readonly $ref: string }[]
  }
  t.equal(discriminator.mapping['commission'], '#/components/schemas/Event-commission')
  t.strictSame(Object.values(discriminator.mapping).sort(), oneOf.map(({ $ref }) => $ref).sort())
})

t.test('a receipt has its place in the answer of whatever can be waited for', async (t) => {
  const receiptOf = (path: string, method: string, status: string) =>
    written(api.paths[path]?.[method]?.responses[status]).split('"receipt":').length - 1
  t.equal(receiptOf('/v1/organizations', 'post', '201'), 1)
  t.equal(receiptOf('/v1/epds', 'post', '201'), 1)
  t.equal(receiptOf('/v1/events', 'post', '200'), 2, 'of one event, or of each line')
  t.equal(receiptOf('/v1/keys/{id}', 'delete', '200'), 1)
  t.equal(receiptOf('/v1/organizations', 'get', '200'), 0, 'nothing waits there')
})

t.test('what is answered has a type with a name, and one name is one type', async (t) => {
  const names = Object.keys(api.components.schemas)
  for (const name of [
    ...[
      'RecordedEvent',
      'EventAnswer',
      'BatchAnswer',
      'BatchPage',
      'Graph',
      'GraphNode',
      'Origins'
    ],
    ...['EpdAnswer', 'EpdRecord', 'FindingRecord', 'Import', 'ImportResult', 'Grant', 'DfarsReport']
  ]) {
    t.ok(names.includes(name), name)
  }
  const used = JSON.stringify(api)
  const published = ['Epd', 'Event', 'Facility', 'Finding', 'Organization', 'Problem']
  for (const name of names.filter((each) => !/-/.test(each) && !published.includes(each))) {
    t.ok(used.includes(`"#/components/schemas/${name}"`), `${name} is used`)
  }
  for (const { operation } of operations) {
    const { schema = {} } = answerOf(operation, '200').content?.['application/json'] ?? {}
    t.notOk('properties' in schema && 'title' in schema, `${operation.operationId} refers to it`)
  }
})

t.test('refusals that follow from a question are those that it gets', async (t) => {
  const { examples } = api.components
  const reader = await service.actor('producer')
  const id = '6f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03'
  const asked: Readonly<Record<string, Promise<{ readonly body: Problem }>>> = {
    RequestInvalid: reader.request('GET', '/v1/batches?limit=101'),
    ParameterUnknown: reader.request('GET', `/v1/batches/${id}?kountry=DE`),
    CursorInvalid: reader.request('GET', '/v1/batches?cursor=x'),
    BodyInvalid: reader.request('POST', '/v1/events', '{"a":1,}'),
    Unauthenticated: service.request('GET', '/v1/batches'),
    Forbidden: (await service.actor('auditor')).request('POST', '/v1/clients', {}),
    NotFound: reader.request('GET', `/v1/batches/${id}`),
    EventFindings: reader.request('POST', '/v1/events', {})
  }
  for (const [name, answer] of Object.entries(asked)) {
    const { code, status, title } = examples[name]!.value
    const { body } = await answer
    t.match(body, { code, status, title }, name)
    if (name.endsWith('Findings')) continue
    t.equal(body.detail, examples[name]!.value.detail, name)
  }
})

t.test('every scope that a route asks for is described', async (t) => {
  const { bearer } = (api.components as never as { securitySchemes: Record<string, never> })
    .securitySchemes as unknown as {
    bearer: { flows: { clientCredentials: { scopes: Record<string, string> } } }
  }
  const described = new Set(Object.keys(bearer.flows.clientCredentials.scopes))
  for (const { scope, method, url } of service.app.knownRoutes()) {
    if (scope === 'public') continue
    const known = scope.split(' or ').every((one) => described.has(one))
    t.ok(known, `${method} ${url}: ${scope}`)
  }
})

t.test('every body and answer has an example, and each example fits its schema', async (t) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats.default(ajv)
  ajv.addSchema({ $id: 'api', ...structuredClone(api) })
  let checked = 0
  for (const { name, operation } of operations) {
    const bodies = Object.entries(operation.requestBody?.content ?? {})
    const answers = Object.entries(operation.responses)
      .filter(([status]) => /^2\d\d$/.test(status))
      .flatMap(([status, answer]) =>
        Object.entries(answer.content ?? {}).map(
          ([type, media]) => [`${status} ${type}`, media] as const
        )
      )
    for (const [part, media] of [...bodies, ...answers]) {
      if (withoutExample.has(part.split(' ').at(-1)!)) continue
      const examples = examplesOf(media, api)
      t.ok(examples.length > 0, `${name} ${part} has an example`)
      const validate = ajv.compile(rooted(media.schema ?? {}))
      for (const example of examples) {
        checked += 1
        t.ok(validate(example), `${name} ${part}`, { errors: validate.errors, example })
      }
    }
  }
  t.comment(`${checked} examples of ${operations.length} operations`)
})

t.test('refusals follow from what a route takes', async (t) => {
  for (const { name, operation } of operations) {
    const told = new Set(Object.keys(operation.responses))
    const takesToken = (operation.security ?? []).some((way) => Object.keys(way).length > 0)
    t.equal(told.has('401'), takesToken || name === 'POST /auth/token', `${name} 401`)
    const signed = (operation.parameters ?? []).some((each) => each.name === 'lodestone-signature')
    if (signed) {
      t.match(written(answerOf(operation, '422')), /SignatureInvalid/, `${name} 422`)
      t.match(written(answerOf(operation, '403')), /SignatureRequired/, `${name} 403`)
    }
  }
  const told = (operationId: string, status: string) => {
    const found = operations.find(({ operation }) => operation.operationId === operationId)
    return found ? written(answerOf(found.operation, status)) : ''
  }
  t.match(told('transitionEpd', '409'), /EpdTransition/)
  t.match(told('acceptShipment', '422'), /ReceiptFindings/)
  t.match(told('registerKey', '409'), /KeyTaken/)
  t.match(told('readEpdDocument', '410'), /Erased/)
})

/** Examples of the media type, or those of the published schema that it refers to. */
function examplesOf(media: Media, { components }: Api): unknown[] {
  if (media.example !== undefined) return [media.example]
  if (media.examples) return Object.values(media.examples).map(({ value }) => value)
  const { $ref = '', examples } = (media.schema ?? {}) as { $ref?: string; examples?: unknown[] }
  if (examples) return examples
  const referred = components.schemas[lastOf($ref)] as { examples?: unknown[] } | undefined
  return referred?.examples ?? []
}

function answerOf({ responses }: Operation, status: string): Answer {
  const { $ref, ...answer } = responses[status] ?? {}
  return $ref === undefined ? answer : (api.components.responses[lastOf($ref)] ?? {})
}

/** The text of a part with all that it refers to among the schemas. */
function written(part: unknown): string {
  return (JSON.stringify(part) ?? '').replace(
    /\{"\$ref":"#\/components\/schemas\/([^"]+)"\}/g,
    (_, name) => written(api.components.schemas[name])
  )
}

function lastOf(reference: string): string {
  return reference.split('/').at(-1) ?? ''
}

function rooted(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/'))
}
