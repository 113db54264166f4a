import type { Asker } from '../../storage/batches/access.ts'
import type { StoredBatch } from '../../storage/batches/batches.ts'
import { readBatches } from '../../storage/batches/batches.ts'
import type { Transaction } from '../../storage/database.ts'
import type { Deps, Principal } from '../deps.ts'
import type { Stamp } from '../moment.ts'
import { SNAPSHOT, stampOf } from '../moment.ts'
import { unhurried } from '../unhurried.ts'
import type { Standing } from './trace-standing.ts'
import { noSuchBatch, standingOf } from './trace-standing.ts'

/** A question about one batch. */
export interface BatchQuestion {
  readonly batch: string
  /** A position or an RFC 3339 time; the newest state without it. */
  readonly asOf?: string
}

/** What every answer about a batch starts from, all of one snapshot. */
export interface Inquiry {
  readonly tx: Transaction
  readonly stamp: Stamp
  readonly asker: Asker
  readonly standing: Standing
  readonly batch: StoredBatch
}

/** The newest state of a snapshot needs no position. */
export const NEWEST = Number.MAX_SAFE_INTEGER

/**
 * Opens a snapshot, establishes what the caller may see of the batch and reads it. Throws
 * `NOT_FOUND` for a batch that the caller may not see or that was not known at `asOf`. Where the newest state is
 * asked for, `ahead` is called as soon as the snapshot is open: what it asks for, as of `NEWEST`, comes in the
 * same round trip, whether it will be told or not.
 */
export function inquire<T>(
  deps: Deps,
  principal: Principal,
  question: BatchQuestion,
  work: (inquiry: Inquiry) => Promise<T>,
  ahead: (tx: Transaction) => void = () => {}
): Promise<T> {
  const asker = { organization: principal.organization, now: deps.now() }
  const answer = async (tx: Transaction) => {
    const established = establish(tx, deps, question, asker)
    if (question.asOf === undefined) ahead(tx)
    return work(await established)
  }
  return unhurried(() => deps.db.transaction(answer, { ...SNAPSHOT, byKey: true }))
}

/** What does not need each other's answers is asked in one round trip. */
async function establish(
  tx: Transaction,
  deps: Deps,
  { batch: id, asOf }: BatchQuestion,
  asker: Asker
): Promise<Inquiry> {
  const [stamp, standing, newest] = await Promise.all([
    stampOf(tx, asOf, deps.now()),
    standingOf(tx, id, asker),
    asOf === undefined ? readBatches(tx, [id], NEWEST) : null
  ])
  const batches = newest ?? (await readBatches(tx, [id], stamp.position))
  const batch = batches.get(id)
  if (!batch) throw noSuchBatch(id)
  return { tx, stamp, asker, standing, batch }
}
