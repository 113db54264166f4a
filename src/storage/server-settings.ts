import type pg from 'pg'
import type { PoolSettings } from './pool.ts'

const OLDEST = 150_000

/** Settings that would let an acknowledged write disappear, and the values that do so. */
const UNSAFE = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off'
} as const

interface ServerSettings {
  readonly version: number
  readonly encoding: string
  readonly recovering: boolean
  readonly default_transaction_read_only: string
  readonly fsync: string
  readonly synchronous_commit: string
  readonly full_page_writes: string
}

/** The server cannot be used as it is set up. The message says what to change. */
export class ServerRefused extends Error {
  override readonly name = 'ServerRefused'
}

/**
 * Refuses a server that is older than PostgreSQL 15, that does not store UTF-8, or that is set to
 * lose acknowledged writes. The settings are those of our own session, so a setting of the role or
 * of the database counts too. Unless `readOnly`, also a replica is refused, and unless it `onlyLooks`, a
 * login that may only read.
 */
export async function refuseUnsafeServer(
  pool: pg.Pool,
  { readOnly = false, onlyLooks = readOnly }: Pick<PoolSettings, 'readOnly' | 'onlyLooks'>
): Promise<void> {
  const settings = await readSettings(pool)
  const problems = [
    settings.version >= OLDEST
      ? null
      : `the server is PostgreSQL ${settings.version / 10_000}; 15 or newer is needed`,
    settings.encoding === 'UTF8'
      ? null
      : `the database is encoded in ${settings.encoding}; UTF8 is needed`,
    settings.recovering && !readOnly ? 'the server is a replica; writing needs the primary' : null,
    settings.default_transaction_read_only === 'on' && !onlyLooks
      ? 'default_transaction_read_only is on for this login, so nothing could be accepted; set it to off, or ask who set it: a disk may run full'
      : null,
    ...Object.entries(UNSAFE).map(([name, value]) =>
      settings[name as keyof typeof UNSAFE] === value
        ? `${name} is ${value}, so an accepted document could be lost in a crash; set it to on`
        : null
    )
  ].filter((problem) => problem !== null)
  if (problems.length > 0)
    throw new ServerRefused(`The database is refused: ${problems.join('; ')}`)
}

async function readSettings(pool: pg.Pool): Promise<ServerSettings> {
  const { rows } = await pool.query<ServerSettings>(`
    select current_setting('server_version_num')::int as version,
           current_setting('server_encoding') as encoding,
           pg_is_in_recovery() as recovering,
           current_setting('default_transaction_read_only') as default_transaction_read_only,
           current_setting('fsync') as fsync,
           current_setting('synchronous_commit') as synchronous_commit,
           current_setting('full_page_writes') as full_page_writes`)
  const [settings] = rows
  if (settings === undefined) throw new Error('PostgreSQL answered without a row')
  return settings
}
