import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { PoolSettings } from './pool.ts'
import { clockAhead, clockProblem } from './server-clock.ts'
import { unsafeSettings } from './unsafe-settings.ts'

const OLDEST = 150_000

interface ServerSettings {
  readonly version: number
  readonly encoding: string
  readonly recovering: boolean
  readonly default_transaction_read_only: string
}

/** The server cannot be used as it is set up. The message says what to change. */
export class ServerRefused extends Error {
  override readonly name = 'ServerRefused'
}

/**
 * Refuses a server that is older than PostgreSQL 15, that does not store UTF-8, or that is set to
 * lose acknowledged writes or to keep damage quiet. The settings are those of our own session, so a setting of the role or
 * of the database counts too. Unless `readOnly`, also a replica is refused, and unless it `onlyLooks`, a
 * login that may only read and a clock that is wrong. A pooler that lends its sessions for one transaction
 * is refused as well.
 */
export async function refuseUnsafeServer(
  pool: pg.Pool,
  {
    poolSize,
    readOnly = false,
    onlyLooks = readOnly,
    now = Date.now
  }: Pick<PoolSettings, 'poolSize' | 'readOnly' | 'onlyLooks' | 'now'>
): Promise<void> {
  const settings = await readSettings(pool)
  const unsafe = await unsafeSettings(pool)
  const aheadMs = onlyLooks ? 0 : await clockAhead(pool, now)
  const problems = [
    aheadMs === 0 ? null : clockProblem(aheadMs),
    poolSize > 1 && (await sharesSessions(pool))
      ? 'a pooler lends its sessions for one transaction, so locks and settings would be those of others; let it pool sessions (PgBouncer: pool_mode = session), or connect to PostgreSQL itself'
      : null,
    settings.version >= OLDEST
      ? null
      : `the server is PostgreSQL ${settings.version / 10_000}; 15 or newer is needed`,
    settings.encoding === 'UTF8'
      ? null
      : `the database is encoded in ${settings.encoding}; UTF8 is needed (createdb --encoding=UTF8 --template=template0)`,
    settings.recovering && !readOnly ? 'the server is a replica; writing needs the primary' : null,
    settings.default_transaction_read_only === 'on' && !onlyLooks
      ? 'default_transaction_read_only is on for this login, so nothing could be accepted; set it to off, or ask who set it: a disk may run full'
      : null,
    ...unsafe
  ].filter((problem) => problem !== null)
  if (problems.length > 0)
    throw new ServerRefused(`The database is refused: ${problems.join('; ')}`)
}

async function readSettings(pool: pg.Pool): Promise<ServerSettings> {
  const { rows } = await pool.query<ServerSettings>(`
    select current_setting('server_version_num')::int as version,
           current_setting('server_encoding') as encoding,
           pg_is_in_recovery() as recovering,
           current_setting('default_transaction_read_only') as default_transaction_read_only`)
  const [settings] = rows
  if (settings === undefined) throw new Error('PostgreSQL answered without a row')
  return settings
}

/** Under load a pooler may lend the same session by chance, so it is asked more than once. */
const ATTEMPTS = 5

/**
 * True where two connections are seen to share a session of the server, or one to change it: between them
 * and PostgreSQL is a pooler in transaction mode. What is set for a session, its advisory locks and its
 * prepared statements belong to others by then.
 */
export async function sharesSessions(pool: Pick<pg.Pool, 'connect'>): Promise<boolean> {
  const [one, two] = [await pool.connect(), await pool.connect()]
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const mark = randomUUID()
      await one.query(`set lodestone.session = '${mark}'`)
      // One after the other first: a pooler that lends its sessions in turns would lend two of them to
      // two connections that ask in turns as well.
      if ((await markOf(one)) !== mark) return true
      if ((await markOf(two)) === mark || (await markOf(one)) !== mark) return true
    }
    return false
  } finally {
    one.release()
    two.release()
  }
}

async function markOf(client: pg.PoolClient): Promise<string | null> {
  const text = `select current_setting('lodestone.session', true) as mark`
  const { rows } = await client.query<{ mark: string | null }>(text)
  return rows[0]?.mark ?? null
}
