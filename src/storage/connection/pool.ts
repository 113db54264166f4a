import type pg from 'pg'
import { pulseName } from './neighbors.ts'
import { PatientPool } from './patient-pool.ts'
import { Pulse } from './pulse.ts'
import type { Clock } from './server-clock.ts'
import { valueParsers } from './value-parsers.ts'

export interface PoolSettings {
  /** `postgresql://…`; a unix socket as `postgresql://user@localhost/name?host=/directory`. */
  readonly url: string
  readonly poolSize: number
  /** Longest that one statement may run. */
  readonly statementTimeoutMs: number
  /** Longest that one statement may wait for a lock. */
  readonly lockTimeoutMs: number
  /**
   * A transaction that says nothing for this long is ended by PostgreSQL, so that a stopped process
   * cannot keep the journal head locked.
   */
  readonly idleInTransactionTimeoutMs: number
  /** Longest wait for a connection, from the pool or from the server. */
  readonly connectTimeoutMs: number
  /** For a streaming replica: every transaction is read-only. */
  readonly readOnly?: boolean
  /** For commands that only look: a login that may only read is enough. */
  readonly onlyLooks?: boolean
  /**
   * After so long without a sign of life the database counts as away: what is under way fails, and
   * what comes is refused at once until it answers again. Without it, limits of time do the same later.
   */
  readonly databaseSilenceMs?: number
  /** What the processes of this database have to have in common; each shows it to the others (neighbors.ts). */
  readonly common?: string
  /** Told when the database goes away, and when it is back. */
  readonly onAway?: (away: boolean) => void
  /** The clock of this process; that of the machine where nobody says otherwise. */
  readonly now?: Clock
  /** Told by how many milliseconds this clock is ahead of the server's (negative: behind) when it is wrong, 0 when it is right again. */
  readonly onClock?: (aheadMs: number) => void
  /** Told what is set on the server that could lose what is accepted, when that changes; nothing when all is well again. */
  readonly onUnsafe?: (unsafe: readonly string[]) => void
  /** Told when a connection breaks while nobody uses it. The pool opens another when needed. */
  readonly onConnectionLost?: (error: Error) => void
}

/** Every session speaks UTC and ISO dates, whatever the server, the role or the database prefer. */
const SESSION = {
  timezone: 'UTC',
  datestyle: 'ISO',
  client_encoding: 'UTF8',
  extra_float_digits: '1',
  // The pool closes what nobody needs; what the server closes may be in use by then, and that request is refused.
  idle_session_timeout: '0',
  // Where it is off, NULL in an array is a word of four letters.
  array_nulls: 'on',
  // A statement by itself has no other: whoever writes beside others would be refused for what they read.
  default_transaction_isolation: 'read committed'
} as const

/** PostgreSQL 17 has it and earlier ones refuse the name: it would end what verifies the books after so long. */
const WHOLE_TRANSACTIONS = `case when current_setting('server_version_num')::int >= 170000
  then set_config('transaction_timeout', '0', false) end`

/** A pool whose connections may break at any time without taking the process with them. */
export interface WatchedPool {
  readonly pool: pg.Pool
  /** Null where nobody asked for one. */
  readonly pulse: Pulse | null
}

export function openPool(settings: PoolSettings): WatchedPool {
  const pulse = startPulse(settings)
  const setting = sessionStatement(settings)
  const pool = new PatientPool({
    ...(pulse ? { Client: pulse.clientClass() } : {}),
    connectionString: settings.url,
    max: settings.poolSize,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    onConnect: (client) => client.query(setting),
    keepAlive: true,
    // Statements of one transaction that do not wait for each other share a round trip. Statements
    // outside of transactions never share a connection at the same time, so nothing changes for them.
    pipeline: true,
    application_name: 'lodestone',
    types: valueParsers
  })
  const lost = (error: Error) => settings.onConnectionLost?.(error)
  pool.on('error', lost)
  // While a client is checked out, the pool does not listen: without this, a transaction that the
  // server ends between two statements would be an uncaught exception.
  pool.on('connect', (client) => client.on('error', () => {}))
  return { pool, pulse }
}

function startPulse(settings: PoolSettings): Pulse | null {
  const { url, databaseSilenceMs: silenceMs, onAway, onClock, onUnsafe, now = Date.now } = settings
  if (silenceMs === undefined) return null
  const connection = {
    connectionString: url,
    connectionTimeoutMillis: silenceMs,
    application_name: pulseName(settings.common)
  }
  return new Pulse({
    silenceMs,
    connection,
    now,
    ...(onAway ? { onChange: onAway } : {}),
    ...(onClock ? { onClock } : {}),
    ...(onUnsafe ? { onUnsafe } : {})
  })
}

/**
 * Set when a connection is there and not asked for while it is made: poolers refuse what they do not know
 * there, or drop it (PgBouncer: `ignore_startup_parameters`), and times would be written as the server likes.
 */
function sessionStatement(settings: PoolSettings): string {
  const own = {
    ...SESSION,
    statement_timeout: settings.statementTimeoutMs,
    lock_timeout: settings.lockTimeoutMs,
    idle_in_transaction_session_timeout: settings.idleInTransactionTimeoutMs,
    ...(settings.readOnly ? { default_transaction_read_only: 'on' } : {})
  }
  const each = Object.entries(own).map(
    ([name, value]) => `set_config('${name}', '${value}', false)`
  )
  return `select ${[...each, WHOLE_TRANSACTIONS].join(', ')}`
}
