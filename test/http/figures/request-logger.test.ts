import { pino } from 'pino'
import t from 'tap'
import { RequestLogger } from '../../../src/http/figures/request-logger.ts'

/** What a request of a route with a level of its own says where the service is told a level. */
function said(service: string, route: string | undefined): string[] {
  const lines: string[] = []
  const parent = pino({ level: service }, { write: (line: string) => void lines.push(line) })
  const logger = new RequestLogger(
    parent,
    { reqId: 'r' },
    route === undefined ? {} : { level: route }
  )
  for (const level of ['info', 'warn', 'error'] as const) logger[level](level)
  return lines.map((line) => JSON.parse(line).msg)
}

t.test('a route says less than the service is told to, never more', async (t) => {
  t.strictSame(said('info', 'warn'), ['warn', 'error'])
  t.strictSame(said('error', 'warn'), ['error'])
  t.strictSame(said('silent', 'warn'), [])
  t.strictSame(said('info', undefined), ['info', 'warn', 'error'])
})
