import type { Reference } from '../../domain/reference.ts'
import {
  facilityHistories,
  journaledEntries,
  organizationIds,
  thinkLonger
} from '../../storage/books/books-reading.ts'
import { recordedRows } from '../../storage/books/recorded-rows.ts'
import type { Database, Transaction } from '../../storage/database.ts'
import { ruleSettingHistory } from '../../storage/parties/rule-settings.ts'
import { compareStanding } from './compare-standing.ts'
import type { Difference } from './differences.ts'
import { Verification } from './verification.ts'

export interface BooksReport {
  readonly events: number
  readonly batches: number
  /** Batches whose evaluation is pending after a correction. */
  readonly pending: number
  readonly differences: readonly Difference[]
}

/**
 * Makes the books again from the accepted documents, entry by entry, re-evaluations included, and
 * compares every row that each of them wrote, and every balance, status and shipment that they end
 * with. So what was known at any position is verified, not only what is known now. One snapshot;
 * nothing is written.
 */
export function verifyBooks(
  deps: { readonly db: Database; readonly reference: Reference },
  onProgress: (events: number) => void = () => {}
): Promise<BooksReport> {
  return deps.db.transaction(
    async (tx) => {
      await thinkLonger(tx)
      const run = new Verification(deps.reference, {
        facilities: await facilityHistories(tx),
        settings: await ruleSettingHistory(tx)
      })
      for (const id of await organizationIds(tx)) run.replay.books.organizations.set(id, true)
      await replayAll(tx, run, onProgress)
      const { batches, pending } = await compareStanding(tx, run)
      return { events: run.events, batches, pending, differences: run.differences.all }
    },
    { isolation: 'repeatable read', readOnly: true }
  )
}

async function replayAll(
  tx: Transaction,
  run: Verification,
  onProgress: (events: number) => void
): Promise<void> {
  let after = -1
  for await (const { entries, last } of journaledEntries(tx)) {
    const until = last ? Number.MAX_SAFE_INTEGER : (entries.at(-1)?.position ?? after)
    const rows = new Map(await recordedRows(tx, after, until))
    for (const entry of entries) {
      run.entry(entry, rows.get(entry.position) ?? [])
      rows.delete(entry.position)
    }
    for (const [position, stray] of rows) run.differences.stray(position, stray)
    onProgress(run.events)
    after = until
  }
}
