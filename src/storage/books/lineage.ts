import { unpackOrigins, unpackSteps } from '../../domain/lineage/codec.ts'
import type { Lineage } from '../../domain/lineage/share.ts'
import type { Queryable } from '../database.ts'

/** A lineage version: what was known of a batch from `position` on. */
export interface LineageVersion {
  readonly position: number
  readonly event: string
  readonly lineage: Lineage
}

interface Row {
  readonly position: string
  readonly event: string
  readonly origins: string
  readonly steps: string
}

/**
 * The newest lineage of a batch, or the newest at a position; null for an unknown batch. One index
 * probe into each of two tables.
 */
export async function readLineage(
  db: Queryable,
  batch: string,
  asOf?: number
): Promise<LineageVersion | null> {
  const [row] = await db.query<Row>({
    name: 'lineage_read',
    text: `select o.position, o.event, o.body as origins, s.body as steps
      from (select * from origin_version where batch = $1 and position <= $2 order by position desc limit 1) o
      join step_version s on s.batch = o.batch and s.position = o.position`,
    values: [batch, asOf ?? Number.MAX_SAFE_INTEGER]
  })
  if (!row) return null
  return {
    position: Number(row.position),
    event: row.event,
    lineage: { ...unpackOrigins(row.origins), steps: unpackSteps(row.steps) }
  }
}
