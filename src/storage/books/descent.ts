import type { Queryable } from '../database.ts'

/** Everything made from the batches of `$1`, at any distance; the batches themselves not included. */
export const DESCENDANTS = `
  with recursive down(batch) as (
    select o.batch from event_input i join event_output o on o.position = i.position
     where i.batch = any($1::uuid[]) and i.undone_position is null and o.undone_position is null
    union
    select o.batch from down d
      join event_input i on i.batch = d.batch and i.undone_position is null
      join event_output o on o.position = i.position and o.undone_position is null)`

/**
 * Which of `batches` were made from which of `roots`, at any distance. Nothing is asked where there
 * are no roots, as for every event whose outputs are new.
 */
export async function sourcesAmong(
  tx: Queryable,
  batches: readonly string[],
  roots: readonly string[]
): Promise<ReadonlyMap<string, readonly string[]>> {
  const sources = new Map<string, string[]>()
  for (const root of roots) {
    const rows = await tx.query<{ batch: string }>({
      name: 'books_descends',
      text: `${DESCENDANTS} select batch from down where batch = any($2::uuid[])`,
      values: [[root], batches]
    })
    for (const { batch } of rows) sources.set(batch, [...(sources.get(batch) ?? []), root])
  }
  return sources
}
