/** Why a transaction failed, as far as trying again is concerned. */
export type Failure =
  /** Others were in the way; fresh state will do. */
  | 'contention'
  /** The connection or the server went away; whether a COMMIT took effect is unknown. */
  | 'lost'
  /** Trying again changes nothing. */
  | 'permanent'

const CONTENTION = new Set([
  '23505', // unique_violation: somebody was first
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03' // lock_not_available
])

const LOST = new Set([
  '25P03', // idle_in_transaction_session_timeout
  '53300', // too_many_connections
  '57014', // query_canceled: statement_timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT', // the socket file of a server that is restarting
  'EPIPE',
  'ETIMEDOUT'
])

/** Classifies an error of the driver (SQLSTATE or system code), whatever wraps it. */
export function failureOf(error: unknown): Failure {
  const code = codeOf(error)
  if (code === undefined) return connectionMessage(error) ? 'lost' : 'permanent'
  if (CONTENTION.has(code)) return 'contention'
  return LOST.has(code) || code.startsWith('08') ? 'lost' : 'permanent'
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return typeof code === 'string' ? code : codeOf(cause)
}

/** The driver reports some lost connections without a code. */
function connectionMessage(error: unknown): boolean {
  return (
    error instanceof Error &&
    /connection (terminated|ended)|timeout exceeded when trying to connect/i.test(error.message)
  )
}
