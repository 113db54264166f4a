import type { Transaction } from './database.ts'
import type { AcceptedEvent, GroupBooks } from './write/accepted.ts'
import { accountRows } from './write/account-rows.ts'
import { batchRows } from './write/batch-rows.ts'
import { campaignRows } from './write/campaign-rows.ts'
import { edgeRows } from './write/edge-rows.ts'
import { eventRows } from './write/event-rows.ts'
import { findingRows } from './write/finding-rows.ts'
import { shipmentRows } from './write/shipment-rows.ts'
import type { Statement } from './write/statement.ts'
import { undoRows } from './write/undo-rows.ts'

/**
 * Writes a group of accepted events: one multi-row statement a table, all of them sent with COMMIT.
 * The caller holds the locks of every batch concerned and the journal head. The transaction fails
 * when a conditional update finds less than the fold saw, which the locks rule out.
 */
export function writeGroup(
  tx: Transaction,
  accepted: readonly AcceptedEvent[],
  group: GroupBooks
): void {
  const statements = [
    eventRows(accepted),
    ...batchRows(accepted, group),
    ...campaignRows(accepted, group),
    ...accountRows(accepted, group),
    ...edgeRows(accepted),
    ...shipmentRows(accepted, group),
    findingRows(accepted),
    ...undoRows(accepted, group)
  ].filter((statement) => statement !== null)
  for (const statement of statements) tx.send(checked(statement))
}

/**
 * A conditional update that changes fewer rows than the fold saw divides by zero, so that the
 * transaction fails in the database: COMMIT is on its way already when its answer comes.
 */
function checked(statement: Statement): Statement {
  const { mustReturn, name, text, values } = statement
  if (mustReturn === undefined) return statement
  const counted = `with changed as (${text})
    select 1 / (count(*) = $${values.length + 1})::int from changed`
  return { name, text: counted, values: [...values, mustReturn] }
}
