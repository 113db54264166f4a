import { randomUUID } from 'node:crypto'
import type { Reference } from '../domain/reference.ts'
import type { Database } from '../storage/database.ts'
import { createBookkeeper } from './bookkeeper.ts'
import { createCorrectionJob } from './correction-job.ts'
import type { Deps } from './deps.ts'

/** The surroundings of the verbs, with the clock and ids of this machine unless told otherwise. */
export function createDeps(
  db: Database,
  reference: Reference,
  { now = () => new Date(), newId = randomUUID }: Partial<Pick<Deps, 'now' | 'newId'>> = {}
): Deps {
  const corrections = createCorrectionJob({ db, reference, now })
  const bookkeeper = createBookkeeper({ db, reference, now, onCorrection: corrections.wake })
  return { db, reference, now, newId, bookkeeper, corrections }
}
