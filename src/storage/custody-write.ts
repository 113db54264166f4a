import type { Transaction } from './database.ts'
import type { AcceptedEvent, GroupBooks } from './write/accepted.ts'
import { accountRows } from './write/account-rows.ts'
import { batchRows } from './write/batch-rows.ts'
import { edgeRows } from './write/edge-rows.ts'
import { eventRows } from './write/event-rows.ts'
import { findingRows } from './write/finding-rows.ts'
import { shipmentRows } from './write/shipment-rows.ts'
import type { Statement } from './write/statement.ts'
import { undoRows } from './write/undo-rows.ts'

/**
 * Writes a group of accepted events: one multi-row statement a table, all in one round trip. The caller holds the locks
 * of every batch concerned and the journal head. Fails when a conditional update finds less than
 * the fold saw, which the locks rule out.
 */
export async function writeGroup(
  tx: Transaction,
  accepted: readonly AcceptedEvent[],
  group: GroupBooks
): Promise<void> {
  const statements = [
    eventRows(accepted),
    ...batchRows(accepted, group),
    ...accountRows(accepted, group),
    ...edgeRows(accepted),
    ...shipmentRows(accepted, group),
    findingRows(accepted),
    ...undoRows(accepted, group)
  ].filter((statement) => statement !== null)
  await Promise.all(statements.map((statement) => write(tx, statement)))
}

async function write(tx: Transaction, statement: Statement): Promise<void> {
  const rows = await tx.query(statement)
  if (statement.mustReturn === undefined || rows.length === statement.mustReturn) return
  throw new Error(`${statement.name}: the books changed under their locks`)
}
