/** `Expect: 100-continue` on the wire: who will be refused is told before sending the body. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { eventually } from '../../support/eventually.ts'
import { listening, rawClient } from '../../support/raw-socket.ts'
import { testApp } from '../../support/service.ts'

const { app, actor } = await testApp(t)
const port = await listening(app)
const producer = await actor('producer')
const auditor = await actor('auditor')
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

type Headers = Readonly<Record<string, string | number>>

function head(method: string, path: string, headers: Headers): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${path} HTTP/1.1`, 'host: x', 'expect: 100-continue', ...lines, '', ''].join(
    '\r\n'
  )
}

/** What comes in answer to the head alone. */
async function refusalOf(t: Test, method: string, path: string, headers: Headers): Promise<string> {
  const client = await rawClient(t, port)
  client.send(head(method, path, headers))
  return client.ended
}

t.test('refuses before the body is sent, and ends the connection', async (t) => {
  const json = { 'content-type': 'application/json', 'content-length': 60_000_000 }
  const { token } = producer
  const cases: readonly [string, string, string, Headers, number][] = [
    ['no token', 'POST', '/v1/events', json, 401],
    ['a wrong token', 'POST', '/v1/events', { ...json, ...bearer('x') }, 401],
    ['a scope that is missing', 'POST', '/v1/events', { ...json, ...bearer(auditor.token) }, 403],
    [
      'an upload without a token',
      'POST',
      '/v1/imports',
      { ...json, 'content-type': 'text/csv' },
      401
    ],
    ['nothing there', 'POST', '/v1/nothing', json, 404],
    ['another method', 'PUT', '/v1/events', json, 405],
    ['too much', 'POST', '/v1/events', { ...json, ...bearer(token) }, 413],
    [
      'too much for an upload',
      'POST',
      '/v1/imports',
      { ...json, ...bearer(token), 'content-type': 'text/csv' },
      413
    ],
    [
      'chunks of another kind',
      'POST',
      '/v1/events',
      { 'transfer-encoding': 'chunked', 'content-type': 'text/csv', ...bearer(token) },
      415
    ],
    [
      'an upload of another kind',
      'POST',
      '/v1/imports',
      { 'content-length': 60_000, 'content-type': 'image/png', ...bearer(token) },
      415
    ],
    [
      'an upload for something else',
      'POST',
      '/v1/imports?kind=epds',
      { 'content-length': 60_000, 'content-type': 'text/csv', ...bearer(token) },
      400
    ],
    ['an address that is none', 'POST', '/v1/%zz', json, 400]
  ]
  for (const [name, method, path, headers, status] of cases) {
    const answer = await refusalOf(t, method, path, headers)
    t.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), name)
    t.match(answer, /\r\nconnection: close\r\n/i, name)
  }
})

t.test('tells who will be read to go on, and keeps the connection', async (t) => {
  const body = JSON.stringify({ type: 'ship' })
  const client = await rawClient(t, port)
  const type = { 'content-type': 'application/json', 'content-length': body.length }
  client.send(head('POST', '/v1/events', { ...type, ...bearer(producer.token) }))
  await eventually(() => client.heard() === 'HTTP/1.1 100 Continue\r\n\r\n')
  client.send(body)
  await eventually(() => /HTTP\/1\.1 422 /.test(client.heard()))
  client.send('GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  t.strictSame((await client.ended).match(/HTTP\/1\.1 \d+/g), [
    'HTTP/1.1 100',
    'HTTP/1.1 422',
    'HTTP/1.1 200'
  ])
})

t.test('takes an upload whose client waits', async (t) => {
  const line = `{"id":"${randomUUID()}","type":"ship"}\n`
  const client = await rawClient(t, port)
  const type = { 'content-type': 'application/x-ndjson', 'content-length': line.length }
  client.send(
    head('POST', '/v1/imports', { ...type, ...bearer(producer.token), connection: 'close' })
  )
  await eventually(() => client.heard() === 'HTTP/1.1 100 Continue\r\n\r\n')
  client.send(line)
  t.match(await client.ended, /HTTP\/1\.1 202 /)
})

t.test('needs no word about a body that there is not', async (t) => {
  const answer = await refusalOf(t, 'GET', '/health/live', { connection: 'close' })
  t.match(answer, /^HTTP\/1\.1 200 /)
})

t.test('knows no other expectation', async (t) => {
  const client = await rawClient(t, port)
  client.send('GET /health/live HTTP/1.1\r\nhost: x\r\nexpect: something\r\n\r\n')
  t.match(await client.ended, /^HTTP\/1\.1 417 /)
})

t.test('a QUERY is told which methods there are, whatever it says of its body', async (t) => {
  for (const headers of [{}, { 'content-type': 'application/json' }] as Record<string, string>[]) {
    const answer = await producer.request('QUERY', '/v1/batches', undefined, headers)
    t.match([answer.status, answer.headers['allow']], [405, 'GET, HEAD'])
    t.equal((await producer.request('QUERY', '/v1/nothing', undefined, headers)).status, 404)
  }
})
