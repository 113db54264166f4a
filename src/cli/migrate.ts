import type { Config } from '../config.ts'
import { createLogger } from '../logger.ts'
import { BLOCKED_REMEDY, waitingRemedy } from '../service-remedy.ts'
import { startEmbedded } from '../storage/embedded/start-embedded.ts'
import { type LockHolder, migrateAt } from '../storage/migrate.ts'
import { environment } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { exitCodes, usageError } from './exit.ts'
import { refuseToOpen } from './with-database.ts'

const help = `Brings the schema of the database up to date and ends. The service does the same at every
start; run it by itself where the service may not change the schema, or before a rolling update.
Safe to repeat and to run from several machines at once.

Reads LODESTONE_DATABASE_URL; without it, the embedded PostgreSQL in LODESTONE_DATA_DIR is started,
migrated and stopped.`

/** `lodestone migrate` */
export const migrate: Command = {
  help: `lodestone migrate\n\n${help}`,
  run: async (args, terminal) => {
    if (readArgs(args, {}).positionals.length > 0) throw usageError('migrate takes no words.')
    const config = environment()
    const onWaiting = (holder: LockHolder) =>
      terminal.complain(
        `Another session (process ${holder.pid} of the server) holds the lock of migrations. ${waitingRemedy(holder)}`
      )
    const onBlocked = () =>
      terminal.complain(`Others use a table that the migration changes. ${BLOCKED_REMEDY}`)
    const onIndex = (name: string) =>
      terminal.complain(
        `Builds the index ${name} while others go on; on a large table that takes long.`
      )
    const told = { onWaiting, onBlocked, onIndex }
    await withDatabaseUrl(config, (url) =>
      migrateAt({ ...config, url }, told).catch((error) => refuseToOpen(error, config))
    )
    terminal.print('The schema is up to date.')
    return exitCodes.ok
  }
}

async function withDatabaseUrl(config: Config, work: (url: string) => Promise<void>) {
  if (config.databaseUrl !== null) return work(config.databaseUrl)
  const embedded = await startEmbedded(config.dataDir, createLogger('warn'))
  try {
    return await work(embedded.url)
  } finally {
    await embedded.stop()
  }
}
