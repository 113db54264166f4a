import type { RunOutput } from '../domain/lineage/footprint-graph.ts'
import { parseDecimal, ZERO } from '../domain/quantity/rational.ts'
import type { Queryable } from './database.ts'

interface Row {
  readonly event: string
  readonly mass: string
  readonly silent: string
  readonly stated: string
}

/** What each event made, as known at a position: co-products outside of any walk included. */
export async function readRunOutputs(
  db: Queryable,
  events: readonly string[],
  asOf: number
): Promise<ReadonlyMap<string, RunOutput>> {
  const rows = await db.query<Row>({
    name: 'run_outputs',
    text: `select o.event, sum(o.mass_ug)::text as mass,
        coalesce(sum(o.mass_ug) filter (where v.share is null), 0)::text as silent,
        coalesce(sum(v.share), 0)::text as stated
      from event_output o
      cross join lateral (
        select (declaration::jsonb #>> '{allocation,share}')::numeric as share from batch_version
         where batch = o.batch and position <= $2 order by position desc limit 1
      ) v
      where o.position = any(array(select position from event where id = any($1::uuid[])))
        and o.position <= $2
        and (o.undone_position is null or o.undone_position > $2)
      group by o.event`,
    values: [events, asOf]
  })
  return new Map(
    rows.map(({ event, mass, silent, stated }) => [
      event,
      { massUg: BigInt(mass), silentUg: BigInt(silent), stated: parseDecimal(stated) ?? ZERO }
    ])
  )
}
