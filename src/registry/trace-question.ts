import type { Asker } from '../storage/access.ts'
import type { StoredBatch } from '../storage/batches.ts'
import { readBatches } from '../storage/batches.ts'
import type { Transaction } from '../storage/database.ts'
import type { Deps, Principal } from './deps.ts'
import type { Stamp } from './trace-moment.ts'
import { inSnapshot } from './trace-moment.ts'
import type { Standing } from './trace-standing.ts'
import { noSuchBatch, standingOf } from './trace-standing.ts'
import { unhurried } from './unhurried.ts'

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

/**
 * Opens a snapshot, establishes what the caller may see of the batch and reads it. Throws
 * `NOT_FOUND` for a batch that the caller may not see or that was not known at `asOf`.
 */
export function inquire<T>(
  deps: Deps,
  principal: Principal,
  question: BatchQuestion,
  work: (inquiry: Inquiry) => Promise<T>
): Promise<T> {
  const asker = { organization: principal.organization, now: deps.now() }
  return unhurried(() =>
    inSnapshot(
      deps,
      question.asOf,
      async (tx, stamp) => {
        const standing = await standingOf(tx, question.batch, asker)
        const batches = await readBatches(tx, [question.batch], stamp.position)
        const batch = batches.get(question.batch)
        if (!batch) throw noSuchBatch(question.batch)
        return work({ tx, stamp, asker, standing, batch })
      },
      { byKey: true }
    )
  )
}
