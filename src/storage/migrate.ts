import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import type pg from 'pg'
import { applyStep, stepsOf } from './apply-migrations.ts'
import type { PoolSettings } from './connection/pool.ts'
import { sqlState } from './connection/sql-error.ts'
import { type Database, openDatabase } from './database.ts'

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url))

/** "lode" in ASCII: one migration at a time in one database, however many processes start. */
const LOCK = 0x6c6f6465

const LOCK_NOT_AVAILABLE = '55P03'

const RETRY_MS = 100
/** Longer than migrations take on a database of some size; an index on a large one may take more. */
const TELL_AFTER_MS = 5_000

/**
 * So long a migration waits for a lock, and so long it lets others have their turn before it asks again: behind one
 * that waits everybody else waits too. Longer than PostgreSQL takes to end a vacuum for it, shorter than a request has.
 */
const LOCK_MS = 2_000
const YIELD_MS = 3_000

/** The session that keeps others from migrating, as far as this login may see it. */
export interface LockHolder {
  readonly pid: number | null
  readonly application: string | null
  readonly address: string | null
  readonly state: string | null
}

/** For whoever may have to wait for another process. */
export interface Waiting {
  /** Told once, after some time. */
  readonly onWaiting?: (holder: LockHolder) => void
  /** Told once, where a table is in the hands of somebody else. */
  readonly onBlocked?: () => void
  /** Told of each index that is built while others write. */
  readonly onIndex?: (name: string) => void
  readonly tellAfterMs?: number
  /** Ends the waiting: `migrate` rejects. */
  readonly signal?: AbortSignal
}

/** The database holds other migrations than this version of the software knows. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused'
}

/**
 * Brings a database up to date by a connection of its own. Nobody waits for a sign of life meanwhile: a server that makes
 * hundreds of tables and indexes may owe other questions an answer for seconds, and is not away.
 */
export async function migrateAt(settings: PoolSettings, waiting: Waiting = {}): Promise<void> {
  const { databaseSilenceMs: _, ...patient } = settings
  // Two, to see whether a pooler lends them the same session: in that the lock would stay behind for good.
  const db = await openDatabase({ ...patient, poolSize: 2 })
  try {
    await migrate(db, waiting)
  } finally {
    await db.close()
  }
}

/**
 * Brings the schema up to date, in one transaction but for indexes that are built aside, under an advisory lock.
 * Safe to call from every process at every start. Rejects with MigrationRefused, and changes nothing, where the
 * database was migrated by a newer or another version.
 */
export async function migrate(
  db: Database,
  waiting: Waiting = {},
  folder = MIGRATIONS
): Promise<void> {
  const client = await db.pool.connect()
  try {
    // Building an index may take longer than a request may.
    await client.query('set statement_timeout = 0; set lock_timeout = 0')
    await takeLock(client, waiting)
    for (const step of stepsOf(await pendingOn(client, folder))) {
      await applyPatiently(client, step, waiting)
    }
    await refuseUnseen(client)
  } finally {
    // Not given back to the pool: closing the connection ends its settings and frees the lock.
    client.release(true)
  }
}

/** The list of migrations has a schema of its own, the tables are where the login looks for them. */
async function refuseUnseen(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ seen: boolean; path: string; schemas: string | null }>(
    `select to_regclass('journal_head') is not null as seen, current_setting('search_path') as path,
      (select string_agg(relnamespace::regnamespace::text, ', ') from pg_class
        where relname = 'journal_head' and relkind = 'r') as schemas`
  )
  const [{ seen, path, schemas } = { seen: true, path: '', schemas: null }] = rows
  if (seen) return
  throw new MigrationRefused(
    `The tables of the registry are in the schema ${schemas ?? '(none)'}, and this login looks in ${path || 'none'}: ` +
      'set its search_path to that schema (alter role … set search_path = …)'
  )
}

/** One that is asked for again and again: whoever waits can say for whom, and can be told to stop. */
async function takeLock(client: pg.PoolClient, waiting: Waiting): Promise<void> {
  const { onWaiting, tellAfterMs = TELL_AFTER_MS, signal } = waiting
  const began = performance.now()
  let told = false
  for (;;) {
    const text = 'select pg_try_advisory_lock($1) as taken'
    const { rows } = await client.query<{ taken: boolean }>(text, [LOCK])
    if (rows[0]?.taken) return
    if (!told && performance.now() - began > tellAfterMs) {
      told = true
      onWaiting?.(await holderOfLock(client))
    }
    await sleep(RETRY_MS, undefined, signal ? { signal } : {})
  }
}

async function holderOfLock(client: pg.PoolClient): Promise<LockHolder> {
  const { rows } = await client.query<LockHolder>(
    `select l.pid, a.application_name as application, host(a.client_addr) as address, a.state
       from pg_locks l left join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = $1 and l.objsubid = 1
        and l.database = (select oid from pg_database where datname = current_database())`,
    [LOCK]
  )
  return rows[0] ?? { pid: null, application: null, address: null, state: null }
}

/** Again and again, whole each time, until nobody reads or writes for long what it changes. */
async function applyPatiently(
  client: pg.PoolClient,
  step: readonly MigrationMeta[],
  waiting: Waiting
): Promise<void> {
  const { onBlocked, onIndex, signal } = waiting
  const terms = { lockMs: LOCK_MS, ...(onIndex ? { onIndex } : {}) }
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await applyStep(client, step, terms)
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error
      if (isFirst) onBlocked?.()
      await sleep(YIELD_MS, undefined, signal ? { signal } : {})
    }
  }
}

/**
 * What is still to be done. The hashes of what was done are compared one by one, in order: one that came late or was
 * edited is not passed over, what differs is refused.
 */
async function pendingOn(client: pg.PoolClient, folder: string): Promise<MigrationMeta[]> {
  const known = readMigrationFiles({ migrationsFolder: folder })
  const applied = await appliedHashes(client)
  if (applied.length > known.length) {
    throw new MigrationRefused(
      `The database has ${applied.length} migrations, this version knows ${known.length}: ` +
        'it was migrated by a newer version'
    )
  }
  const differing = applied.findIndex((hash, index) => hash !== known[index]?.hash)
  if (differing >= 0) {
    throw new MigrationRefused(
      `Migration ${differing} of the database is not the one of this version: ` +
        'it was migrated by another build. Before the first release a schema is never changed into the next: ' +
        'run the version that made it, or start with an empty database'
    )
  }
  return known.slice(applied.length)
}

/**
 * For commands that look at a database without bringing it up to date. Throws MigrationRefused where its
 * schema is not the one of this version; a login that may not see which it is, is let through.
 */
export async function refuseOtherSchema(db: Database): Promise<void> {
  const client = await db.pool.connect()
  try {
    if ((await pendingOn(client, MIGRATIONS)).length > 0) {
      throw new MigrationRefused('The database is of an older version: run `lodestone migrate`')
    }
  } catch (error) {
    if (sqlState(error) !== '42501') throw error
  } finally {
    client.release()
  }
}

async function appliedHashes(client: pg.PoolClient): Promise<string[]> {
  const { rows: tables } = await client.query(
    `select 1 where to_regclass('drizzle.__drizzle_migrations') is not null`
  )
  if (tables.length === 0) return []
  const { rows } = await client.query<{ hash: string }>(
    'select hash from drizzle.__drizzle_migrations order by created_at, id'
  )
  return rows.map((row) => row.hash)
}
