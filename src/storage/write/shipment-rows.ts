import type { Books, ShipmentState } from '../../domain/custody/books.ts'
import type { AcceptedEvent, GroupBooks } from './accepted.ts'
import type { Column, Statement } from './statement.ts'
import { insert } from './statement.ts'

const SHIPMENT: readonly Column[] = [
  ['id', 'uuid'],
  ['position', 'int8'],
  ['sender', 'uuid'],
  ['receiver', 'uuid'],
  ['from_facility', 'uuid'],
  ['to_facility', 'uuid'],
  ['ownership', 'text'],
  ['shipped_at', 'timestamptz'],
  ['status', 'text'],
  ['closed_position', 'int8']
]

const SHIPMENT_LINE: readonly Column[] = [
  ['shipment', 'uuid'],
  ['line', 'int2'],
  ['batch', 'uuid'],
  ['account', 'uuid'],
  ['owner', 'uuid'],
  ['shipped_ug', 'int8'],
  ['open_ug', 'int8'],
  ['received_ug', 'int8']
]

interface Receipt {
  readonly shipment: string
  readonly line: number
  readonly receivedUg: bigint
  readonly position: number
}

export function shipmentRows(
  accepted: readonly AcceptedEvent[],
  group: GroupBooks
): (Statement | null)[] {
  const receipts = accepted.flatMap(({ effect, position }): Receipt[] =>
    effect.receivedLines.map((line) => ({ ...line, position }))
  )
  const sent = accepted.flatMap((entry) =>
    entry.effect.newShipment ? [{ entry, shipment: entry.effect.newShipment }] : []
  )
  const heads = sent.map(({ entry, shipment }) => {
    const now = group.books.shipments.get(shipment.id) ?? shipment
    return [
      shipment.id,
      entry.position,
      shipment.sender,
      shipment.receiver,
      shipment.fromFacility,
      shipment.toFacility,
      shipment.ownership,
      entry.event.time,
      statusOf(now),
      closedAt(now, receipts)
    ]
  })
  const lines = sent.flatMap(({ shipment }) => {
    const now = group.books.shipments.get(shipment.id) ?? shipment
    return now.lines.map((line) => [
      shipment.id,
      line.line,
      line.batch,
      line.account,
      line.owner,
      `${line.shippedUg}`,
      `${line.openUg}`,
      receivedText(receipts, shipment.id, line.line)
    ])
  })
  const before = receipts.filter((receipt) => group.loaded.shipments.has(receipt.shipment))
  return [
    insert('shipment', SHIPMENT, heads),
    insert('shipment_line', SHIPMENT_LINE, lines),
    receiptUpdate(before),
    statusUpdate(before, group.books)
  ]
}

function statusOf(shipment: ShipmentState): string {
  const open = shipment.lines.filter((line) => line.openUg > 0n).length
  if (open === 0) return 'received'
  return open === shipment.lines.length ? 'in_transit' : 'partly_received'
}

function closedAt(shipment: ShipmentState, receipts: readonly Receipt[]): number | null {
  if (statusOf(shipment) !== 'received') return null
  return receipts.findLast((receipt) => receipt.shipment === shipment.id)?.position ?? null
}

function receivedText(receipts: readonly Receipt[], shipment: string, line: number) {
  const receipt = receipts.find((entry) => entry.shipment === shipment && entry.line === line)
  return receipt ? `${receipt.receivedUg}` : null
}

function receiptUpdate(receipts: readonly Receipt[]): Statement | null {
  if (receipts.length === 0) return null
  return {
    name: 'write_receipt',
    text: `update shipment_line set open_ug = 0, received_ug = d.received
      from unnest($1::uuid[], $2::int2[], $3::int8[]) as d(shipment, line, received)
      where shipment_line.shipment = d.shipment and shipment_line.line = d.line
        and shipment_line.open_ug > 0
      returning 1`,
    values: [
      receipts.map((receipt) => receipt.shipment),
      receipts.map((receipt) => receipt.line),
      receipts.map((receipt) => `${receipt.receivedUg}`)
    ],
    mustReturn: receipts.length
  }
}

function statusUpdate(receipts: readonly Receipt[], books: Books): Statement | null {
  const touched = [...new Set(receipts.map((receipt) => receipt.shipment))]
  const shipments = touched.flatMap((id) => books.shipments.get(id) ?? [])
  if (shipments.length === 0) return null
  return {
    name: 'write_shipment_status',
    text: `update shipment set status = d.status, closed_position = d.closed
      from unnest($1::uuid[], $2::text[], $3::int8[]) as d(id, status, closed)
      where shipment.id = d.id returning 1`,
    values: [
      shipments.map((shipment) => shipment.id),
      shipments.map(statusOf),
      shipments.map((shipment) => closedAt(shipment, receipts))
    ],
    mustReturn: shipments.length
  }
}
