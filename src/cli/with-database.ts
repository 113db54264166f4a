import type { Config } from '../config.ts'
import type { LogKey } from '../log/log-key.ts'
import { createLogger } from '../logger.ts'
import { readKeyOfLog } from '../registry/log-key.ts'
import { type Database, openDatabase } from '../storage/database.ts'
import { startEmbedded } from '../storage/embedded/start-embedded.ts'
import { CommandError, exitCodes } from './exit.ts'

/** Rebuilding a large registry takes longer than a request may. */
const PATIENCE_MS = 600_000

/** Opens the configured database for one command, starting the embedded one where there is none. */
export async function withDatabase<Result>(
  config: Config,
  work: (db: Database) => Promise<Result>
): Promise<Result> {
  if (config.databaseUrl !== null) return opened(config, config.databaseUrl, work)
  const embedded = await startEmbedded(config.dataDir, createLogger('warn'))
  try {
    return await opened(config, embedded.url, work)
  } finally {
    await embedded.stop()
  }
}

async function opened<Result>(
  config: Config,
  url: string,
  work: (db: Database) => Promise<Result>
): Promise<Result> {
  const db = await openDatabase({
    ...config,
    url,
    statementTimeoutMs: PATIENCE_MS,
    idleInTransactionTimeoutMs: PATIENCE_MS
  })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

/** The key of the log; ends the command where the log was never signed. */
export async function keyOfLog(db: Database): Promise<LogKey> {
  const key = await readKeyOfLog(db)
  if (key) return key
  throw new CommandError(exitCodes.refused, 'The log was never signed: run the service first.')
}
