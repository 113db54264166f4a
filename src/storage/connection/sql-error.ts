import pg from 'pg'
import { RegistryError } from '../../errors.ts'

const CONNECTION_LOST =
  /^(Connection terminated|The database does not answer|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|Cannot use a pool after)/

const QUERY_CANCELED = '57014'
const IN_FAILED_TRANSACTION = '25P02'
/** Serialization failure, deadlock, lock timeout: a second try on fresh state may succeed. */
const RETRYABLE = new Set(['40001', '40P01', '55P03'])
/**
 * Connection failure, shutdown or crash, no free connection, transaction that was idle or open for
 * too long: PostgreSQL ends the connection. Codes, because severities are translated.
 */
const SERVER_ENDED = /^(08|57P|53300$|25P0[345]$)/
/** No room on the disk, no memory, a device that fails: PostgreSQL rolled the transaction back. */
const EXHAUSTED = /^(53|58)/
/** More than whoever keeps the server lets this login have, of files for a while for instance (`temp_file_limit`). */
const OVER_LIMIT = '53400'
/** The server that answers is a replica, after a failover for instance, or was set to take no writes. */
const READ_ONLY = '25006'
/** Where a replica refuses BEGIN READ WRITE, in its own source: the code 0A000 says less. */
const NO_READ_WRITE = /^check_(XactReadOnly|transaction_read_only)$/

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

/** True where the same transaction, run again on fresh state, may succeed. */
export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(sqlState(error) ?? '')
}

/** True where PostgreSQL refused a statement because another one of its transaction had failed. */
export function isAfterFailure(error: unknown): boolean {
  return sqlState(error) === IN_FAILED_TRANSACTION
}

/** True where the connection ended before PostgreSQL could answer, so the outcome is not known. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) return SERVER_ENDED.test(state)
  let current = error
  while (current instanceof Error) {
    if ('syscall' in current || CONNECTION_LOST.test(current.message)) return true
    current = current.cause
  }
  return false
}

/** True where PostgreSQL had no room for the statement; nothing of its transaction is there. */
export function isExhausted(error: unknown): boolean {
  return EXHAUSTED.test(sqlState(error) ?? '')
}

/** True where the server takes no writes. */
export function isReadOnly(error: unknown): boolean {
  const refusal = databaseError(error)
  return refusal?.code === READ_ONLY || NO_READ_WRITE.test(refusal?.routine ?? '')
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
  if (sqlState(error) === OVER_LIMIT) {
    const message = 'The database allows no more than it is set to; nothing was stored'
    return new RegistryError('UNAVAILABLE', message, { cause: error })
  }
  if (isExhausted(error)) {
    const message = 'The database has no room left; nothing was stored, a retry is safe'
    return new RegistryError('UNAVAILABLE', message, { cause: error })
  }
  if (isReadOnly(error)) {
    const message = 'The database takes no writes at the moment; a retry is safe'
    return new RegistryError('UNAVAILABLE', message, { cause: error })
  }
  return error
}
