/** What an operator reads of requests: one line each, however it ended. */
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { createLogger } from '../../../src/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { exchange, listening, message, rawClient } from '../../support/raw-socket.ts'
import { testApp } from '../../support/service.ts'

const LARGE = 64 * 1024 * 1024

interface Line {
  readonly msg: string
  readonly reqId: string
  readonly path: string
  readonly status?: number
  readonly aborted?: true
  readonly ms: number
  readonly remoteAddress: string | null
}

async function watched(t: Test) {
  const written: string[] = []
  const asked: string[] = []
  const logger = createLogger('info', { write: (line) => written.push(line) })
  const service = await testApp(t, {
    logger,
    extend: (app) => {
      const config = { scope: 'public' as const }
      app.get('/large', { config }, async () => {
        asked.push('/large')
        return Buffer.alloc(LARGE, 'x')
      })
      app.get('/never', { config }, () => {
        asked.push('/never')
        return new Promise(() => {})
      })
    }
  })
  const lines = (path: string): Line[] => {
    logger.flush()
    const all = written.join('').split('\n').filter(Boolean)
    return all
      .map((text) => JSON.parse(text) as Line)
      .filter((line) => line.msg === 'request' && line.path === path)
  }
  return { service, lines, asked, port: await listening(service.app) }
}

t.test('accepts', async (t) => {
  t.test('every request with a line, also one that is refused by its head', async (t) => {
    const { port, lines } = await watched(t)
    const answer = await exchange(t, port, message('GET', '/health/live'))
    const twice = message('GET', '/schemas').replace('\r\n', '\r\nhost: other\r\n')
    t.match(await exchange(t, port, twice), /^HTTP\/1\.1 400 /)
    t.match(await exchange(t, port, message('GET', '/nothing')), /^HTTP\/1\.1 404 /)
    t.ok(await eventually(() => lines('/nothing').length === 1))
    const odd = '/no"thing\\u0041-%0a'
    t.match(await exchange(t, port, message('GET', odd)), /^HTTP\/1\.1 404 /)
    t.ok(await eventually(() => lines(odd).length === 1), 'an address that JSON has to escape')
    const long = `/${'"'.repeat(7_000)}`
    t.match(await exchange(t, port, message('GET', long)), /^HTTP\/1\.1 404 /)
    const begins = `${long.slice(0, 1_000)}…`
    t.ok(await eventually(() => lines(begins).length === 1), 'the beginning of a long one')
    const [line] = lines('/health/live')
    t.match(line, { status: 200, ms: Number, reqId: /x-request-id: (\S+)/i.exec(answer)?.[1] })
    t.equal(line?.aborted, undefined)
    t.match(lines('/schemas'), [{ status: 400 }])
    t.match(lines('/nothing'), [{ status: 404 }])
  })

  t.test('whoever left before it had its answer, as such and without a status', async (t) => {
    const { service, port, lines, asked } = await watched(t)
    for (const path of ['/large', '/never']) {
      const client = await rawClient(t, port)
      client.socket.pause()
      client.send(message('GET', path))
      t.ok(await eventually(() => asked.includes(path)))
      client.socket.destroy()
      t.ok(await eventually(() => lines(path).length === 1), path)
      const [line] = lines(path)
      t.equal(line?.aborted, true, path)
      t.equal(line?.status, undefined)
    }
    const { token } = await service.actor('producer')
    const client = await rawClient(t, port)
    const arrived = once(service.app.server, 'request')
    const headers = { authorization: `Bearer ${token}`, 'content-length': 100 }
    client.send(message('POST', '/v1/events', headers, '{'))
    await arrived
    client.socket.resetAndDestroy()
    t.ok(await eventually(() => lines('/v1/events').length === 1))
    t.match(lines('/v1/events'), [{ aborted: true, remoteAddress: '127.0.0.1' }], 'and who it was')
    t.notMatch(await metrics(service), /route="\/(large|never)"/, 'no answer is counted')
  })
})

async function metrics(service: Awaited<ReturnType<typeof watched>>['service']): Promise<string> {
  const { token } = await service.actor('admin')
  const answer = await service.request('GET', '/metrics', undefined, {
    authorization: `Bearer ${token}`
  })
  return answer.raw.toString()
}

t.test('says of a request no more than the service is told to say', async (t) => {
  const said = async (level: string) => {
    const written: string[] = []
    const logger = createLogger(level, { write: (line) => written.push(line) })
    const service = await testApp(t, { logger })
    await service.deps.db.close()
    t.equal((await service.request('GET', '/health/ready')).status, 503)
    logger.flush()
    return written.join('')
  }
  t.match(await said('warn'), /request could not be served|not ready/)
  t.equal(await said('error'), '')
})
