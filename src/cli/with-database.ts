import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { LogKey } from '../log/log-key.ts'
import { createLogger } from '../logger.ts'
import { readKeyOfLog } from '../registry/log/log-key.ts'
import { startRemedy } from '../service-remedy.ts'
import type { PoolSettings } from '../storage/connection/pool.ts'
import { readStanding } from '../storage/connection/readiness.ts'
import { type Database, openDatabase } from '../storage/database.ts'
import { startEmbedded } from '../storage/embedded/start-embedded.ts'
import { MigrationRefused, refuseOtherSchema } from '../storage/migrate.ts'
import { CommandError, exitCodes, usageError } from './exit.ts'

/** Rebuilding a large registry takes longer than a request may. */
const PATIENCE_MS = 600_000

/** What a command does there: whoever writes needs a right clock, and a server that lets it. */
type Use = Required<Pick<PoolSettings, 'onlyLooks'>>

/**
 * Opens the configured database for one command, starting the embedded one where none is configured. Ends
 * the command where there is no registry: one that looks for mistakes makes nothing to find them in.
 */
export async function withDatabase<Result>(
  config: Config,
  work: (db: Database) => Promise<Result>,
  use: Use = { onlyLooks: true }
): Promise<Result> {
  if (config.databaseUrl !== null) return opened(config, config.databaseUrl, work, use)
  if (!existsSync(join(config.dataDir, 'postgres'))) throw noRegistry(`in ${config.dataDir}`)
  const embedded = await startEmbedded(config.dataDir, createLogger('warn'))
  try {
    return await opened(config, embedded.url, work, use)
  } finally {
    await embedded.stop()
  }
}

async function opened<Result>(
  config: Config,
  url: string,
  work: (db: Database) => Promise<Result>,
  { onlyLooks }: Use
): Promise<Result> {
  const db = await openDatabase({
    ...config,
    url,
    statementTimeoutMs: PATIENCE_MS,
    idleInTransactionTimeoutMs: PATIENCE_MS,
    onlyLooks
  }).catch((error) => refuseToOpen(error, config))
  try {
    if (!(await readStanding(db)).migrated) throw noRegistry('in the database')
    await refuseOtherSchema(db).catch(explain)
    return await work(db)
  } finally {
    await db.close()
  }
}

/** Ends the command with what the service would say to do where it cannot start for the same reason. */
export function refuseToOpen(error: Error, config: Config): never {
  const remedy = startRemedy(error, config)
  if (remedy === null) throw error
  const lines = [`The database cannot be used: ${error.message}.`, remedy]
  throw new CommandError(exitCodes.failed, lines, { cause: error })
}

function explain(error: unknown): never {
  if (error instanceof MigrationRefused) throw usageError(`${error.message}.`)
  throw error
}

function noRegistry(where: string): CommandError {
  return usageError(
    `There is no registry ${where}: set DATABASE_URL, or LODESTONE_DATA_DIR, as the service has it.`
  )
}

/** The key of the log; ends the command where the log was never signed. */
export async function keyOfLog(db: Database): Promise<LogKey> {
  const key = await readKeyOfLog(db)
  if (key) return key
  throw new CommandError(exitCodes.refused, 'The log was never signed: run the service first.')
}
