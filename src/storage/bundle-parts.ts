import type { Queryable } from './database.ts'

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

/** Those of the events that declared a batch which is not for everybody downstream. */
export async function eventsWithRestrictedOutputs(
  db: Queryable,
  events: readonly string[]
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ event: string }>({
    name: 'events_with_restricted_outputs',
    text: `select distinct event from batch_version
      where event = any($1::uuid[]) and disclosure = 'restricted'`,
    values: [events]
  })
  return new Set(rows.map(({ event }) => event))
}
