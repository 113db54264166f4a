/** Clients that hold what they have and give little, over real sockets: others do not notice. */
import t, { type Test } from 'tap'
import { createLogger } from '../../src/logger.ts'
import { eventually } from '../support/eventually.ts'
import {
  dribble,
  exchange,
  listening,
  message,
  type RawClient,
  rawClient
} from '../support/raw-socket.ts'
import { testApp } from '../support/service.ts'

const LARGE = 64 * 1024 * 1024

/** Mistakes of the service: whatever clients do is none. */
const failures: string[] = []

const { app, actor } = await testApp(t, {
  logger: createLogger('error', { write: (line) => failures.push(line) }),
  settings: { requestTimeoutMs: 2_000, handlerTimeoutMs: 2_000, answerTimeoutMs: 1_000 },
  extend: (app) => {
    const config = { scope: 'public' as const }
    app.get('/large', { config }, async () => Buffer.alloc(LARGE, 'x'))
    app.get('/never', { config }, () => new Promise(() => {}))
  }
})
const port = await listening(app)
const alive = () => exchange(t, port, message('GET', '/health/live'))

t.test('accepts', async (t) => {
  t.test('a client that says all it has to say and closes its side', async (t) => {
    const client = await rawClient(t, port, { allowHalfOpen: true })
    client.socket.end(message('GET', '/health/live'))
    t.match(await client.ended, /^HTTP\/1\.1 200 .*"ok"/s)
  })

  t.test('a request that names the media type of a body and has none', async (t) => {
    const { token } = await actor('producer')
    const authorization = `Bearer ${token}`
    for (const path of ['/auth/token', '/v1/events', '/v1/imports', '/v1/facilities']) {
      for (const type of ['application/json', 'application/x-ndjson']) {
        const request = message('POST', path, { 'content-type': type, authorization })
        const answer = await exchange(t, port, request)
        t.match(answer, /^HTTP\/1\.1 (?!408)[24]\d\d /, `${path} ${type}`)
      }
    }
  })

  t.test('many requests on one connection, one after the other and at once', async (t) => {
    const client = await rawClient(t, port)
    const keep = message('GET', '/health/live').replace('close', 'keep-alive')
    client.send(keep.repeat(50))
    client.send(message('GET', '/health/live'))
    const answers = (await client.ended).match(/HTTP\/1\.1 200 /g) ?? []
    t.equal(answers.length, 51)
  })
})

t.test('refuses', async (t) => {
  t.test('a client that closes its side in the middle of a body', async (t) => {
    const client = await rawClient(t, port, { allowHalfOpen: true })
    client.socket.end(message('POST', '/auth/token', { 'content-length': 4_000 }, 'grant'))
    const answer = await client.ended
    t.match(answer, /^HTTP\/1\.1 400 .*"BODY_INVALID".*ended before the request had arrived/s)
  })

  t.test('headers a byte at a time', async (t) => {
    const client = await rawClient(t, port)
    const answer = await dribble(client, message('GET', '/schemas', { x: 'x'.repeat(500) }), 100)
    t.match(answer, /^HTTP\/1\.1 408 .*"code":"REQUEST_TIMEOUT"/s)
  })

  t.test('a body a byte at a time', async (t) => {
    const client = await rawClient(t, port)
    client.send(message('POST', '/auth/token', { 'content-length': 4_000 }))
    const answer = await dribble(client, 'x'.repeat(4_000), 100)
    t.match(answer, /^HTTP\/1\.1 408 .*"code":"REQUEST_TIMEOUT"/s)
  })

  t.test('a client that says nothing at all', async (t) => {
    const client = await rawClient(t, port)
    t.match(await client.ended, /^HTTP\/1\.1 408 /)
  })

  t.test('a client that asks and does not read', async (t) => {
    const client = await rawClient(t, port)
    client.socket.pause()
    client.send(message('GET', '/large'))
    t.ok(await eventually(async () => (await connections()) === 0), 'nobody waits for it')
    client.socket.resume()
    const text = await client.ended
    t.ok(text.length < LARGE, `it was cut off after ${text.length} of ${LARGE} bytes`)
  })

  t.test('a request that no handler ever answers', async (t) => {
    t.match(await exchange(t, port, message('GET', '/never')), /^HTTP\/1\.1 503 .*"TIMEOUT"/s)
  })
})

t.test('protects', async (t) => {
  t.test('those who ask while 2,000 connections say nothing and 100 dribble', async (t) => {
    const silent: RawClient[] = []
    // In waves: what the system has not handed over yet may be dropped where too much waits.
    for (let wave = 0; wave < 20; wave += 1) {
      silent.push(...(await Promise.all(Array.from({ length: 100 }, () => rawClient(t, port)))))
    }
    const slow = Array.from({ length: 100 }, async () => {
      const client = await rawClient(t, port)
      return dribble(client, message('GET', '/schemas', { x: 'x'.repeat(500) }), 200)
    })
    const times = []
    for (let n = 0; n < 30; n += 1) {
      const before = performance.now()
      t.match(await alive(), /^HTTP\/1\.1 200 /)
      times.push(performance.now() - before)
    }
    times.sort((one, other) => one - other)
    t.comment(`median ${times[15]?.toFixed(1)} ms, slowest ${times.at(-1)?.toFixed(1)} ms`)
    const cutOff = await Promise.all(silent.map(({ ended }) => ended))
    t.equal(cutOff.filter((text) => /^HTTP\/1\.1 408 /.test(text)).length, 2_000)
    const late = await Promise.all(slow)
    t.equal(late.filter((text) => /^HTTP\/1\.1 408 /.test(text)).length, 100)
  })

  t.test('itself from clients that leave in the middle', async (t) => {
    for (let n = 0; n < 50; n += 1) {
      const client = await rawClient(t, port)
      client.send(message('POST', '/auth/token', { 'content-length': 4_000 }, 'grant'))
      if (n % 2 === 0) client.socket.resetAndDestroy()
      else client.socket.destroy()
    }
    await leaveBodies(t)
    t.match(await alive(), /^HTTP\/1\.1 200 /)
    const isEmpty = await eventually(async () => (await connections()) === 0)
    t.ok(isEmpty, 'nothing of them is left')
    t.strictSame(failures, [])
  })
})

/** Bodies in chunks, of which some break off and some are no chunks any more. */
async function leaveBodies(t: Test): Promise<void> {
  const { token } = await actor('producer')
  for (const path of ['/v1/events', '/v1/epds', '/v1/imports', '/v1/facilities']) {
    const type = path === '/v1/imports' ? 'application/x-ndjson' : 'application/json'
    const headers = {
      'content-type': type,
      'transfer-encoding': 'chunked',
      authorization: `Bearer ${token}`
    }
    const leaving = await rawClient(t, port)
    leaving.send(message('POST', path, headers, '5\r\n{"a"'))
    // By then it is read; the rest never comes.
    await alive()
    leaving.socket.resetAndDestroy()
    const broken = await exchange(t, port, message('POST', path, headers, '4\r\n{"a"\r\nzz\r\n'))
    t.match(broken, /^HTTP\/1\.1 400 /, path)
  }
}

function connections(): Promise<number> {
  return new Promise((resolve, reject) =>
    app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  )
}
