/** What is nearly HTTP, on the wire: every answer is a refusal with its problem, and the next is served. */
import { connect } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { hostileText } from '../support/fuzz/hostile.ts'
import { exchange, listening, message } from '../support/raw-socket.ts'
import { SEED } from '../support/seed.ts'
import { testApp } from '../support/service.ts'

const RUNS = Number(process.env['FUZZ_REQUESTS'] ?? 10_000) / 20

const line = fc.oneof(
  fc.constantFrom(
    'GET /health/live HTTP/1.1',
    'GET /health/live HTTP/1.0',
    'GET /health/live HTTP/9.9',
    'GET http://x/health/live HTTP/1.1',
    'GET * HTTP/1.1',
    'CONNECT x:1 HTTP/1.1',
    'get /health/live http/1.1',
    'GET  /health/live  HTTP/1.1',
    'PRI * HTTP/2.0',
    '\u0016\u0003\u0001\u0002\u0000\u0001'
  ),
  hostileText.map((text) => `GET /${text} HTTP/1.1`)
)
const header = fc.oneof(
  fc.constantFrom(
    'host: x',
    'host: x\r\nhost: y',
    'content-length: 5',
    'content-length: -1',
    'content-length: 5, 6',
    'content-length: 99999999999999999999',
    'transfer-encoding: chunked',
    'transfer-encoding: gzip, chunked',
    'transfer-encoding: chunked\r\ncontent-length: 3',
    'upgrade: websocket\r\nconnection: upgrade',
    'expect: 100-continue',
    ' folded: x',
    'name : x',
    ': x',
    'x'
  ),
  fc.tuple(hostileText, hostileText).map(([name, value]) => `${name}: ${value}`)
)
const body = fc.oneof(
  fc.constantFrom(
    '',
    '0\r\n\r\n',
    '5\r\nhello\r\n0\r\n\r\n',
    'zz\r\n',
    'ffffffffffffffff\r\n',
    '-1\r\n'
  ),
  hostileText
)
const nearlyHttp = fc
  .record({
    line,
    headers: fc.array(header, { maxLength: 5 }),
    end: fc.constantFrom('\r\n', '\n'),
    body
  })
  .map((parts) =>
    [parts.line, ...parts.headers, 'connection: close', '', parts.body].join(parts.end)
  )

t.test('refuses what is not HTTP, and serves whoever comes next', async (t) => {
  const { app } = await testApp(t, { settings: { requestTimeoutMs: 2_000 } })
  const port = await listening(app)
  const statuses = new Map<string, number>()
  const property = fc.asyncProperty(nearlyHttp, async (text) => {
    const answer = await sent(port, text)
    const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? (answer === '' ? 'none' : 'odd')
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (status === 'odd' || status.startsWith('5')) throw new Error(answer.slice(0, 300))
    if (status.startsWith('4') && !/^content-type: application\/problem\+json/im.test(answer)) {
      throw new Error(`no problem: ${answer.slice(0, 300)}`)
    }
  })
  const outcome = await fc.check(property, {
    seed: SEED,
    numRuns: RUNS,
    interruptAfterTimeLimit: 60_000
  })
  t.notOk(outcome.failed, fc.defaultReportMessage(outcome) ?? 'every answer is in order')
  t.comment(`seed ${outcome.seed}, ${outcome.numRuns} runs: ${JSON.stringify([...statuses])}`)
  t.match(await exchange(t, port, message('GET', '/health/live')), /^HTTP\/1\.1 200 /)
})

/** Says the text and nothing more; what comes back until the other side ends. */
function sent(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.from(text, 'utf8')))
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
    })
    socket.on('error', () => resolve(heard))
    socket.on('close', () => resolve(heard))
  })
}
