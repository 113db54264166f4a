import type { BatchStatus } from '../../domain/custody/books.ts'
import type { Queryable } from '../database.ts'
import type { Moment } from '../journal/moments.ts'

/** A stored lineage row, packed as domain/lineage/codec says. */
export interface LineageRow {
  readonly position: number
  readonly event: string
  readonly body: string
}

/** Which of the two rows of a lineage version is read. */
export type LineageTable = 'origin_version' | 'step_version'

/** A lineage row, the status of its batch and the newest entry of the journal in the same snapshot. */
export interface OriginsRead {
  readonly newest: Moment
  readonly status: BatchStatus
  readonly lineage: LineageRow
}

interface Row {
  readonly newest: string
  readonly newest_at: string
  readonly position: string
  readonly event: string
  readonly body: string
  readonly status: BatchStatus | null
}

const SELECT = `select o.position, o.event, o.body, h.next - 1 as newest, h.at as newest_at,
    (select status from status_version where batch = $1 and position <= $2
      order by position desc limit 1) as status`

/** Both halves of the key lie in account_key, so a holder costs one probe of one index. */
const HELD = `and exists (
    select from account where batch = $1 and (custodian = $3 or owner = $3)
  )`

/**
 * The newest lineage row of a batch up to a position, for an organization that is or was its
 * custodian or owner: one statement, hence one round trip and one snapshot. Undefined for all
 * others, who may still have another way in, and where nothing was known at the position.
 */
export async function readHeldOrigins(
  db: Queryable,
  batch: string,
  table: LineageTable,
  by: { readonly organization: string; readonly asOf: number | null }
): Promise<OriginsRead | undefined> {
  const rows = await db.query<Row>({
    name: `held_${table}`,
    text: `${SELECT} from ${table} o cross join journal_head h
      where o.batch = $1 and o.position <= $2 ${HELD} order by o.position desc limit 1`,
    values: [batch, by.asOf ?? Number.MAX_SAFE_INTEGER, by.organization]
  })
  return originsOf(rows)
}

/** The newest lineage row of a batch up to a position, for a caller whose sight was established. */
export async function readOrigins(
  db: Queryable,
  batch: string,
  table: LineageTable,
  asOf: number
): Promise<OriginsRead | undefined> {
  const rows = await db.query<Row>({
    name: `origins_${table}`,
    text: `${SELECT} from ${table} o cross join journal_head h
      where o.batch = $1 and o.position <= $2 order by o.position desc limit 1`,
    values: [batch, asOf]
  })
  return originsOf(rows)
}

function originsOf([row]: readonly Row[]): OriginsRead | undefined {
  if (!row) return undefined
  const { position, event, body } = row
  return {
    newest: { position: Number(row.newest), at: row.newest_at },
    status: row.status ?? 'clear',
    lineage: { position: Number(position), event, body }
  }
}
