import { isConnectionLost, isExhausted, isReadOnly, isRetryable, sqlState } from './sql-error.ts'

/** Why a transaction failed, as far as trying again is concerned. */
export type Failure =
  /** Others were in the way; fresh state will do. */
  | 'contention'
  /** The server went away or has no room; whether a COMMIT took effect may be unknown. */
  | 'lost'
  /** Trying again changes nothing. */
  | 'permanent'

const UNIQUE_VIOLATION = '23505'
/** How a statement of ours ends a transaction that does not find what it expects. */
const DIVISION_BY_ZERO = '22012'
/** Somebody was first: fresh state shows what they did. */
const OUTRUN = new Set([UNIQUE_VIOLATION, DIVISION_BY_ZERO])

/** Classifies an error of the driver, whatever wraps it. */
export function failureOf(error: unknown): Failure {
  if (isRetryable(error) || OUTRUN.has(sqlState(error) ?? '')) return 'contention'
  if (isConnectionLost(error) || isExhausted(error) || isReadOnly(error)) return 'lost'
  return 'permanent'
}

/** What is wrong with the database where a failure is `lost`. An attempt before may have been stored. */
export function troubleOf(error: unknown): string {
  if (isReadOnly(error)) return 'The database takes no writes at the moment'
  if (isExhausted(error)) return 'The database has no room left'
  return 'The database cannot be reached'
}
