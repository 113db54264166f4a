import type { Books, ShipmentLineState } from '../../domain/custody/books.ts'
import { withReceipt } from '../../domain/custody/shipment.ts'
import type { Queryable } from '../database.ts'

interface ShipmentRow {
  readonly id: string
  readonly sender: string
  readonly receiver: string
  readonly ownership: 'retained' | 'transferred'
  readonly shipped_at: string
  readonly status: string
  readonly line: number
  readonly batch: string
  readonly account: string
  readonly owner: string
  readonly shipped_ug: string
  readonly open_ug: string
  readonly received_ug: string
  readonly returned_ug: string
  readonly lost_ug: string
  readonly disputed: boolean
}

/** Loads shipments with their lines into the books; returns the ids of those that exist. */
export async function loadShipments(tx: Queryable, books: Books, ids: readonly string[]) {
  const found = new Set<string>()
  if (ids.length === 0) return found
  const rows = await tx.query<ShipmentRow>({
    name: 'books_shipments',
    text: `select s.id, s.sender, s.receiver, s.ownership, s.shipped_at, s.status, l.line, l.batch, l.account,
        l.owner, l.shipped_ug, l.open_ug, l.received_ug, l.returned_ug, l.lost_ug, l.disputed
      from shipment s join shipment_line l on l.shipment = s.id
      where s.id = any($1::uuid[]) order by s.id, l.line`,
    values: [ids]
  })
  for (const row of rows) {
    found.add(row.id)
    const known = books.shipments.get(row.id)
    books.shipments.set(row.id, {
      id: row.id,
      sender: row.sender,
      receiver: row.receiver,
      ownership: row.ownership,
      shippedAt: Date.parse(row.shipped_at),
      voided: row.status === 'void',
      lines: [...(known?.lines ?? []), shipmentLine(row)]
    })
  }
  return found
}

/** Receive events of shipments, by the shipment, as `Books.receipts` has them. */
export async function receiptsOf(
  tx: Queryable,
  shipments: readonly string[]
): Promise<ReadonlyMap<string, readonly string[]>> {
  const receipts = new Map<string, readonly string[]>()
  if (shipments.length === 0) return receipts
  const rows = await tx.query<{ shipment: string; receipt: string; wrong: string | null }>({
    name: 'receipts_of',
    text: `select s.id as shipment, e.id as receipt, c.details::jsonb ->> 'event' as wrong
      from shipment s
      join event e on e.organization = s.receiver and e.position > s.position
      left join event c on c.id = (e.details::jsonb ->> 'corrects')::uuid
      where s.id = any($1::uuid[]) and e.type = 'receive'
        and e.details::jsonb ->> 'shipment' = s.id::text
      order by e.position`,
    values: [shipments]
  })
  for (const { shipment, receipt, wrong } of rows) {
    receipts.set(shipment, withReceipt(receipts.get(shipment) ?? [], receipt, wrong))
  }
  return receipts
}

function shipmentLine(row: ShipmentRow): ShipmentLineState {
  return {
    line: row.line,
    batch: row.batch,
    account: row.account,
    owner: row.owner,
    shippedUg: BigInt(row.shipped_ug),
    openUg: BigInt(row.open_ug),
    receivedUg: BigInt(row.received_ug),
    returnedUg: BigInt(row.returned_ug),
    lostUg: BigInt(row.lost_ug),
    disputed: row.disputed
  }
}
