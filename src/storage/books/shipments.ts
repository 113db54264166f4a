import type { ShipmentStatus } from '../../domain/custody/shipment.ts'
import type { Queryable } from '../database.ts'

/** A shipment as its two sides see it now. */
export interface StoredShipment {
  readonly id: string
  readonly position: number
  readonly sender: string
  readonly receiver: string
  readonly fromFacility: string
  readonly toFacility: string | null
  readonly ownership: 'retained' | 'transferred'
  readonly shippedAt: string
  readonly status: ShipmentStatus
  readonly lines: readonly StoredLine[]
}

export interface StoredLine {
  readonly line: number
  readonly batch: string
  readonly number: string | null
  readonly owner: string
  readonly shippedUg: bigint
  readonly openUg: bigint
  readonly receivedUg: bigint
  readonly returnedUg: bigint
  readonly lostUg: bigint
  readonly disputed: boolean
}

export interface ShipmentFilter {
  readonly organization: string
  /** Null for both sides. */
  readonly direction: 'in' | 'out' | null
  readonly status: ShipmentStatus | null
  /** Only what is still open and was shipped by then; null for all. */
  readonly openSince: string | null
  readonly after: number
  readonly limit: number
}

interface Row {
  readonly id: string
  readonly position: string
  readonly sender: string
  readonly receiver: string
  readonly from_facility: string
  readonly to_facility: string | null
  readonly ownership: 'retained' | 'transferred'
  readonly shipped_at: string
  readonly status: ShipmentStatus
}

/** Shipments of an organization in the order in which they set off. */
export async function listShipments(
  db: Queryable,
  filter: ShipmentFilter
): Promise<readonly StoredShipment[]> {
  const sides = sidesOf(filter.direction)
  // Each side is one range of its own index; together they are never longer than twice the page.
  const ranges = sides.map(
    (side) => `(select * from shipment where ${side} = $1 and position > $2
        and ($3::text is null or status = $3)
        and ($4::timestamptz is null or (closed_position is null and status <> 'void' and shipped_at <= $4))
        order by position limit $5)`
  )
  const rows = await db.query<Row>({
    name: `shipments_${sides.join('_')}`,
    text: `select id, position, sender, receiver, from_facility, to_facility, ownership, shipped_at,
        status from (${ranges.join(' union all ')}) found order by position limit $5`,
    values: [filter.organization, filter.after, filter.status, filter.openSince, filter.limit]
  })
  return withLines(db, rows)
}

function sidesOf(direction: ShipmentFilter['direction']): readonly string[] {
  if (direction === 'in') return ['receiver']
  return direction === 'out' ? ['sender'] : ['sender', 'receiver']
}

/** One shipment; undefined when there is none. */
export async function readShipment(db: Queryable, id: string): Promise<StoredShipment | undefined> {
  const rows = await db.query<Row>({
    name: 'shipment_by_id',
    text: `select id, position, sender, receiver, from_facility, to_facility, ownership, shipped_at,
        status from shipment where id = $1`,
    values: [id]
  })
  return (await withLines(db, rows))[0]
}

interface LineRow {
  readonly shipment: string
  readonly line: number
  readonly batch: string
  readonly number: string | null
  readonly owner: string
  readonly shipped_ug: string
  readonly open_ug: string
  readonly received_ug: string
  readonly returned_ug: string
  readonly lost_ug: string
  readonly disputed: boolean
}

async function withLines(db: Queryable, rows: readonly Row[]): Promise<readonly StoredShipment[]> {
  if (rows.length === 0) return []
  const lines = await db.query<LineRow>({
    name: 'shipment_lines',
    text: `select l.shipment, l.line, l.batch, b.number, l.owner, l.shipped_ug, l.open_ug,
        l.received_ug, l.returned_ug, l.lost_ug, l.disputed
      from shipment_line l join batch b on b.id = l.batch
      where l.shipment = any($1::uuid[]) order by l.shipment, l.line`,
    values: [rows.map(({ id }) => id)]
  })
  const byShipment = Map.groupBy(lines, ({ shipment }) => shipment)
  return rows.map((row) => ({
    id: row.id,
    position: Number(row.position),
    sender: row.sender,
    receiver: row.receiver,
    fromFacility: row.from_facility,
    toFacility: row.to_facility,
    ownership: row.ownership,
    shippedAt: row.shipped_at,
    status: row.status,
    lines: (byShipment.get(row.id) ?? []).map(storedLine)
  }))
}

function storedLine({ line, batch, number, owner, disputed, ...masses }: LineRow): StoredLine {
  return {
    ...{ line, batch, number, owner, disputed },
    shippedUg: BigInt(masses.shipped_ug),
    openUg: BigInt(masses.open_ug),
    receivedUg: BigInt(masses.received_ug),
    returnedUg: BigInt(masses.returned_ug),
    lostUg: BigInt(masses.lost_ug)
  }
}
