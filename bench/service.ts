/**
 * The service that is measured, in a process of its own: the application that is shipped, on the
 * database whose address is the first argument, with two routes that only the benchmark has. One
 * looks a row up by its key and does nothing else; the other, on a bare Fastify of its own, returns a
 * constant. Tells its parent where it listens, and answers what the parent asks about the process.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import Fastify, { type FastifyInstance } from 'fastify'
import { destination } from 'pino'
import { readConfig } from '../src/config.ts'
import { buildApp } from '../src/http/app.ts'
import { createLogger } from '../src/logger.ts'
import { loadReference } from '../src/reference.ts'
import { createDeps } from '../src/registry/create-deps.ts'
import { openDatabase } from '../src/storage/database.ts'
import { directoryGuard } from '../src/storage/guard.ts'
import { migrate } from '../src/storage/migrate.ts'
import type { Cast } from './register-cast.ts'
import { registerCast } from './register-cast.ts'

const [databaseUrl = '', guardDir = ''] = process.argv.slice(2)

/** What the parent learns once the service listens. */
export interface Listening {
  readonly address: string
  readonly constantAddress: string
  readonly cast: Cast
}

/** What the parent may ask. */
export type Question = 'usage' | 'stop'

export interface Usage {
  readonly rssBytes: number
  readonly maxRssBytes: number
  readonly cpuMicroseconds: number
  /** Event-loop delay since the last question, milliseconds. */
  readonly delayP99Ms: number
}

const config = readConfig({
  LODESTONE_DATABASE_URL: databaseUrl,
  LODESTONE_PORT: '0',
  LODESTONE_TOKEN_LIFETIME_SECONDS: '900'
})
const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()
const db = await openDatabase({ ...config, url: databaseUrl })
await migrate(db)
const deps = createDeps(db, loadReference(), {
  log: { origin: 'localhost/log', guard: directoryGuard(guardDir) }
})
await deps.log.start()
deps.corrections.start((error) => console.error(error))
// As in production: every request is logged, to where nothing slows it down.
const logger = createLogger(config.logLevel, destination({ dest: '/dev/null', sync: true }))
const app = await buildApp({ deps, config, logger })
app.get<{ Params: { batch: string } }>(
  '/bench/raw/:batch',
  { config: { scope: 'chain:read' } },
  async (request) => {
    const rows = await db.query<{ id: string; position: string }>({
      name: 'bench_raw',
      text: 'select id, position from batch where id = $1',
      values: [request.params.batch]
    })
    return rows[0] ?? {}
  }
)
const constant = Fastify({ logger: false })
constant.get('/', async () => ({ id: '00000000-0000-4000-8000-000000000000', position: '1' }))
const address = await app.listen({ host: '127.0.0.1', port: 0 })
const constantAddress = await constant.listen({ host: '127.0.0.1', port: 0 })
const cast = await registerCast(deps, app)

process.on('message', async (question: Question) => {
  if (question === 'usage') {
    process.send?.(usage())
    return
  }
  await closeAll([app, constant])
  process.disconnect()
})
process.send?.({ address, constantAddress, cast } satisfies Listening)

function usage(): Usage {
  const { maxRSS } = process.resourceUsage()
  const { user, system } = process.cpuUsage()
  const delayP99Ms = delay.percentile(99) / 1e6
  delay.reset()
  return {
    rssBytes: process.memoryUsage().rss,
    maxRssBytes: maxRSS * 1024,
    cpuMicroseconds: user + system,
    delayP99Ms
  }
}

async function closeAll(apps: readonly FastifyInstance[]): Promise<void> {
  for (const each of apps) await each.close()
  await deps.bookkeeper.close()
  await deps.corrections.close()
  await deps.log.stop()
  await db.close()
}
