import type { Books, RecordedEvent, ShipmentLineState } from './books.ts'
import type { ReceiveEvent } from './event.ts'
import type { LineReceipt } from './shipment.ts'
import { isDisputed } from './shipment.ts'

/** Receipts before and after the one that is told, none of them taken back. */
export interface ReceiptPlace {
  /** What it replaces. */
  readonly wrong: readonly LineReceipt[]
  readonly before: readonly LineReceipt[]
  readonly after: readonly LineReceipt[]
}

/**
 * R13: what replaces a receipt is told in its place. Whether a line was disputed then, and is since, others say:
 * who mends a figure of what arrived first neither ends a dispute that was opened later nor opens one again that
 * was settled. Null of a receipt that replaces none of this shipment.
 */
export function receiptPlace(books: Books, event: ReceiveEvent): ReceiptPlace | null {
  const wrong = books.events.get(event.corrects ?? '')?.corrected
  const receipts = books.receipts.get(event.shipment) ?? []
  const place = wrong == null ? -1 : receipts.indexOf(wrong)
  if (place < 0) return null
  return {
    wrong: books.events.get(wrong ?? '')?.receipts ?? [],
    before: standing(books, receipts.slice(0, place)),
    after: standing(books, receipts.slice(place + 1))
  }
}

/** What receive events did that were not taken back. */
export function standing(books: Books, receipts: readonly string[]): LineReceipt[] {
  return receipts.flatMap((id) => {
    const receipt = books.events.get(id)
    return receipt && !receipt.undone ? receipt.receipts : []
  })
}

/** The line as it was then: its masses are what is left for what is told, since the later receipts stand. */
export function lineThen(line: ShipmentLineState, place: ReceiptPlace | null): ShipmentLineState {
  return place ? { ...line, disputed: isDisputed(ofLine(line, place.before)) } : line
}

/** What is told, with what those say that came since. */
export function withSince(
  receipt: LineReceipt,
  line: ShipmentLineState,
  place: ReceiptPlace | null
): LineReceipt {
  if (!place) return receipt
  const open = line.openUg > settledUg(receipt)
  const all = [...ofLine(line, place.before), receipt, ...ofLine(line, place.after)]
  return { ...receipt, disputedSince: open && isDisputed(all) }
}

/**
 * What is open again of a line that later receipts had settled, since what is told now is less than what it
 * replaces.
 */
export function reopenedUg(
  line: ShipmentLineState,
  receipt: LineReceipt,
  { wrong, after }: ReceiptPlace
): bigint {
  const wrongUg = ofLine(line, wrong).reduce((sum, each) => sum + settledUg(each), 0n)
  const wasSettled = line.openUg <= wrongUg && ofLine(line, after).length > 0
  return wasSettled ? line.openUg - settledUg(receipt) : 0n
}

/** The same where a receipt is taken back and nothing takes its place. */
export function reopenedLines(
  books: Books,
  { id, type, shipment: of, receipts }: RecordedEvent
): readonly { readonly batch: string; readonly ug: bigint }[] {
  const shipment = books.shipments.get(of ?? '')
  if (type !== 'receive' || !shipment || shipment.voided) return []
  const all = books.receipts.get(shipment.id) ?? []
  const after = standing(books, all.slice(all.indexOf(id) + 1))
  return shipment.lines.flatMap((line) => {
    const ug = ofLine(line, receipts).reduce((sum, each) => sum + settledUg(each), 0n)
    const wasSettled = line.openUg === 0n && ofLine(line, after).length > 0
    return wasSettled && ug > 0n ? [{ batch: line.batch, ug }] : []
  })
}

function settledUg({ receivedUg, returnedUg, lostUg }: LineReceipt): bigint {
  return receivedUg + returnedUg + lostUg
}

function ofLine({ line }: ShipmentLineState, receipts: readonly LineReceipt[]) {
  return receipts.filter((receipt) => receipt.line === line)
}
