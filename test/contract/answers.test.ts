import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import t, { type Test } from 'tap'
import { commission, declaration, first, magnets, receipt, shipment } from '../support/first-day.ts'
import { testGuard } from '../support/log.ts'
import { type Actor, type Answer, testApp } from '../support/service.ts'

/**
 * Answers hold to the description and have no more than it names: what is not described, a generated
 * client cannot reach. A first day of two companies, and what may be asked of it.
 */
const service = await testApp(t, { guard: testGuard(t) })
const maker = await service.actor('producer')
const buyer = await service.actor(['producer', 'buyer'])
const works = await service.facility(maker.organization)
const dock = await service.facility(buyer.organization)
const { body: api } = await service.request('GET', '/openapi.json')
const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
ajv.addSchema({ $id: 'api', ...(closed(api) as object) })
const compiled = new Map<string, ValidateFunction>()

const WAIT = { prefer: 'wait=5' }
const made = `/v1/batches/${first.magnets}`

t.test('what is recorded', async (t) => {
  await fits(t, maker, 'POST /v1/epds', '/v1/epds', declaration(maker.organization, works))
  for (const event of [commission(works), magnets(works), shipment(works, dock)]) {
    await fits(t, maker, 'POST /v1/events', '/v1/events', event)
    await fits(t, maker, 'POST /v1/events', '/v1/events', event)
    await fits(t, maker, 'POST /v1/events/check', '/v1/events/check', event)
  }
  const arrived = { ...receipt(dock), id: first.epd }
  const lines = { 'content-type': 'application/x-ndjson' }
  await fits(t, buyer, 'POST /v1/events', '/v1/events', `${JSON.stringify(arrived)}\n`, lines)
  const refused = await fits(t, buyer, 'POST /v1/events', '/v1/events', '{}\n', lines)
  t.match(refused, { status: 422, body: { findings: [{ line: 1 }] } })
})

t.test('what waits for its receipt', async (t) => {
  const path = '/v1/batches/{id}/grants'
  const grant = { grantee: buyer.organization }
  const granted = await fits(t, maker, `POST ${path}`, `${made}/grants`, grant, WAIT)
  t.match(granted, { status: 201, body: { receipt: /tlog-proof/ } })
  const lines = { ...WAIT, 'content-type': 'application/x-ndjson' }
  const again = `${JSON.stringify(commission(works))}\n`
  const replayed = await fits(t, maker, 'POST /v1/events', '/v1/events', again, lines)
  t.match(replayed, { status: 200, body: { results: [{ receipt: /tlog-proof/ }] } })
})

t.test('what is asked', async (t) => {
  for (const part of ['', '/history', '/findings', '/upstream', '/downstream', '/custody']) {
    await fits(t, maker, `GET /v1/batches/{id}${part}`, `${made}${part}`)
    await fits(t, buyer, `GET /v1/batches/{id}${part}`, `${made}${part}`)
  }
  for (const by of ['country', 'facility', 'step']) {
    await fits(t, buyer, 'GET /v1/batches/{id}/origins', `${made}/origins?by=${by}`)
  }
  for (const list of ['batches', 'shipments', 'findings', 'organizations', 'facilities', 'epds']) {
    await fits(t, maker, `GET /v1/${list}`, `/v1/${list}?limit=1`)
  }
  const delivery = `batch=${first.magnets}&deliveryDate=2027-01-15`
  for (const [report, question] of [
    ['dfars-252.225-7052', delivery],
    ['gaps', `batch=${first.magnets}`],
    ['footprint-chain', `batch=${first.magnets}`]
  ]) {
    await fits(t, maker, `GET /v1/reports/${report}`, `/v1/reports/${report}?${question}`)
  }
  await fits(t, maker, 'GET /v1/batches/{id}', `/v1/batches/${first.shipment}`)
  await fits(t, maker, 'GET /v1/batches', '/v1/batches?limit=0')
})

/** Asks, and holds the answer against what the description says of its status. */
async function fits(
  t: Test,
  actor: Actor,
  operation: string,
  ...[url, body, headers]: readonly [string, unknown?, Readonly<Record<string, string>>?]
): Promise<Answer> {
  const [method = '', path = ''] = operation.split(' ')
  const answer = await actor.request(method, url, body, headers)
  const type = String(answer.headers['content-type']).split(';')[0] ?? ''
  const validate = validatorOf([path, method.toLowerCase()], String(answer.status), type)
  const name = `${operation} ${answer.status} ${type}`
  t.ok(validate?.(answer.body), name, { errors: validate?.errors, body: answer.body })
  return answer
}

function validatorOf([path, method]: readonly [string, string], status: string, type: string) {
  const { [status]: answer } = api.paths[path]?.[method]?.responses ?? {}
  const described = answer?.$ref ? api.components.responses[answer.$ref.split('/').at(-1)] : answer
  const schema = closed(described?.content?.[type]?.schema)
  if (!schema) return undefined
  const text = JSON.stringify(schema).replaceAll('"#/', '"api#/')
  const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text))
  compiled.set(text, validate)
  return validate
}

/** The same without room for what is not named. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed)
  if (typeof node !== 'object' || node === null) return node
  const parts = Object.entries(node).map(([name, value]) => {
    const data = ['example', 'examples', 'const', 'enum', 'default'].includes(name)
    return [name, data ? value : closed(value)] as const
  })
  const open = 'properties' in node && 'type' in node && !('additionalProperties' in node)
  const shut = open && !('unevaluatedProperties' in node) ? { unevaluatedProperties: false } : {}
  return { ...Object.fromEntries(parts), ...shut }
}
