import type { Disclosure } from '../../domain/custody/event.ts'
import type { Queryable } from '../database.ts'

/** The exact bytes of the documents that were accepted at the positions; those that have none, or
 * whose bytes were erased, are missing. */
export async function documentsAt(
  db: Queryable,
  positions: readonly number[]
): Promise<ReadonlyMap<number, Buffer>> {
  const rows = await db.query<{ position: string; document: Buffer }>({
    name: 'documents_at',
    text: `select position, document from (
        select position, document from event
        union all select position, document from organization_version
        union all select position, document from facility_version
        union all select position, document from epd_version
        union all select position, request from epd_state_version where request is not null
        union all select position, document from signed_request
      ) accepted
      where position = any($1::int8[])
        and position not in (select position from erasure where position = any($1::int8[]))`,
    values: [positions]
  })
  return new Map(rows.map((row) => [Number(row.position), row.document]))
}

/** Positions of what was logged about keys: registration, then revocation where there is one. */
export async function keyPositions(db: Queryable, keys: readonly string[]): Promise<number[]> {
  if (keys.length === 0) return []
  const rows = await db.query<{ position: string }>({
    name: 'key_positions',
    text: `select unnest(array_remove(array[position, revoked_position], null)) as position
      from signing_key where id = any($1)`,
    values: [keys]
  })
  return rows.map(({ position }) => Number(position))
}

/** The entries that record that those at the positions were lawfully erased. */
export async function erasurePositions(
  db: Queryable,
  positions: readonly number[]
): Promise<number[]> {
  const rows = await db.query<{ position: string }>({
    name: 'erasure_positions',
    text: 'select erased_position as position from erasure where position = any($1::int8[])',
    values: [positions]
  })
  return rows.map(({ position }) => Number(position))
}

/** The versions of the facilities that were in the registry at a position. */
export async function facilityPositions(
  db: Queryable,
  facilities: readonly string[],
  asOf: number
): Promise<number[]> {
  const rows = await db.query<{ position: string }>({
    name: 'facility_positions',
    text: `select max(position) as position from facility_version
      where facility = any($1::uuid[]) and position <= $2 group by facility`,
    values: [facilities, asOf]
  })
  return rows.map(({ position }) => Number(position))
}

/** The levels of the batches that each of the events declared, those of other customers too. */
export async function outputLevels(
  db: Queryable,
  events: readonly string[]
): Promise<ReadonlyMap<string, readonly Disclosure[]>> {
  const rows = await db.query<{ event: string; disclosure: Disclosure }>({
    name: 'events_output_levels',
    text: `select distinct v.event, v.disclosure from event e
      join event_output o on o.position = e.position
      join batch_version v on v.birth = o.birth and v.event = e.id
      where e.id = any($1::uuid[])`,
    values: [events]
  })
  const levels = new Map<string, Disclosure[]>()
  for (const { event, disclosure } of rows) {
    levels.set(event, [...(levels.get(event) ?? []), disclosure])
  }
  return levels
}

/** The events that made batches and were undone since. */
export async function undoneMakersOf(
  db: Queryable,
  batches: readonly string[]
): Promise<readonly string[]> {
  if (batches.length === 0) return []
  const rows = await db.query<{ event: string }>({
    name: 'undone_makers_of',
    text: `select distinct event from event_output
      where batch = any($1::uuid[]) and undone_position is not null`,
    values: [batches]
  })
  return rows.map(({ event }) => event)
}

/**
 * What corrected each of the events by a position, and the corrections that it takes the place by:
 * of the event before it, of the one before that.
 */
export async function correctionsOf(
  db: Queryable,
  events: readonly string[],
  asOf: number
): Promise<readonly { readonly correction: string; readonly event: string }[]> {
  if (events.length === 0) return []
  return db.query<{ correction: string; event: string }>({
    name: 'corrections_of',
    text: `with recursive place (event, correction, wrong) as (
        select corrective_event, id, (details::jsonb ->> 'event')::uuid from event
         where corrective_event = any($1::uuid[]) and position <= $2
      union all
        select p.event, c.id, (c.details::jsonb ->> 'event')::uuid
          from place p join event c on c.corrective_event = p.wrong
      )
      select e.id as event, c.id as correction
        from event e join event c on c.position = e.undone_position
       where e.id = any($1::uuid[]) and e.undone_position <= $2
      union select event, correction from place
      order by 1, 2`,
    values: [events, asOf]
  })
}
