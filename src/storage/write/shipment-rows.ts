import type { ShipmentLineState, ShipmentState } from '../../domain/custody/books.ts'
import type { LineReceipt } from '../../domain/custody/shipment.ts'
import { shipmentStatus } from '../../domain/custody/shipment.ts'
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
  ['received_ug', 'int8'],
  ['returned_ug', 'int8'],
  ['lost_ug', 'int8'],
  ['disputed', 'bool']
]

interface Receipt extends LineReceipt {
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
      shipmentStatus(now),
      closedAt(now, receipts)
    ]
  })
  const lines = sent.flatMap(({ shipment }) =>
    (group.books.shipments.get(shipment.id) ?? shipment).lines.map((line) => [
      shipment.id,
      line.line,
      line.batch,
      line.account,
      line.owner,
      `${line.shippedUg}`,
      ...progressOf(line)
    ])
  )
  const touched = [...new Set(receipts.map(({ shipment }) => shipment))]
    .filter((id) => group.loaded.shipments.has(id))
    .flatMap((id) => group.books.shipments.get(id) ?? [])
  return [
    insert('shipment', SHIPMENT, heads),
    insert('shipment_line', SHIPMENT_LINE, lines),
    ...shipmentUpdates(touched, (shipment) => closedAt(shipment, receipts))
  ]
}

function closedAt(shipment: ShipmentState, receipts: readonly Receipt[]): number | null {
  if (shipment.lines.some((line) => line.openUg > 0n)) return null
  return receipts.findLast((receipt) => receipt.shipment === shipment.id)?.position ?? null
}

/** In the order of the last columns of `shipment_line`. */
function progressOf({ openUg, receivedUg, returnedUg, lostUg, disputed }: ShipmentLineState) {
  return [`${openUg}`, `${receivedUg}`, `${returnedUg}`, `${lostUg}`, disputed]
}

/** Shipments and all their lines as the fold left them; the caller holds the locks of their batches. */
export function shipmentUpdates(
  shipments: readonly ShipmentState[],
  closed: (shipment: ShipmentState) => number | null
): Statement[] {
  if (shipments.length === 0) return []
  const lines = shipments.flatMap(({ id, lines }) => lines.map((line) => ({ id, line })))
  const progress = lines.map(({ line }) => progressOf(line))
  return [
    {
      name: 'write_shipment_lines',
      text: `update shipment_line set open_ug = d.open, received_ug = d.received,
          returned_ug = d.returned, lost_ug = d.lost, disputed = d.disputed
        from unnest($1::uuid[], $2::int2[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::bool[])
          as d(shipment, line, open, received, returned, lost, disputed)
        where shipment_line.shipment = d.shipment and shipment_line.line = d.line returning 1`,
      values: [
        lines.map(({ id }) => id),
        lines.map(({ line }) => line.line),
        ...[0, 1, 2, 3, 4].map((column) => progress.map((row) => row[column]))
      ],
      mustReturn: lines.length
    },
    {
      name: 'write_shipment_status',
      text: `update shipment set status = d.status, closed_position = d.closed
        from unnest($1::uuid[], $2::text[], $3::int8[]) as d(id, status, closed)
        where shipment.id = d.id returning 1`,
      values: [
        shipments.map((shipment) => shipment.id),
        shipments.map(shipmentStatus),
        shipments.map(closed)
      ],
      mustReturn: shipments.length
    }
  ]
}
