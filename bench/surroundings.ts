import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Database, openDatabase } from '../src/storage/database.ts'
import { startEmbedded } from '../src/storage/embedded/start-embedded.ts'
import type { Child } from './child.ts'
import { startChild } from './child.ts'
import type { Job, Outcome } from './load/generator.ts'
import type { Cast } from './register-cast.ts'
import type { Listening, Question, Usage } from './service.ts'

/** A private PostgreSQL, the service on it, and a load generator, each in a process of its own. */
export interface Surroundings {
  readonly databaseUrl: string
  /** A connection of the benchmark itself, for what it prepares and counts. */
  readonly db: Database
  readonly service: Listening
  usage(): Promise<Usage>
  ask<Answer = unknown>(question: Exclude<Question, 'stop'>): Promise<Answer>
  /** Tokens live a quarter of an hour. */
  renewTokens(): Promise<void>
  load(job: Job): Promise<Outcome>
  /**
   * Stops the service and starts it anew on the same database; `alone` without the servers that only
   * the benchmark has, until it is started again.
   */
  restartService(company?: 'alone'): Promise<Listening>
  close(): Promise<void>
}

export interface SurroundingsOptions {
  /** Where the database lies; a directory on a real disk. */
  readonly directory?: string
  /** For the process of the service, such as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[]
}

const PACKAGE = new URL('../package.json', import.meta.url)

/** As much memory as a small server gives its database; durability stays as the service demands. */
const SETTINGS = {
  shared_buffers: '512MB',
  max_wal_size: '4GB',
  max_connections: '200'
}

/** How `npm start` runs Node, so that what is measured is what runs. */
function wordsOfStart(): { readonly flags: readonly string[]; readonly compileCache: string } {
  const { scripts } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as {
    readonly scripts: { readonly start: string }
  }
  const flags = scripts.start.split(' ').filter((word) => word.startsWith('--'))
  const [, folder = ''] = /^NODE_COMPILE_CACHE=(\S+) /.exec(scripts.start) ?? []
  return { flags, compileCache: fileURLToPath(new URL(folder, PACKAGE)) }
}

export async function prepare(options: SurroundingsOptions = {}): Promise<Surroundings> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'lodestone-bench-'))
  // Root runs PostgreSQL as another user, who must be able to enter.
  chmodSync(directory, 0o711)
  const quiet = { info: () => {}, warn: console.warn, error: console.error }
  const server = await startEmbedded(directory, quiet, { settings: SETTINGS })
  const db = await openDatabase({
    url: server.url,
    poolSize: 4,
    statementTimeoutMs: 3_600_000,
    lockTimeoutMs: 60_000,
    idleInTransactionTimeoutMs: 3_600_000,
    connectTimeoutMs: 10_000
  })
  const generator = startChild('load/generator.ts')
  const { flags, compileCache } = wordsOfStart()
  const start = (company = '') =>
    startChild('service.ts', [server.url, join(directory, 'guard'), company], {
      execArgv: [...flags, ...(options.nodeOptions ?? [])],
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache }
    })
  let child: Child = start()
  let service = await child.heard<Listening>()
  return {
    databaseUrl: server.url,
    db,
    get service() {
      return service
    },
    usage: () => child.ask<Usage>('usage' satisfies Question),
    ask: (question) => child.ask(question),
    async renewTokens() {
      service = { ...service, cast: await child.ask<Cast>('tokens' satisfies Question) }
    },
    load: (job) => generator.ask<Outcome>(job),
    async restartService(company) {
      await child.end('stop' satisfies Question)
      child = start(company)
      service = await child.heard<Listening>()
      return service
    },
    async close() {
      await child.end('stop' satisfies Question)
      await generator.end()
      await db.close()
      await server.stop()
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true })
    }
  }
}
