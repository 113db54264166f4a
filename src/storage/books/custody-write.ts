import { asOne } from '../connection/one-statement.ts'
import type { PreparedStatement, RowsStatement } from '../connection/statement.ts'
import type { Transaction } from '../database.ts'
import type { AcceptedEvent, GroupBooks } from './write/accepted.ts'
import { accountRows } from './write/account-rows.ts'
import { batchRows } from './write/batch-rows.ts'
import { birthsIn } from './write/births.ts'
import { campaignRows } from './write/campaign-rows.ts'
import { edgeRows } from './write/edge-rows.ts'
import { eventRows } from './write/event-rows.ts'
import { findingRows } from './write/finding-rows.ts'
import { madeRows } from './write/made-rows.ts'
import { shipmentRows } from './write/shipment-rows.ts'
import { undoRows } from './write/undo-rows.ts'

export interface GroupRows {
  /** Of the journal. */
  readonly entries: RowsStatement
  readonly accepted: readonly AcceptedEvent[]
  readonly checks: readonly PreparedStatement[]
}

/**
 * Writes a group of accepted events and its `entries` of the journal, sent with COMMIT: multi-row
 * inserts and updates, together in one statement. What corrects may change a row twice, so its statements go one after the other.
 * The caller holds the locks of every batch concerned and the journal head. The transaction fails
 * when a conditional update finds less than the fold saw, which the locks rule out, and when one of the
 * `checks` finds less than it must.
 */
export function writeGroup(
  tx: Transaction,
  { entries, accepted, checks }: GroupRows,
  group: GroupBooks
): void {
  const births = birthsIn(accepted, group)
  const statements = [
    entries,
    eventRows(accepted),
    ...batchRows(accepted, group, births),
    ...campaignRows(accepted, group, births),
    ...accountRows(accepted, group),
    ...edgeRows(accepted, births),
    madeRows(accepted, births),
    ...shipmentRows(accepted, group),
    findingRows(accepted),
    ...undoRows(accepted, group),
    ...checks
  ].filter((statement) => statement !== null)
  if (accepted.some(corrects)) for (const statement of statements) tx.send(asOne([statement]))
  else tx.send(asOne(statements, { lone: accepted.length === 1 }))
}

function corrects({ event, effect }: AcceptedEvent): boolean {
  return effect.undoing !== undefined || event.corrects !== undefined
}
