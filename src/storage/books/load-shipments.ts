import type { Books, ShipmentLineState } from '../../domain/custody/books.ts'
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

/** Receive events of shipments that were not taken back, by the shipment, in the order of recording. */
export async function standingReceipts(
  tx: Queryable,
  shipments: readonly string[]
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (shipments.length === 0) return new Map()
  const rows = await tx.query<{ shipment: string; receipts: string[] }>({
    name: 'standing_receipts',
    text: `select s.id as shipment, array_agg(e.id order by e.position) as receipts
      from shipment s
      join event e on e.organization = s.receiver and e.position > s.position
      where s.id = any($1::uuid[]) and e.type = 'receive' and e.undone_position is null
        and e.details::jsonb ->> 'shipment' = s.id::text
      group by s.id`,
    values: [shipments]
  })
  return new Map(rows.map(({ shipment, receipts }) => [shipment, receipts]))
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
