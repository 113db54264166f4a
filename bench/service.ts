/**
 * The service that is measured, in a process of its own: what `npm start` runs, on the database whose
 * address is the first argument. Beside it, in the same process and unless the third argument is
 * `alone`, two servers that only the benchmark has: the same application with a route that looks a row
 * up by its key and does nothing else, and a bare Fastify that returns a constant. Tells its parent where
 * they listen, and does what it is asked.
 */
import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import Fastify from 'fastify'
import { destination } from 'pino'
import { readConfig } from '../src/config.ts'
import { buildApp } from '../src/http/app.ts'
import { createLogger } from '../src/logger.ts'
import { startService } from '../src/service.ts'
import { type Area, startProfile } from './profile.ts'
import type { Cast } from './register-cast.ts'
import { registerCast, renewTokens } from './register-cast.ts'

const [databaseUrl = '', guardDir = '', company = ''] = process.argv.slice(2)

/** What the parent learns once the service listens. */
export interface Listening {
  readonly address: string
  /** Empty where the service is alone. */
  readonly rawAddress: string
  readonly constantAddress: string
  readonly cast: Cast
}

/** What the parent may ask. */
export type Question = 'usage' | 'tokens' | 'profile' | 'profiled' | 'log on' | 'log off' | 'stop'

export interface Usage {
  readonly rssBytes: number
  readonly maxRssBytes: number
  readonly cpuMicroseconds: number
  /** Event-loop delay since the last question, milliseconds. */
  readonly delayP99Ms: number
}

/** Allowances that no load reaches: what a request costs with them is measured, being refused is not. */
const UNREACHED = '1000000000'
const config = readConfig({
  LODESTONE_DATABASE_URL: databaseUrl,
  LODESTONE_GUARD_DIR: guardDir,
  LODESTONE_PORT: '0',
  LODESTONE_TOKEN_LIFETIME_SECONDS: '900',
  LODESTONE_RATE_CLIENT: UNREACHED,
  LODESTONE_RATE_ADDRESS: UNREACHED,
  LODESTONE_RATE_TOKEN: UNREACHED,
  // Two applications are built in one process, and the machine is loaded on purpose.
  LODESTONE_EVENT_LOOP_LIMIT_MS: '60000',
  LODESTONE_DATABASE_SILENCE_MS: '60000'
})
const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()
// As in production: every request is logged, to where nothing slows it down.
const logger = createLogger(config.logLevel, destination({ dest: '/dev/null', sync: true }))
/** The document that `figures/documents.ts` asks for, so that both answers have the same bytes to send. */
const DOCUMENT = readFileSync(new URL('../test/fixtures/epd/magnet-n48h.json', import.meta.url))
const service = await startService(config, { logger, announce: () => {} })
const { deps } = service
const limits = company === 'alone' ? null : await startLimits()
let cast = await registerCast(deps, service.app)
let profiled: (() => Promise<readonly Area[]>) | undefined

process.on('message', async (question: Question) => {
  if (question === 'stop') await stop()
  else process.send?.((await answers[question]()) ?? null)
})
process.send?.({
  address: service.address,
  rawAddress: limits?.rawAddress ?? '',
  constantAddress: limits?.constantAddress ?? '',
  cast
} satisfies Listening)

/** What answers are held against. */
async function startLimits() {
  const raw = await buildApp({ deps, config, logger })
  raw.get<{ Params: { batch: string } }>(
    '/bench/raw/:batch',
    { config: { scope: 'chain:read' } },
    async (request) => {
      const rows = await deps.db.query<{ id: string; position: string }>({
        name: 'bench_raw',
        text: 'select id, position from batch where id = $1',
        values: [request.params.batch]
      })
      return rows[0] ?? {}
    }
  )
  const constant = Fastify({ logger: false })
  constant.get('/', (_request, reply) => reply.type('application/json').send(DOCUMENT))
  const anyPort = { host: '127.0.0.1', port: 0 }
  const rawAddress = await raw.listen(anyPort)
  const constantAddress = await constant.listen(anyPort)
  return { rawAddress, constantAddress, close: () => Promise.all([raw.close(), constant.close()]) }
}

const answers: Readonly<Record<Exclude<Question, 'stop'>, () => Promise<unknown>>> = {
  usage: async () => usage(),
  tokens: async () => {
    cast = await renewTokens(service.app, cast)
    return cast
  },
  profile: async () => {
    profiled = await startProfile()
  },
  profiled: async () => profiled?.(),
  'log on': () => deps.log.start(),
  'log off': () => deps.log.stop()
}

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

async function stop(): Promise<void> {
  await limits?.close()
  await service.stop()
  process.disconnect()
}
