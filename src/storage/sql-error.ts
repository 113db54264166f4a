import pg from 'pg'
import { RegistryError } from '../errors.ts'

const CONNECTION_LOST =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|Cannot use a pool after)/

const QUERY_CANCELED = '57014'
/** Serialization failure, deadlock, lock timeout: a second try on fresh state may succeed. */
const RETRYABLE = new Set(['40001', '40P01', '55P03'])
/**
 * Connection failure, shutdown or crash, no free connection, transaction that was idle or open for
 * too long: PostgreSQL ends the connection. Codes, because severities are translated.
 */
const SERVER_ENDED = /^(08|57P|53300$|25P0[34]$)/

/** The PostgreSQL error behind an error, however often it was wrapped; null if there is none. */
function databaseError(error: unknown): pg.DatabaseError | null {
  let current = error
  while (current instanceof Error) {
    if (current instanceof pg.DatabaseError) return current
    current = current.cause
  }
  return null
}

/** The SQLSTATE behind an error (PostgreSQL manual, appendix A), or null. */
export function sqlState(error: unknown): string | null {
  return databaseError(error)?.code ?? null
}

/** The name of the constraint that refused a write, or null. */
export function violatedConstraint(error: unknown): string | null {
  return databaseError(error)?.constraint ?? null
}

/** True where the same transaction, run again on fresh state, may succeed. */
export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(sqlState(error) ?? '')
}

/** True where the connection ended before PostgreSQL could answer, so the outcome is not known. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) return SERVER_ENDED.test(state)
  return error instanceof Error && ('syscall' in error || CONNECTION_LOST.test(error.message))
}

/**
 * What the caller of a query sees: trouble with the database itself is UNAVAILABLE or TIMEOUT, with
 * the original as `cause`; what PostgreSQL says about the statement stays as it is.
 */
export function asRegistryError(error: unknown): unknown {
  if (error instanceof RegistryError) return error
  if (sqlState(error) === QUERY_CANCELED) {
    return new RegistryError('TIMEOUT', 'The database did not answer in time', { cause: error })
  }
  if (isRetryable(error)) {
    const message = 'Others are changing the same records; try again'
    return new RegistryError('UNAVAILABLE', message, { cause: error })
  }
  if (isConnectionLost(error)) {
    return new RegistryError('UNAVAILABLE', 'The database cannot be reached', { cause: error })
  }
  return error
}
