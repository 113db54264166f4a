import type { Queryable } from './database.ts'

/** Dry mass of all that each event made, as known at a position, in micrograms. */
export async function readRunOutputs(
  db: Queryable,
  events: readonly string[],
  asOf: number
): Promise<ReadonlyMap<string, bigint>> {
  const rows = await db.query<{ event: string; mass: string }>({
    name: 'run_outputs',
    text: `select event, sum(mass_ug)::text as mass from event_output
      where event = any($1::uuid[]) and position <= $2
        and (undone_position is null or undone_position > $2)
      group by event`,
    values: [events, asOf]
  })
  return new Map(rows.map(({ event, mass }) => [event, BigInt(mass)]))
}
