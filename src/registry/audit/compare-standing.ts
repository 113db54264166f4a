import { arrivalsText } from '../../domain/custody/arrivals.ts'
import { shipmentStatus } from '../../domain/custody/shipment.ts'
import type {
  StoredAccount,
  StoredBatch,
  StoredShipmentLine
} from '../../storage/books/books-reading.ts'
import {
  storedAccounts,
  storedBatches,
  storedShipmentLines,
  undoneEvents,
  undoneLines
} from '../../storage/books/books-reading.ts'
import type { Queryable } from '../../storage/database.ts'
import type { Verification } from './verification.ts'

/**
 * Compares what the books stand at after the last entry: balances, what was drawn, pending
 * evaluations, shipments, and which lines a correction took back.
 */
export async function compareStanding(
  tx: Queryable,
  run: Verification
): Promise<{ readonly batches: number; readonly pending: number }> {
  const count = { batches: 0, pending: 0 }
  for await (const page of storedBatches(tx)) {
    const accounts = Map.groupBy(
      await storedAccounts(
        tx,
        page.map(({ id }) => id)
      ),
      ({ batch }) => batch
    )
    for (const batch of page) {
      count.batches += 1
      if (batch.pending) count.pending += 1
      compareBatch(batch, run)
      compareAccounts(batch.id, accounts.get(batch.id) ?? [], run)
    }
  }
  for await (const line of storedShipmentLines(tx)) compareShipmentLine(line, run)
  await compareUndone(tx, run)
  return count
}

function compareBatch(stored: StoredBatch, { replay, differences }: Verification): void {
  const state = replay.books.batches.get(stored.id)
  if (!state) {
    differences.compare(stored.id, 'batch', 'no such batch', 'a batch')
    return
  }
  differences.compare(stored.id, 'batch number', state.number, stored.number)
  differences.compare(stored.id, 'drawn (ug)', `${state.drawnUg}`, stored.drawn_ug)
  differences.compare(stored.id, 'found (ug)', `${state.foundUg}`, stored.found_ug)
  differences.compare(stored.id, 'found (parts)', `${state.foundParts}`, stored.found_parts)
  const waits = replay.suspects.has(stored.id)
  differences.compare(stored.id, 'evaluation pending', `${waits}`, `${stored.pending}`)
}

function compareAccounts(
  batch: string,
  rows: readonly StoredAccount[],
  { replay, differences }: Verification
): void {
  const accounts = replay.books.batchAccounts.get(batch) ?? []
  const stored = new Map(rows.map((row) => [row.id, row]))
  differences.compare(batch, 'number of accounts', `${accounts.length}`, `${stored.size}`)
  for (const id of accounts) {
    const computed = replay.books.accounts.get(id)
    const row = stored.get(id)
    const what = `account ${computed?.place} of ${computed?.custodian}`
    const pairs: [string, string | undefined, string | undefined][] = [
      ['balance (ug)', `${computed?.balanceUg}`, row?.balance_ug],
      ['deficit (ug)', `${computed?.deficitUg}`, row?.deficit_ug],
      ['frozen', `${computed?.frozen}`, row && `${row.frozen}`],
      ['arrivals', computed && arrivalsText(computed.arrivals), row?.arrivals],
      ['last left', `${computed?.lastLeftMs}`, row && `${row.last_left_ms}`]
    ]
    for (const [field, is, found] of pairs) {
      differences.compare(batch, `${what}: ${field}`, `${is}`, found ?? 'none')
    }
  }
}

function compareShipmentLine(stored: StoredShipmentLine, run: Verification): void {
  const { differences } = run
  const shipment = run.replay.books.shipments.get(stored.shipment)
  const line = shipment?.lines.find((candidate) => candidate.line === stored.line)
  if (!shipment || !line) {
    differences.compare(stored.batch, 'shipment', 'no such line', `line ${stored.line}`)
    return
  }
  const closed = run.closed.get(stored.shipment) ?? null
  const pairs: [string, string, string][] = [
    ['status', shipmentStatus(shipment), stored.status],
    ['closed at', `${closed}`, `${stored.closed_position}`],
    ['open (ug)', `${line.openUg}`, stored.open_ug],
    ['received (ug)', `${line.receivedUg}`, stored.received_ug],
    ['returned (ug)', `${line.returnedUg}`, stored.returned_ug],
    ['lost (ug)', `${line.lostUg}`, stored.lost_ug],
    ['disputed', `${line.disputed}`, `${stored.disputed}`]
  ]
  for (const [what, computed, found] of pairs) {
    const where = `shipment ${stored.shipment} line ${stored.line}`
    differences.compare(stored.batch, `${where} ${what}`, computed, found)
  }
}

/** Exactly the lines of corrected events say since when they are taken back. */
async function compareUndone(tx: Queryable, { undone, differences }: Verification): Promise<void> {
  for await (const { event, undone_position, ...made } of undoneEvents(tx)) {
    const position = text(undone.get(event)?.[0]?.position ?? null)
    differences.compare(event, 'taken back at', position, undone_position)
    if (!made.is_told) continue
    differences.compare(event, 'event_made taken back at', position, made.made_undone_position)
  }
  for await (const line of undoneLines(tx, [...undone.keys()])) {
    const by = undone.get(line.event)?.find(({ kept }) => !kept.includes(line.batch))
    const computed = by?.position ?? null
    const what = `${line.table} of event ${line.event} taken back at`
    differences.compare(line.batch, what, text(computed), line.undone_position)
  }
}

function text(position: number | null): string | null {
  return position === null ? null : `${position}`
}
