import type { Queryable } from '../database.ts'

/** One change of a balance. */
export interface PostingRow {
  readonly position: number
  readonly recordedAt: string
  readonly event: string
  readonly type: string
  readonly at: string
  readonly organization: string
  readonly custodian: string
  readonly owner: string
  readonly place: string
  readonly massUg: bigint
  /** As it was after this posting. */
  readonly balanceUg: bigint
  readonly undonePosition: number | null
}

interface Row extends Omit<PostingRow, 'position' | 'massUg' | 'balanceUg' | 'undonePosition'> {
  readonly position: string
  readonly mass_ug: string
  readonly balance_ug: string
  readonly undone_position: string | null
}

/** The postings of a batch up to a position, oldest first, at most `limit` after `after`. */
export async function readPostings(
  db: Queryable,
  batch: string,
  page: { readonly asOf: number; readonly eyes: readonly string[]; readonly limit: number }
): Promise<readonly PostingRow[]> {
  const rows = await db.query<Row>({
    name: 'history_postings',
    text: `select p.position, e.recorded_at as "recordedAt", p.event, e.type, e.at, e.organization,
        a.custodian, a.owner, a.place, p.mass_ug, p.balance_ug,
        case when p.undone_position <= $2 then p.undone_position end as undone_position
      from posting p join account a on a.id = p.account join event e on e.id = p.event
      where p.batch = $1 and p.position <= $2
        and (a.custodian = any($3::uuid[]) or a.owner = any($3::uuid[]))
      order by p.position, p.line limit $4`,
    values: [batch, page.asOf, page.eyes, page.limit]
  })
  return rows.map(({ position, mass_ug, balance_ug, undone_position, ...row }) => ({
    ...row,
    position: Number(position),
    massUg: BigInt(mass_ug),
    balanceUg: BigInt(balance_ug),
    undonePosition: undone_position === null ? null : Number(undone_position)
  }))
}

/** A change of status, and the event or correction that caused it. */
export interface StatusRow {
  readonly position: number
  readonly status: string
  readonly cause: string
}

export async function readStatusVersions(
  db: Queryable,
  batch: string,
  asOf: number
): Promise<readonly StatusRow[]> {
  const rows = await db.query<{ position: string; status: string; cause: string }>({
    name: 'history_status',
    text: `select position, status, cause from status_version
      where batch = $1 and position <= $2 order by position`,
    values: [batch, asOf]
  })
  return rows.map((row) => ({ ...row, position: Number(row.position) }))
}

/** A lineage version's origins, packed as domain/lineage/codec says. */
export interface OriginVersion {
  readonly position: number
  readonly event: string
  readonly body: string
}

export async function readOriginVersions(
  db: Queryable,
  batch: string,
  asOf: number
): Promise<readonly OriginVersion[]> {
  const rows = await db.query<{ position: string; event: string; body: string }>({
    name: 'history_origins',
    text: `select position, event, body from origin_version
      where batch = $1 and position <= $2 order by position`,
    values: [batch, asOf]
  })
  return rows.map((row) => ({ ...row, position: Number(row.position) }))
}

/** When positions were accepted. */
export async function readTimes(
  db: Queryable,
  positions: readonly number[]
): Promise<ReadonlyMap<number, string>> {
  const rows = await db.query<{ position: string; at: string }>({
    name: 'history_times',
    text: 'select position, at from journal where position = any($1::int8[])',
    values: [positions]
  })
  return new Map(rows.map((row) => [Number(row.position), row.at]))
}
