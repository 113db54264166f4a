import type { Entry } from '../../domain/custody/event.ts'
import { unpackOrigins, unpackSteps } from '../../domain/lineage/codec.ts'
import type { Lineage } from '../../domain/lineage/share.ts'
import type { Queryable } from '../database.ts'

/** A batch that entered the books without recorded inputs, and what it told of its history. */
export interface Source {
  readonly batch: string
  readonly organization: string
  readonly productClass: string
  readonly entry: Entry
  readonly lineage: Lineage
}

interface Row {
  readonly batch: string
  readonly organization: string
  readonly product_class: string
  readonly entry: Entry
  readonly origins: string
  readonly steps: string
}

/**
 * Those of the batches that entered without recorded inputs, as they were known at a position; of what
 * a correction took out of the books nobody can tell more.
 */
export async function readSources(
  db: Queryable,
  batches: readonly string[],
  asOf: number
): Promise<readonly Source[]> {
  if (batches.length === 0) return []
  const rows = await db.query<Row>({
    name: 'sources_read',
    text: `select b.id as batch, b.organization, v.product_class,
        v.declaration::jsonb ->> 'entry' as entry, o.body as origins, s.body as steps
      from batch b
      cross join lateral (
        select * from batch_version where batch = b.id and position <= $2
         order by position desc limit 1
      ) v
      join event e on e.id = v.event and e.type = 'commission'
      cross join lateral (
        select body from origin_version where batch = b.id and position <= $2
         order by position desc limit 1
      ) o
      cross join lateral (
        select body from step_version where batch = b.id and position <= $2
         order by position desc limit 1
      ) s
      where b.id = any($1::uuid[]) and v.voided_by is null order by b.position, b.id`,
    values: [batches, asOf]
  })
  return rows.map(({ product_class, origins, steps, ...row }) => ({
    ...row,
    productClass: product_class,
    lineage: { ...unpackOrigins(origins), steps: unpackSteps(steps) }
  }))
}

/** A batch that a correction took out of the books. */
export interface VoidedBatch {
  readonly batch: string
  /** The correction named an event that takes the place of the wrong one, and it is not there yet. */
  readonly isReplaced: boolean
}

/** Those of the batches that stood corrected away at a position. */
export function readVoided(
  db: Queryable,
  batches: readonly string[],
  asOf: number
): Promise<readonly VoidedBatch[]> {
  if (batches.length === 0) return Promise.resolve([])
  return db.query<VoidedBatch>({
    name: 'voided_read',
    text: `select b.id as batch, (c.corrective_event is not null and not exists (
          select 1 from event n where n.id = c.corrective_event and n.position <= $2
        )) as "isReplaced"
      from batch b
      cross join lateral (
        select voided_by from batch_version where batch = b.id and position <= $2
         order by position desc limit 1
      ) v
      join event c on c.id = v.voided_by
      where b.id = any($1::uuid[]) order by b.position, b.id`,
    values: [batches, asOf]
  })
}
