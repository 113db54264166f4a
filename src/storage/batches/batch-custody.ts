import type { AccountPlace } from '../../domain/custody/books.ts'
import type { Queryable } from '../database.ts'

/** What stood in an account of a batch at a position; accounts are kept when they are empty. */
export interface Holding {
  readonly account: string
  readonly custodian: string
  readonly owner: string
  readonly place: AccountPlace
  /** Never below zero. */
  readonly balanceUg: bigint
  /** What was drawn and, as a correction showed, was never there. */
  readonly deficitUg: bigint
  /** Of the first posting. */
  readonly since: number
  /** Of the last posting. */
  readonly position: number
}

interface HoldingRow {
  readonly account: string
  readonly custodian: string
  readonly owner: string
  readonly place: AccountPlace
  readonly balance_ug: string
  readonly since: string
  readonly position: string
}

/** A posting counts at a position when it was recorded by then and not undone yet. */
const LIVE = 'p.position <= $2 and (p.undone_position is null or p.undone_position > $2)'

/** Who had how much of a batch at a position, in the order in which they got it. */
export async function readHoldings(
  db: Queryable,
  batch: string,
  asOf: number
): Promise<readonly Holding[]> {
  const rows = await db.query<HoldingRow>({
    name: 'custody_holdings',
    text: `select a.id as account, a.custodian, a.owner, a.place, sum(p.mass_ug)::int8 as balance_ug,
        min(p.position) as since, max(p.position) as position
      from posting p join account a on a.id = p.account
      where p.batch = $1 and ${LIVE}
      group by a.id order by since, a.place, a.id`,
    values: [batch, asOf]
  })
  return rows.map(({ balance_ug, since, position, ...row }) => ({
    ...row,
    balanceUg: BigInt(balance_ug) > 0n ? BigInt(balance_ug) : 0n,
    deficitUg: BigInt(balance_ug) < 0n ? -BigInt(balance_ug) : 0n,
    since: Number(since),
    position: Number(position)
  }))
}

/** One shipment, as far as it concerns one batch, at a position. */
export interface BatchShipment {
  readonly id: string
  readonly position: number
  readonly sender: string
  readonly receiver: string
  readonly ownership: 'retained' | 'transferred'
  readonly shippedAt: string
  readonly shippedUg: bigint
  readonly receivedUg: bigint
  readonly lostUg: bigint
  /** In the sender's hands again. */
  readonly returnedUg: bigint
  /** The receive events, oldest first. */
  readonly receipts: readonly string[]
  readonly receivedAt: string | null
}

interface ShipmentRow {
  readonly id: string
  readonly position: string
  readonly sender: string
  readonly receiver: string
  readonly ownership: 'retained' | 'transferred'
  readonly shipped_at: string
  readonly shipped_ug: string
}

interface ReceiptRow {
  readonly id: string
  readonly at: string
  readonly shipment: string
  readonly received_ug: string
  readonly lost_ug: string
  readonly returned_ug: string
}

/** The shipments of a batch, oldest first, with what had been received of them at a position. */
export async function readShipments(
  db: Queryable,
  batch: string,
  asOf: number
): Promise<readonly BatchShipment[]> {
  const rows = await db.query<ShipmentRow>({
    name: 'custody_shipments',
    text: `select s.id, s.position, s.sender, s.receiver, s.ownership, s.shipped_at,
        sum(l.shipped_ug)::int8 as shipped_ug
      from shipment_line l join shipment s on s.id = l.shipment join event e on e.id = s.id
      where l.batch = $1 and s.position <= $2
        and (e.undone_position is null or e.undone_position > $2)
      group by s.id order by s.position, s.id`,
    values: [batch, asOf]
  })
  const receipts = rows.length === 0 ? [] : await readReceipts(db, batch, asOf)
  return rows.map((row) => {
    const { id, sender, receiver, ownership } = row
    const own = receipts.filter((receipt) => receipt.shipment === id)
    return {
      ...{ id, sender, receiver, ownership },
      position: Number(row.position),
      shippedAt: row.shipped_at,
      shippedUg: BigInt(row.shipped_ug),
      receivedUg: own.reduce((sum, receipt) => sum + BigInt(receipt.received_ug), 0n),
      lostUg: own.reduce((sum, receipt) => sum + BigInt(receipt.lost_ug), 0n),
      returnedUg: own.reduce((sum, receipt) => sum + BigInt(receipt.returned_ug), 0n),
      receipts: own.map((receipt) => receipt.id),
      receivedAt: own.at(-1)?.at ?? null
    }
  })
}

/** Arrived mass is a move to the receiver's hand; what left the batch on the way names elements. */
function readReceipts(db: Queryable, batch: string, asOf: number): Promise<ReceiptRow[]> {
  return db.query<ReceiptRow>({
    name: 'custody_receipts',
    text: `select e.id, e.at, (e.details::jsonb ->> 'shipment')::uuid as shipment,
        coalesce(sum(p.mass_ug) filter (
          where a.place = 'on_hand' and a.custodian = e.organization), 0)::int8 as received_ug,
        coalesce(sum(p.mass_ug) filter (
          where a.place = 'on_hand' and a.custodian <> e.organization), 0)::int8 as returned_ug,
        coalesce(-sum(p.mass_ug) filter (where p.elements is not null), 0)::int8 as lost_ug
      from posting p join event e on e.id = p.event join account a on a.id = p.account
      where p.batch = $1 and ${LIVE} and e.type = 'receive'
      group by e.id order by e.position`,
    values: [batch, asOf]
  })
}
