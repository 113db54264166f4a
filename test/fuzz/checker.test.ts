/** The judge of the fuzzer is tried first: what it must not let pass, it does not let pass. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type Api, routesOf } from '../support/fuzz/api.ts'
import { AnswerChecker, type RawAnswer } from '../support/fuzz/check-answer.ts'
import type { Plan } from '../support/fuzz/request-arbitrary.ts'
import { root } from '../support/source-tree.ts'

const api = JSON.parse(readFileSync(join(root, 'openapi/openapi.json'), 'utf8')) as Api
const checker = new AnswerChecker(api)
const route = routesOf(api).find(({ operation }) => operation.operationId === 'listBatches')
const example = route?.operation.responses['200']?.content?.['application/json']?.example
const ID = '6f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03'

function fault(changes: {
  plan?: Partial<Plan>
  status?: number
  type?: string
  body?: unknown
  more?: object
}) {
  if (!route) throw new Error('there is no list of batches')
  const plan = {
    route,
    method: 'GET',
    target: '',
    headers: {},
    body: null,
    token: 0,
    ...changes.plan
  }
  const { status = 200, type = 'application/json', body = example, more = {} } = changes
  const headers = { 'x-request-id': ID, 'content-type': type, ...more }
  const answer: RawAnswer = {
    status,
    headers,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  }
  return checker.fault(plan, answer)
}

const problem = (change: object = {}) => ({
  type: 'https://lodestone.example/problems/not-found',
  title: 'No such resource',
  status: 404,
  code: 'NOT_FOUND',
  detail: 'There is no such batch.',
  instance: `urn:uuid:${ID}`,
  ...change
})
const type = 'application/problem+json'

t.test('accepts what is described', async (t) => {
  t.equal(fault({}), null)
  t.equal(fault({ status: 404, type, body: problem() }), null)
  t.equal(fault({ status: 304, body: '', plan: { headers: { 'if-none-match': '*' } } }), null)
})

t.test('refuses everything else', async (t) => {
  t.match(fault({ status: 500, type, body: problem() }), /a failure: 500/)
  t.match(fault({ status: 503, type, body: problem() }), /a failure: 503/)
  t.match(fault({ status: 202 }), /202 is not described/)
  t.match(fault({ type: 'text/html', body: '<p>' }), /text\/html of 200 is not described/)
  t.match(fault({ body: { items: [{ id: 7 }] } }), /does not match its schema/)
  t.match(fault({ more: { 'x-request-id': undefined } }), /no x-request-id/)
  t.match(fault({ status: 404, body: problem() }), /not a problem/)
  t.match(fault({ status: 404, type, body: problem({ code: 'LOST' }) }), /LOST is not known/)
  t.match(fault({ status: 400, type, body: problem() }), /NOT_FOUND with 400/)
  t.match(
    fault({ status: 404, type, body: problem({ instance: 'urn:uuid:x' }) }),
    /another request/
  )
  t.match(fault({ status: 404, type, body: problem({ detail: ' ' }) }), /says nothing/)
  t.match(fault({ status: 304, body: '' }), /nobody asked for/)
  t.match(fault({ plan: { method: 'DELETE' } }), /DELETE is answered 200/)
  const refused = { code: 'UNAUTHENTICATED', status: 401 }
  t.match(fault({ status: 401, type, body: problem(refused) }), /without a challenge/)
})
