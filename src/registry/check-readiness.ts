import { RegistryError } from '../errors.ts'
import { readStanding, type Standing } from '../storage/connection/readiness.ts'
import type { Deps } from './deps.ts'
import type { LogState } from './log/transparency-log.ts'
import { refusalByClock } from './refuse-writes.ts'

/** Whether the service takes requests, and how its database and its log stand. */
export interface Readiness {
  /** `degraded`: it answers questions and accepts nothing, because one of the two cannot take it. */
  readonly status: 'ok' | 'degraded'
  readonly database: {
    readonly takesWrites: boolean
    readonly reason?: string
    readonly remedy?: string
  }
  readonly log: {
    readonly role: LogState['role']
    readonly size: number
    readonly reason?: string
    readonly remedy?: string
  }
}

/**
 * Resolves when the database answers and is migrated, and the clock is right: others would not take the tokens of this
 * process. Throws `UNAVAILABLE` or `TIMEOUT`. Where only writing is barred a process stays ready: all of them have
 * the same database, so without them nobody would answer questions either.
 */
export async function checkReadiness({ db, log }: Pick<Deps, 'db' | 'log'>): Promise<Readiness> {
  const standing = await readStanding(db)
  if (!standing.migrated) {
    throw new RegistryError('UNAVAILABLE', 'The database is not migrated.')
  }
  if (db.clockAheadMs !== 0) throw refusalByClock(db.clockAheadMs)
  const database = databaseOf(standing, db.unsafe)
  const { role, size, refusal, trouble } = log.state()
  const why = refusal ?? (trouble === null ? {} : { reason: trouble })
  const status = refusal === null && database.takesWrites ? 'ok' : 'degraded'
  return { status, database, log: { role, size, ...why } }
}

function databaseOf(
  { replica, readOnly }: Standing,
  unsafe: readonly string[]
): Readiness['database'] {
  if (replica) {
    return {
      takesWrites: false,
      reason: 'The server is a replica.',
      remedy: 'Have the address of the database lead to the primary.'
    }
  }
  if (unsafe.length > 0) {
    return {
      takesWrites: false,
      reason: `Nothing is accepted: ${unsafe.join('; ')}.`,
      remedy: 'Set it where it was set: for the server, the database or the login.'
    }
  }
  if (!readOnly) return { takesWrites: true }
  return {
    takesWrites: false,
    reason: 'default_transaction_read_only is on.',
    remedy: 'Ask who set it: a disk may run full. Make room, then set it to off.'
  }
}
