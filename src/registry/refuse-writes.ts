import { RegistryError } from '../errors.ts'
import { clockProblem } from '../storage/connection/server-clock.ts'
import type { Database } from '../storage/database.ts'
import type { Deps } from './deps.ts'

/**
 * `UNAVAILABLE` while the log refuses to sign: what would be accepted now would take the places of
 * entries that were signed; while the clock of this process is wrong; and while the server is set to lose what it
 * acknowledges. Reading goes on. Undefined while all is well.
 */
export function refusalOfWrites({ db, log }: Pick<Deps, 'db' | 'log'>): RegistryError | undefined {
  const bySurroundings = refusalBySurroundings(db)
  if (bySurroundings) return bySurroundings
  const { refusal } = log.state()
  if (refusal === null) return undefined
  return new RegistryError(
    'UNAVAILABLE',
    `Nothing is accepted until the history of this registry is whole again. ${refusal.reason}`
  )
}

/** What keeps a process from accepting keeps it from signing, too: a signed head cannot be taken back. */
export function refusalBySurroundings(
  db: Pick<Database, 'clockAheadMs' | 'unsafe'>
): RegistryError | undefined {
  if (db.clockAheadMs !== 0) return refusalByClock(db.clockAheadMs)
  if (db.unsafe.length === 0) return undefined
  return new RegistryError('UNAVAILABLE', `Nothing is accepted: ${db.unsafe.join('; ')}.`)
}

/** Time never runs backwards along the journal: what one clock that is ahead says, all have to say after it. */
export function refusalByClock(aheadMs: number): RegistryError {
  return new RegistryError('UNAVAILABLE', `This process accepts nothing: ${clockProblem(aheadMs)}.`)
}
