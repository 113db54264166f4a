import type { LineReceipt } from '../../../domain/custody/shipment.ts'

type ReceiptJson = Omit<LineReceipt, 'receivedUg' | 'returnedUg' | 'lostUg' | 'disputedSince'> & {
  readonly receivedUg: string
  readonly returnedUg: string
  readonly lostUg: string
}

/** What a receipt did, as the details of its event keep it: masses as text. What others say since is of the line. */
export function receiptsJson(receipts: readonly LineReceipt[]): readonly ReceiptJson[] {
  return receipts.map(({ disputedSince, ...receipt }) => ({
    ...receipt,
    receivedUg: `${receipt.receivedUg}`,
    returnedUg: `${receipt.returnedUg}`,
    lostUg: `${receipt.lostUg}`
  }))
}

export function readReceipts(details: string): readonly LineReceipt[] {
  const { receipts = [] } = JSON.parse(details) as { readonly receipts?: readonly ReceiptJson[] }
  return receipts.map((receipt) => ({
    ...receipt,
    receivedUg: BigInt(receipt.receivedUg),
    returnedUg: BigInt(receipt.returnedUg),
    lostUg: BigInt(receipt.lostUg)
  }))
}
