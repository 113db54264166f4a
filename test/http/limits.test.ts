/** What is too large, too much or too many, over real sockets: each has its problem. */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { HttpSettings } from '../../src/http/settings.ts'
import { createLogger } from '../../src/logger.ts'
import { eventually } from '../support/eventually.ts'
import { exchange, listening, message, rawClient } from '../support/raw-socket.ts'
import { testApp } from '../support/service.ts'

/** The problem in an answer, as far as the tests look at it. */
function problem(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2)
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1])
  const type = /^content-type: (\S+)/im.exec(head)?.[1]
  const retryAfter = /^retry-after: (\d+)/im.exec(head)?.[1]
  const { code, detail } = JSON.parse(body || '{}') as { code?: string; detail?: string }
  return { status, type, retryAfter, code, detail }
}

/** How many requests a slow handler has taken. */
let arrived = 0

function service(t: Test, settings: Partial<HttpSettings> = {}) {
  return testApp(t, {
    settings,
    extend: (app) =>
      app.get('/slow', { config: { scope: 'public' } }, async () => {
        arrived += 1
        await sleep(2_500)
        return 'done'
      })
  })
}

t.test('accepts', async (t) => {
  t.test('a handler that works longer than a request may take to arrive', async (t) => {
    const { app } = await service(t, { requestTimeoutMs: 1_000, handlerTimeoutMs: 5_000 })
    const port = await listening(app)
    t.match(await exchange(t, port, message('GET', '/slow')), /^HTTP\/1\.1 200 .*done$/s)
  })

  t.test('as many requests and connections as the limits say', async (t) => {
    const { app } = await service(t, { connectionLimit: 20, requestLimit: 20 })
    const port = await listening(app)
    const asked = Array.from({ length: 20 }, () => exchange(t, port, message('GET', '/slow')))
    for (const answer of await Promise.all(asked)) t.match(answer, /^HTTP\/1\.1 200 /)
  })
})

t.test('refuses', async (t) => {
  t.test('what is too large, each with its code', async (t) => {
    const one = await service(t, { urlLimit: 2_000 })
    const producer = await one.actor('producer')
    const port = await listening(one.app)
    const authorization = `Bearer ${producer.token}`
    const json = { authorization, 'content-type': 'application/json' }
    const depth = `${'['.repeat(65)}${']'.repeat(65)}`
    const mib = 1024 * 1024
    const chunked = { ...json, 'transfer-encoding': 'chunked' }
    const chunk = `${mib.toString(16)}\r\n${'x'.repeat(mib)}\r\n`
    const cases: readonly [string, string, number, string][] = [
      [
        'a body that says so',
        message('POST', '/v1/events', { ...json, 'content-length': mib + 1 }),
        413,
        'BODY_TOO_LARGE'
      ],
      [
        'a body that does not',
        message('POST', '/v1/events', chunked, `${chunk}${chunk}`),
        413,
        'BODY_TOO_LARGE'
      ],
      [
        'depth',
        message('POST', '/v1/events', { ...json, 'content-length': depth.length }, depth),
        400,
        'BODY_INVALID'
      ],
      ['a page', message('GET', '/v1/batches?limit=101', json), 400, 'REQUEST_INVALID'],
      [
        'an address',
        message('GET', `/v1/batches?cursor=${'x'.repeat(2_000)}`, json),
        414,
        'URI_TOO_LONG'
      ],
      [
        'an address beyond the headers',
        message('GET', `/v1/${'x'.repeat(100_000)}`),
        414,
        'URI_TOO_LONG'
      ],
      [
        'a header',
        message('GET', '/health/live', { x: 'x'.repeat(20_000) }),
        431,
        'HEADERS_TOO_LARGE'
      ],
      [
        'the number of headers',
        message(
          'GET',
          '/health/live',
          Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`x-${n}`, n]))
        ),
        431,
        'HEADERS_TOO_LARGE'
      ],
      [
        'the number of parameters',
        message(
          'GET',
          `/v1/batches?${Array.from({ length: 160 }, (_, n) => `p${n}`).join('&')}`,
          json
        ),
        400,
        'REQUEST_INVALID'
      ]
    ]
    for (const [name, request, status, code] of cases) {
      const answer = problem(await exchange(t, port, request))
      t.match(answer, { status, code, type: 'application/problem+json' }, name)
      t.ok(answer.detail, 'it says what to do')
    }
    const long = problem(
      await exchange(t, port, message('GET', `/v1/batches/${'x'.repeat(201)}`, json))
    )
    t.match(long, {
      status: 400,
      code: 'REQUEST_INVALID',
      detail: 'A part of an address has at most 200 characters.'
    })
    const fine = await fetch(`http://127.0.0.1:${port}/health/live`)
    t.equal(fine.status, 200, 'the next is served')
  })

  t.test('a second broken request of a connection, with a problem as well', async (t) => {
    const { app } = await service(t)
    const client = await rawClient(t, await listening(app))
    client.send('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n')
    while (!client.heard().includes('"ok"')) await sleep(10)
    client.send('NONSENSE\r\n\r\n')
    t.match(await client.ended, /"ok".*HTTP\/1\.1 400 .*"code":"REQUEST_INVALID"/s)
  })

  t.test(
    'a broken message behind requests that are being answered, each with its own answer',
    async (t) => {
      const { app } = await service(t)
      const client = await rawClient(t, await listening(app))
      const request = 'GET /slow HTTP/1.1\r\nhost: x\r\n\r\n'
      client.send(`${request}${request}NONSENSE\r\n\r\n`)
      await sleep(100)
      client.send('MORE\r\n\r\n')
      const answers = (await client.ended).split(/(?=HTTP\/1\.1 )/)
      t.match(answers, [/^HTTP\/1\.1 200 .*done$/s, /^HTTP\/1\.1 200 .*done$/s, /^HTTP\/1\.1 400 /])
      t.equal(answers.length, 3)
    }
  )

  t.test(
    'more requests of one connection than anybody waits for, and answers those before',
    async (t) => {
      const { app } = await service(t)
      const client = await rawClient(t, await listening(app))
      client.send('GET /schemas HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(1_000))
      const statuses = (await client.ended).match(/(?<=HTTP\/1\.1 )\d+/g) ?? []
      t.strictSame(statuses, [...Array(100).fill('200'), '503'])
    }
  )

  t.test('whatever they say: also those that no route and no hook sees', async (t) => {
    const lines: string[] = []
    const logger = createLogger('info', { write: (some) => lines.push(...some.split('\n')) })
    const { app } = await testApp(t, { logger })
    const port = await listening(app)
    const heads = ['GET / HTTP/1.1\r\n\r\n', 'GET /v1/%zz HTTP/1.1\r\nhost: x\r\n\r\n']
    for (const head of heads) {
      const client = await rawClient(t, port)
      client.send(head.repeat(30_000))
      await client.ended
    }
    logger.flush()
    const told = lines.filter((line) => line.includes('"msg":"request"'))
    t.ok(told.length >= 202 && told.length < 1_000, `${told.length} were looked at, not 60,000`)
  })

  t.test('more connections than the limit, and takes them again later', async (t) => {
    const { app } = await service(t, { connectionLimit: 5 })
    const port = await listening(app)
    const held = []
    for (let n = 0; n < 5; n += 1) held.push(await rawClient(t, port))
    const client = await rawClient(t, port)
    const refused = problem(await client.ended)
    t.match(refused, { status: 503, code: 'OVERLOADED', retryAfter: '1' })
    for (const { socket } of held) socket.destroy()
    const live = () => exchange(t, port, message('GET', '/health/live'))
    t.ok(await eventually(async () => /^HTTP\/1\.1 200 /.test(await live())), 'later')
  })

  t.test('more requests at once than the limit; supervisors are answered', async (t) => {
    const { app } = await service(t, { requestLimit: 3 })
    const port = await listening(app)
    const before = arrived
    const held = Array.from({ length: 3 }, () => exchange(t, port, message('GET', '/slow')))
    t.ok(await eventually(() => arrived === before + 3))
    const refused = problem(await exchange(t, port, message('GET', '/schemas')))
    t.match(refused, { status: 503, code: 'OVERLOADED', retryAfter: '2', detail: /under way/ })
    t.match(await exchange(t, port, message('GET', '/health/live')), /^HTTP\/1\.1 200 /)
    const ready = problem(await exchange(t, port, message('GET', '/health/ready')))
    t.match(ready, { status: 503, code: 'OVERLOADED', detail: /Too many requests/ })
    for (const answer of await Promise.all(held)) t.match(answer, /^HTTP\/1\.1 200 /)
    t.match(await exchange(t, port, message('GET', '/health/ready')), /^HTTP\/1\.1 200 /)
  })

  t.test('more bytes of bodies at once than there is room for', async (t) => {
    const one = await service(t, { bodyMemoryBytes: 1_000_000 })
    const { token } = await one.actor('producer')
    const port = await listening(one.app)
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': 900_000
    }
    const slow = await rawClient(t, port)
    slow.send(message('POST', '/v1/events/check', headers))
    await sleep(1_000)
    const request = message('POST', '/v1/events/check', headers)
    const refused = problem(await exchange(t, port, request))
    t.match(refused, { status: 503, code: 'OVERLOADED', detail: /large requests/ })
    slow.socket.destroy()
    const blank = `${request}${' '.repeat(900_000)}`
    const next = async () => problem(await exchange(t, port, blank))
    const isRoom = await eventually(async () => (await next()).status !== 503)
    t.ok(isRoom, 'there is room again')
    t.match(await next(), { status: 400, code: 'BODY_INVALID' })
  })

  t.test('what would wait too long for the database', async (t) => {
    const one = await service(t, { poolWaitingLimit: 5 })
    const port = await listening(one.app)
    const busy = Array.from({ length: 16 }, () => one.deps.db.query({ text: 'select pg_sleep(3)' }))
    const refused = problem(await exchange(t, port, message('GET', '/schemas')))
    t.match(refused, { status: 503, code: 'OVERLOADED', detail: /the database/ })
    await Promise.all(busy)
    t.match(await exchange(t, port, message('GET', '/schemas')), /^HTTP\/1\.1 200 /)
  })

  t.test('requests while the process is behind its work, and recovers', async (t) => {
    const { app } = await service(t, { eventLoopLimitMs: 50 })
    const port = await listening(app)
    const hog = setInterval(() => {
      const end = Date.now() + 200
      while (Date.now() < end);
    }, 1)
    t.teardown(() => clearInterval(hog))
    await sleep(2_000)
    const refused = problem(await exchange(t, port, message('GET', '/schemas')))
    t.match(refused, { status: 503, code: 'OVERLOADED', detail: /behind/ })
    clearInterval(hog)
    const schemas = () => exchange(t, port, message('GET', '/schemas'))
    t.ok(await eventually(async () => /^HTTP\/1\.1 200 /.test(await schemas())), 'recovered')
  })
})
