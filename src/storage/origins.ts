import type { Access, Asker } from './access.ts'
import { ACCESS_COLUMNS, ACCESS_TABLES } from './access.ts'
import type { Queryable } from './database.ts'
import type { Moment } from './moments.ts'

/** A stored lineage row, packed as domain/lineage/codec says. */
export interface LineageRow {
  readonly position: number
  readonly event: string
  readonly body: string
}

/** Everything that a question about origins needs, of one snapshot. */
export interface OriginsRead {
  readonly access: Access
  /** The newest entry of the journal. */
  readonly newest: Moment
  /** Null where the batch was not known at the position. */
  readonly lineage: LineageRow | null
}

interface Row extends Access {
  readonly newest: string
  readonly newest_at: string
  readonly position: string | null
  readonly event: string | null
  readonly body: string | null
}

/** Which of the two rows of a lineage version is read. */
export type LineageTable = 'origin_version' | 'step_version'

/**
 * The newest lineage row of a batch up to a position, with the facts about who may see it: one
 * statement, so one round trip and one snapshot. Undefined for an unknown batch.
 */
export async function readOrigins(
  db: Queryable,
  batch: string,
  table: LineageTable,
  asker: Asker & { readonly asOf: number | null }
): Promise<OriginsRead | undefined> {
  const [row] = await db.query<Row>({
    name: `origins_${table}`,
    text: `select ${ACCESS_COLUMNS}, h.next - 1 as newest, h.at as newest_at,
        o.position, o.event, o.body
      from ${ACCESS_TABLES} cross join journal_head h
      left join lateral (
        select position, event, body from ${table} where batch = b.id and position <= $4
         order by position desc limit 1
      ) o on true
      where b.id = $1`,
    values: [
      batch,
      asker.organization,
      asker.now.toISOString(),
      asker.asOf ?? Number.MAX_SAFE_INTEGER
    ]
  })
  if (!row) return undefined
  const { position, event, body } = row
  return {
    access: row,
    newest: { position: Number(row.newest), at: row.newest_at },
    lineage:
      position === null || event === null || body === null
        ? null
        : { position: Number(position), event, body }
  }
}
