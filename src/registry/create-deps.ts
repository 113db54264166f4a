import { randomUUID } from 'node:crypto'
import type { Reference } from '../domain/reference.ts'
import type { Database } from '../storage/database.ts'
import { createBookkeeper } from './bookkeeper.ts'
import type { Deps } from './deps.ts'

/** The surroundings of the verbs, with the clock and ids of this machine unless told otherwise. */
export function createDeps(
  db: Database,
  reference: Reference,
  { now = () => new Date(), newId = randomUUID }: Partial<Pick<Deps, 'now' | 'newId'>> = {}
): Deps {
  return { db, reference, now, newId, bookkeeper: createBookkeeper({ db, reference, now }) }
}
