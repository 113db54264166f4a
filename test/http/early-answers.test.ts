/** Answers that come before the body has: a client that reads only when it has sent all gets them. */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { listening, message, type RawClient, rawClient } from '../support/raw-socket.ts'
import { testApp } from '../support/service.ts'

const MEGABYTE = 1024 * 1024
const LIMIT = 32 * MEGABYTE

const { app, actor } = await testApp(t, {
  settings: { bulkLimitBytes: LIMIT, requestTimeoutMs: 5_000 }
})
const port = await listening(app)
const { token } = await actor('producer')
const authorization = `Bearer ${token}`

/** Writes one part after the other; rejects where the other side has closed. */
async function write({ socket }: RawClient, bytes: string | Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}

async function upload(t: Test, head: string, megabytes: number): Promise<RawClient> {
  const client = await rawClient(t, port)
  client.socket.pause()
  await write(client, head)
  // Time to answer and to close, which is what most clients do not look for.
  await sleep(200)
  for (let sent = 0; sent < megabytes; sent += 1) await write(client, Buffer.alloc(MEGABYTE, 'a'))
  client.socket.resume()
  return client
}

t.test('an answer that refuses a large body reaches a client that sends it all', async (t) => {
  const bytes = 20 * MEGABYTE
  const cases = [
    ['/v1/events', 'application/json', 413],
    ['/v1/epds', 'application/xml', 413],
    ['/v1/imports', 'text/csv', 413],
    ['/v1/imports', 'application/zip', 413],
    ['/v1/imports?nothing=known', 'text/csv', 400],
    ['/v1/nothing', 'application/json', 404]
  ] as const
  for (const [path, type, status] of cases) {
    const headers = { authorization, 'content-type': type, 'content-length': bytes }
    const client = await upload(t, message('POST', path, headers), bytes / MEGABYTE)
    t.match(await client.ended, new RegExp(`^HTTP/1\\.1 ${status} `), `${path} ${type}`)
  }
})

t.test('an answer to an upload that nobody reads says that it ends the connection', async (t) => {
  for (const bytes of [5_000, 100_000, MEGABYTE]) {
    const headers = { authorization, 'content-type': 'text/csv', 'content-length': bytes }
    const client = await rawClient(t, port)
    client.send(message('POST', '/v1/imports?nothing=known', headers))
    await write(client, Buffer.alloc(bytes, 'a'))
    const answer = await Promise.race([client.ended, sleep(3_000, 'still open', { ref: false })])
    t.match(answer, /^HTTP\/1\.1 400 .*\r\nconnection: close\r\n/is, `${bytes} bytes`)
  }
})

t.test('a body that is refused in its middle ends the connection', async (t) => {
  const headers = { authorization, 'content-type': 'application/json' }
  const client = await rawClient(t, port)
  client.send(message('POST', '/v1/events', { ...headers, 'transfer-encoding': 'chunked' }))
  await write(client, '1\r\na\r\n'.repeat(5_000))
  const answer = await Promise.race([client.ended, sleep(3_000, 'still open', { ref: false })])
  t.match(answer, /^HTTP\/1\.1 400 .*\r\nconnection: close\r\n/is)
})

t.test('what follows such an answer is no request', async (t) => {
  const headers = { 'content-type': 'application/json', 'content-length': 2 * MEGABYTE }
  const client = await upload(t, message('POST', '/v1/events', headers), 2)
  client.send(message('GET', '/health/live'))
  const answers = (await client.ended).match(/HTTP\/1\.1 \d+/g)
  t.strictSame(answers, ['HTTP/1.1 401'])
})

t.test('protects', async (t) => {
  const headers = { 'content-type': 'application/json', 'content-length': 200 * MEGABYTE }
  const head = message('POST', '/v1/events', headers)

  t.test('against a client that says nothing more', async (t) => {
    const client = await rawClient(t, port, { allowHalfOpen: true })
    client.send(head)
    t.match(await client.ended, /^HTTP\/1\.1 401 /)
    await sleep(2_500)
    client.send('a')
    await sleep(100)
    await t.rejects(write(client, 'a'), { code: /^(EPIPE|ECONNRESET)$/ }, 'closed altogether')
  })

  t.test('against a client that sends without an end', async (t) => {
    await t.rejects(upload(t, head, 199), { code: /^(EPIPE|ECONNRESET)$/ })
  })

  t.test('a stop, which does not wait for them', async (t) => {
    const client = await rawClient(t, port, { allowHalfOpen: true })
    client.send(head)
    await client.ended
    const began = performance.now()
    await app.close()
    t.ok(performance.now() - began < 1_500, 'closes at once')
  })
})
