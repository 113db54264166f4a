import type { ShipmentLineState, ShipmentState } from '../../../domain/custody/books.ts'
import type { LineReceipt } from '../../../domain/custody/shipment.ts'
import { shipmentStatus } from '../../../domain/custody/shipment.ts'
import { insertInto, type RowsStatement, StatementOnRows } from '../../connection/statement.ts'
import type { AcceptedEvent, GroupBooks } from './accepted.ts'

const SHIPMENT = insertInto('shipment', [
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
])

const SHIPMENT_LINE = insertInto('shipment_line', [
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
])

const LINE_PROGRESS = new StatementOnRows(
  'write_shipment_lines',
  [
    ['shipment', 'uuid'],
    ['line', 'int2'],
    ['open', 'int8'],
    ['received', 'int8'],
    ['returned', 'int8'],
    ['lost', 'int8'],
    ['disputed', 'bool']
  ],
  (source) =>
    `update shipment_line set open_ug = d.open, received_ug = d.received,
          returned_ug = d.returned, lost_ug = d.lost, disputed = d.disputed
        from ${source}
        where shipment_line.shipment = d.shipment and shipment_line.line = d.line returning 1`
)

const SHIPMENT_STATUS = new StatementOnRows(
  'write_shipment_status',
  [
    ['id', 'uuid'],
    ['status', 'text'],
    ['closed', 'int8']
  ],
  (source) =>
    `update shipment set status = d.status, closed_position = d.closed
        from ${source} where shipment.id = d.id returning 1`
)

interface Receipt extends LineReceipt {
  readonly position: number
}

export function shipmentRows(
  accepted: readonly AcceptedEvent[],
  group: GroupBooks
): (RowsStatement | null)[] {
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
    SHIPMENT.of(heads),
    SHIPMENT_LINE.of(lines),
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
): RowsStatement[] {
  const lines = shipments.flatMap(({ id, lines }) =>
    lines.map((line) => [id, line.line, ...progressOf(line)])
  )
  const states = shipments.map((shipment) => [
    shipment.id,
    shipmentStatus(shipment),
    closed(shipment)
  ])
  return [LINE_PROGRESS.of(lines, lines.length), SHIPMENT_STATUS.of(states, states.length)].filter(
    (statement) => statement !== null
  )
}
