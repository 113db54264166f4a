import { RegistryError } from '../errors.ts'
import { isMigrated } from '../storage/readiness.ts'
import type { Deps } from './deps.ts'
import { refusalByClock } from './refuse-writes.ts'
import type { LogState } from './transparency-log.ts'

/** Whether the service takes requests, and how its log stands. */
export interface Readiness {
  /** `degraded`: it answers questions and accepts nothing, because the log cannot be signed. */
  readonly status: 'ok' | 'degraded'
  readonly log: {
    readonly role: LogState['role']
    readonly size: number
    readonly reason?: string
    readonly remedy?: string
  }
}

/**
 * Resolves when the database answers and is migrated, and the clock is right: others would not take the tokens of this
 * process. Throws `UNAVAILABLE` or `TIMEOUT`.
 */
export async function checkReadiness({ db, log }: Pick<Deps, 'db' | 'log'>): Promise<Readiness> {
  if (!(await isMigrated(db))) {
    throw new RegistryError('UNAVAILABLE', 'The database is not migrated.')
  }
  if (db.clockAheadMs !== 0) throw refusalByClock(db.clockAheadMs)
  const { role, size, refusal, trouble } = log.state()
  if (refusal) return { status: 'degraded', log: { role, size, ...refusal } }
  return { status: 'ok', log: { role, size, ...(trouble === null ? {} : { reason: trouble }) } }
}
