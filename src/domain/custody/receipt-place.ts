import type { Books, ShipmentLineState } from './books.ts'
import type { ReceiveEvent } from './event.ts'
import type { LineReceipt } from './shipment.ts'
import { isDisputed } from './shipment.ts'

/** Receipts of a line before and after the one that is told, none of them taken back. */
export interface ReceiptPlace {
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
  const { receivedUg, returnedUg, lostUg } = receipt
  const open = line.openUg > receivedUg + returnedUg + lostUg
  const all = [...ofLine(line, place.before), receipt, ...ofLine(line, place.after)]
  return { ...receipt, disputedSince: open && isDisputed(all) }
}

function ofLine({ line }: ShipmentLineState, receipts: readonly LineReceipt[]) {
  return receipts.filter((receipt) => receipt.line === line)
}
