import type { RecordedEvent, ShipmentLineState, ShipmentState } from './books.ts'

export type ShipmentStatus =
  | 'in_transit'
  | 'partly_received'
  | 'disputed'
  | 'received'
  | 'returned'
  | 'void'

/** What one receipt did to one line of a shipment. The rest of what was open stays in transit. */
export interface LineReceipt {
  readonly shipment: string
  readonly line: number
  readonly batch: string
  readonly receivedUg: bigint
  /** Sent back: in the sender's hands again. */
  readonly returnedUg: bigint
  /** A difference that the receiver accepted. */
  readonly lostUg: bigint
  /** Whether what stays in transit is disputed from now on. */
  readonly disputed: boolean
  /** What the receiver had said before, for whoever reads the event. */
  readonly disputedBefore: boolean
  /** The same of one that is told in the place of a wrong one: what those that came since say of it. */
  readonly disputedSince?: boolean
}

/** Where a shipment stands, by its lines. */
export function shipmentStatus({ lines, voided }: ShipmentState): ShipmentStatus {
  if (voided) return 'void'
  const open = lines.filter((line) => line.openUg > 0n)
  if (open.some((line) => line.disputed)) return 'disputed'
  if (open.length > 0) return lines.every(untouched) ? 'in_transit' : 'partly_received'
  if (lines.some((line) => line.receivedUg > 0n)) return 'received'
  return lines.some((line) => line.returnedUg > 0n) ? 'returned' : 'received'
}

function untouched(line: ShipmentLineState): boolean {
  return line.openUg === line.shippedUg
}

/** The line after a receipt. */
export function receiveLine(line: ShipmentLineState, receipt: LineReceipt): ShipmentLineState {
  const { receivedUg, returnedUg, lostUg } = receipt
  return {
    ...line,
    openUg: line.openUg - receivedUg - returnedUg - lostUg,
    receivedUg: line.receivedUg + receivedUg,
    returnedUg: line.returnedUg + returnedUg,
    lostUg: line.lostUg + lostUg,
    disputed: receipt.disputedSince ?? receipt.disputed
  }
}

/** Receipts of a shipment with another, which stands behind the one that it replaces or, by itself, at the end. */
export function withReceipt(
  receipts: readonly string[],
  receipt: string,
  wrong: string | null
): readonly string[] {
  const place = wrong === null ? -1 : receipts.indexOf(wrong)
  return place < 0 ? [...receipts, receipt] : receipts.toSpliced(place + 1, 0, receipt)
}

/**
 * The shipment after a correction took back its ship event or one of its receipts. `standing` is what the
 * other receipts did, each in its place: whether a line is disputed follows from those, since the
 * one that was taken back need not be the latest.
 */
export function shipmentWithout(
  shipment: ShipmentState,
  undone: RecordedEvent,
  standing: readonly LineReceipt[]
): ShipmentState {
  if (undone.type === 'ship') {
    const lines = shipment.lines.map((line) => ({ ...line, openUg: 0n, disputed: false }))
    return { ...shipment, voided: true, lines }
  }
  const lines = shipment.lines.map((line) => {
    const receipt = undone.receipts.find((candidate) => candidate.line === line.line)
    if (!receipt) return line
    const { receivedUg, returnedUg, lostUg } = receipt
    const others = standing.filter((other) => other.line === line.line)
    const back = {
      ...receipt,
      receivedUg: -receivedUg,
      returnedUg: -returnedUg,
      lostUg: -lostUg,
      disputed: isDisputed(others)
    }
    const without = receiveLine(line, back)
    return shipment.voided ? { ...without, openUg: 0n, disputed: false } : without
  })
  return { ...shipment, lines }
}

/** A return goes on with the dispute that there is; every other receipt opens or ends one. */
export function isDisputed(receipts: readonly LineReceipt[]): boolean {
  return receipts.findLast(({ returnedUg }) => returnedUg === 0n)?.disputed ?? false
}
