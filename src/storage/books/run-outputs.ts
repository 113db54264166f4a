import { POOL_CLASS } from '../../domain/custody/campaign.ts'
import type { RunOutput } from '../../domain/lineage/footprint-graph.ts'
import { parseDecimal, ZERO } from '../../domain/quantity/rational.ts'
import type { Queryable } from '../database.ts'

interface Row {
  readonly event: string
  readonly mass: string
  readonly silent: string
  readonly stated: string
  readonly left_earths: string
  readonly kept_mass: string | null
  readonly kept_earths: string | null
}

/**
 * What each event made, as known at a position: co-products outside of any walk included. Of an event
 * of a campaign also how much of the rare earths went out and how much stayed in its pool.
 */
export async function readRunOutputs(
  db: Queryable,
  events: readonly string[],
  of: { readonly asOf: number; readonly rareEarths: ReadonlySet<string> }
): Promise<ReadonlyMap<string, RunOutput>> {
  const rows = await db.query<Row>({
    name: 'run_outputs',
    text: `select event,
        coalesce(sum(mass_ug) filter (where not pool), 0)::text as mass,
        coalesce(sum(mass_ug) filter (where not pool and share is null), 0)::text as silent,
        coalesce(sum(share), 0)::text as stated,
        coalesce(sum(earths) filter (where not pool), 0)::text as left_earths,
        sum(mass_ug) filter (where pool)::text as kept_mass,
        sum(earths) filter (where pool)::text as kept_earths
      from (
        select o.event, o.mass_ug, v.share, v.pool,
            case when bool_or(v.pool) over (partition by o.event) then (
              select coalesce(sum(value::numeric), 0) from json_each_text(v.elements::json)
               where key = any($4)
            ) end as earths
          from event_output o
          cross join lateral (
            select (declaration::jsonb #>> '{allocation,share}')::numeric as share, elements,
                product_class = $3 as pool
              from batch_version
             where batch = o.batch and position <= $2 order by position desc limit 1
          ) v
         where o.position = any(array(select position from event where id = any($1::uuid[])))
           and o.position <= $2
           and (o.undone_position is null or o.undone_position > $2)
      ) made
      group by event`,
    values: [events, of.asOf, POOL_CLASS, [...of.rareEarths]]
  })
  return new Map(rows.map((row) => [row.event, runOutput(row)]))
}

function runOutput(row: Row): RunOutput {
  const { mass, silent, stated, left_earths, kept_mass, kept_earths } = row
  const massUg = BigInt(mass)
  const kept = {
    leftEarthsUg: BigInt(left_earths),
    keptEarthsUg: BigInt(kept_earths ?? 0),
    keptUg: BigInt(kept_mass ?? 0)
  }
  return {
    massUg,
    silentUg: BigInt(silent),
    stated: parseDecimal(stated) ?? ZERO,
    campaign: kept_mass === null ? null : kept
  }
}
