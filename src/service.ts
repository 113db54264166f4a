import { join } from 'node:path'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import { readPublications } from './formats/publications.ts'
import { buildApp } from './http/app.ts'
import { letNobodyIn } from './http/connection/closing.ts'
import type { ServiceLogger } from './logger.ts'
import { loadReference } from './reference.ts'
import { bootstrap } from './registry/bootstrap.ts'
import { createDeps } from './registry/create-deps.ts'
import type { Deps } from './registry/deps.ts'
import { logPublications } from './registry/log/log-publications.ts'
import type { LogState } from './registry/log/transparency-log.ts'
import type { NewClient } from './registry/parties/register-client.ts'
import { seldom } from './registry/seldom.ts'
import { BLOCKED_REMEDY, NEIGHBOR_REMEDY, ROOM_REMEDY, waitingRemedy } from './service-remedy.ts'
import { connectionRoom } from './storage/connection/connection-room.ts'
import { differingNeighbors } from './storage/connection/neighbors.ts'
import { clockProblem } from './storage/connection/server-clock.ts'
import { type Database, openDatabase } from './storage/database.ts'
import { startEmbedded } from './storage/embedded/start-embedded.ts'
import { directoryGuard } from './storage/journal/guard.ts'
import { type LockHolder, migrateAt } from './storage/migrate.ts'

/** The organization that keeps a new registry, until it says more of itself. ZZ: not yet stated. */
const KEEPER = { name: 'Keeper of this registry', country: 'ZZ' }

export interface ServiceOptions {
  readonly logger: ServiceLogger
  /** Shown the secret of the first administrator, once in the life of a database. */
  readonly announce: (administrator: FirstAdministrator) => void
  /** Ends a start that waits for another process to migrate the database. */
  readonly signal?: AbortSignal
}

export interface FirstAdministrator extends NewClient {
  readonly secret: string
}

/** A service that listens. */
export interface Service {
  readonly app: FastifyInstance
  readonly deps: Deps
  /** Where it listens, with the port that it got. */
  readonly address: string
  /** Answers what is under way, then closes everything that was opened. */
  stop(): Promise<void>
}

/**
 * Opens the database (or starts the embedded one), migrates it, makes the first administrator and
 * listens. Where one step fails, what the earlier ones opened is closed again.
 */
export async function startService(config: Config, options: ServiceOptions): Promise<Service> {
  const opened: (() => Promise<void>)[] = []
  const stop = (): Promise<void> => closeAll(opened.splice(0).reverse())
  try {
    const reference = loadReference()
    const db = await openConfigured(config, options, opened)
    const deps = createDeps(db, reference, {
      log: logSettings(config),
      queue: { events: config.queueEvents, bytes: config.queueBytes },
      issuers: config.trustedIssuers
    })
    // Before anything is accepted it is known whether the history goes on from what was signed.
    await deps.log.start((state) => tellOfLog(state, options.logger))
    opened.push(() => deps.log.stop())
    opened.push(() => deps.bookkeeper.close())
    opened.push(() => deps.corrections.close())
    opened.push(() => deps.imports.close())
    if (deps.log.state().refusal === null) {
      await bootstrap(deps, KEEPER, options.announce)
      await logPublications(deps, readPublications())
    }
    await tellOfNeighbors(db, config, options.logger)
    await tellOfRoom(db, config, options.logger)
    const app = await buildApp({ deps, config, logger: options.logger })
    opened.push(() => {
      letNobodyIn(app)
      return app.close()
    })
    const address = await app.listen({ host: oneAddress(config.host), port: config.port })
    // Not before: while routes are compiled nobody goes on with a transaction, and PostgreSQL ends it.
    startJobs(deps, config, options.logger)
    return { app, deps, address, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * For `localhost` Fastify makes a server for each of its addresses, and the limits of connections know one
 * alone.
 */
function oneAddress(host: string): string {
  return host === 'localhost' ? '127.0.0.1' : host
}

function startJobs(deps: Deps, config: Config, logger: FastifyBaseLogger): void {
  deps.corrections.start(seldom((error) => logger.error({ err: error }, 'a correction waits')))
  deps.imports.start(deps, {
    documentLimitBytes: config.bodyLimitBytes,
    keepBytesHours: config.importBytesHours,
    keepResultsDays: config.importResultsDays,
    onFailure: seldom((error) => logger.error({ err: error }, 'an import waits or failed'))
  })
}

function logSettings({ publicUrl, guardDir, dataDir }: Config) {
  return {
    origin: `${publicUrl.replace(/^https?:\/\//, '')}/log`,
    guard: directoryGuard(guardDir ?? join(dataDir, 'guard'))
  }
}

/** Also hours after the start: a guard whose disk is full, or a failover that lost commits. */
function tellOfLog({ role, size, refusal, trouble }: LogState, logger: FastifyBaseLogger): void {
  if (refusal) logger.error(refusal, 'the log is not signed and nothing is accepted')
  else if (trouble !== null) logger.error({ trouble }, 'this process cannot sign the log')
  else logger.info({ role, size }, 'the log is well')
}

/** Each would refuse the tokens of the other, and clients behind one balancer be let in by chance. */
async function tellOfNeighbors(
  db: Database,
  { publicUrl }: Config,
  logger: FastifyBaseLogger
): Promise<void> {
  const others = await differingNeighbors(db, publicUrl)
  if (others.length === 0) return
  logger.warn(
    { publicUrl, others, remedy: NEIGHBOR_REMEDY },
    "Processes of this database have another LODESTONE_PUBLIC_URL: they and this one refuse each other's tokens"
  )
}

/** Who asks for a connection that PostgreSQL refuses is refused, though others would soon be free. */
async function tellOfRoom(
  db: Database,
  { poolSize }: Config,
  logger: FastifyBaseLogger
): Promise<void> {
  // One more for the sign of life.
  const wanted = poolSize + 1
  const room = await connectionRoom(db)
  if (room === null || room >= wanted) return
  logger.warn(
    { wanted, room, remedy: ROOM_REMEDY },
    'PostgreSQL lets this process have fewer connections than it will ask for: requests will be refused under load'
  )
}

/** One after the other, the last opened first; what fails does not keep the rest open. */
async function closeAll(closings: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const close of closings) await close().catch((error) => failures.push(error))
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed')
}

/** Of the newest schema. */
async function openConfigured(
  config: Config,
  { logger, signal }: ServiceOptions,
  opened: (() => Promise<void>)[]
): Promise<Database> {
  let url = config.databaseUrl
  if (url === null) {
    const embedded = await startEmbedded(config.dataDir, logger)
    opened.push(() => embedded.stop())
    url = embedded.url
  }
  const onConnectionLost = (error: Error): void =>
    logger.warn({ err: error }, 'A connection to the database ended')
  const onAway = (away: boolean): void => {
    if (away) logger.error('The database does not answer: requests are refused until it does')
    else logger.info('The database answers again')
  }
  const onClock = (aheadMs: number): void => {
    if (aheadMs === 0) logger.info('The clock is right again')
    else logger.error(`Nothing is accepted: ${clockProblem(aheadMs)}`)
  }
  const onUnsafe = (unsafe: readonly string[]): void => {
    if (unsafe.length === 0) logger.info('The database keeps again what it acknowledges')
    else logger.error(`Nothing is accepted: ${unsafe.join('; ')}`)
  }
  const onWaiting = (holder: LockHolder): void =>
    logger.warn(
      { ...holder, remedy: waitingRemedy(holder) },
      'Waits for another process to migrate'
    )
  const onBlocked = (): void =>
    logger.warn({ remedy: BLOCKED_REMEDY }, 'Others use a table that the migration changes')
  const onIndex = (index: string): void =>
    logger.info({ index }, 'Builds an index while others go on; on a large table that takes long')
  const migrating = { onWaiting, onBlocked, onIndex, ...(signal ? { signal } : {}) }
  await migrateAt({ ...config, url }, migrating)
  const told = { onConnectionLost, onAway, onClock, onUnsafe }
  const db = await openDatabase({ ...config, url, common: config.publicUrl, ...told })
  opened.push(() => db.close())
  return db
}
