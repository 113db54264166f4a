import { sqlState } from '../connection/sql-error.ts'
import type { Queryable } from '../database.ts'

/** A row of a projection that no entry of the journal stands for, or that says something else. */
export interface StrayRow {
  readonly what: string
  readonly id: string
  readonly position: string
}

/** What a comparison found: rows, and what could not be compared since a value of it is not readable. */
export interface Compared {
  readonly rows: readonly StrayRow[]
  readonly unreadable: readonly string[]
}

/** SQLSTATE class 22: a value is none of its type. */
const DATA_EXCEPTION = /^22/

/**
 * The rows that a statement finds. A hand in the rows may leave what PostgreSQL cannot even read as JSON
 * or as a time: then that is what was found, and the transaction goes on.
 */
export async function comparedBy(
  db: Queryable,
  what: string,
  query: { readonly text: string; readonly values?: readonly unknown[] }
): Promise<Compared> {
  await db.query({ text: 'savepoint comparison' })
  try {
    return { rows: await db.query<StrayRow>(query), unreadable: [] }
  } catch (error) {
    if (!DATA_EXCEPTION.test(sqlState(error) ?? '')) throw error
    await db.query({ text: 'rollback to savepoint comparison' })
    return { rows: [], unreadable: [what] }
  } finally {
    await db.query({ text: 'release savepoint comparison' }).catch(() => {})
  }
}

const STRAY = `
  select 'event' as what, e.id::text as id, e.position from event e
    left join journal j on j.position = e.position
   where j.kind is distinct from 'event' or j.subject <> e.id::text
  union all
  select 'organization', v.organization::text, v.position from organization_version v
    left join journal j on j.position = v.position
   where j.kind is distinct from 'organization' or j.subject <> v.organization::text
  union all
  select 'facility', v.facility::text, v.position from facility_version v
    left join journal j on j.position = v.position
   where j.kind is distinct from 'facility' or j.subject <> v.facility::text
  union all
  select 'epd', v.epd::text, v.position from epd_version v
    left join journal j on j.position = v.position
   where j.kind is distinct from 'epd' or j.subject <> v.epd::text
  union all
  select 'step of the epd', s.epd::text, s.position from epd_state_version s
    left join journal j on j.position = s.position
   where j.kind is distinct from case when s.transition in ('submit', 'external') and s.request is null
       then 'epd' else 'epd_transition' end or j.subject <> s.epd::text
  union all
  select 'registration number', n.number, n.position from registration_number n
    left join journal j on j.position = n.position
   where j.kind is null or j.kind not in ('registration_number', 'epd_transition')
  union all
  select 'key', k.id, k.position from signing_key k
    left join journal j on j.position = k.position
   where j.kind is distinct from 'key' or j.subject <> k.id
  order by position limit 1000`

/** Rows without an entry of their own: put there behind the back of the service. */
export function strayRows(db: Queryable): Promise<StrayRow[]> {
  return db.query<StrayRow>({ text: STRAY })
}

/** The day on which a version ends by a step that was taken on a day. */
const END = (day: string) => `case transition when 'supersede' then greatest(${day}, next)
    when 'deregister' then least(before, ${day}) else before end`

const DIFFERENT = `
  select 'step of the epd' as what, s.epd::text as id, s.position from epd_state_version s
    join journal j on j.position = s.position
   where j.position <> all($1::int8[])
     and convert_from(j.statement, 'UTF8')::jsonb #>> '{body,state}' <> s.state
  union all
  select 'end of the epd', epd::text, position from (
    select s.epd, s.position, s.ends_on, s.transition, n.valid_from as next,
        lag(s.ends_on) over (partition by s.epd, s.version_key order by s.position) as before,
        (j.at at time zone 'UTC')::date as day
      from epd_state_version s join journal j on j.position = s.position
      left join epd_version n on n.epd = s.epd
       and n.version = convert_from(j.statement, 'UTF8')::jsonb #>> '{body,successor}'
     where j.position <> all($1::int8[])
    ) step
   -- A request that was made before midnight may be entered after it.
   where ends_on is distinct from ${END('day')} and ends_on is distinct from ${END('day - 1')}
  union all
  select 'facility', facility::text, v.position from facility_version v
   where v.position <> all($1::int8[])
     and not exists (select from erasure e where e.position = v.position)
     and (convert_from(document, 'UTF8')::jsonb ->> 'country' <> country
       or convert_from(document, 'UTF8')::jsonb ->> 'name' <> name
       or (convert_from(document, 'UTF8')::jsonb ->> 'validFrom')::date <> valid_from
       or convert_from(document, 'UTF8')::jsonb ->> 'region' is distinct from region
       or convert_from(document, 'UTF8')::jsonb #>> '{coordinates,latitude}' is distinct from latitude
       or convert_from(document, 'UTF8')::jsonb #>> '{coordinates,longitude}'
         is distinct from longitude
       or convert_from(document, 'UTF8')::jsonb -> 'stages' <> to_jsonb(stages)
       or coalesce(convert_from(document, 'UTF8')::jsonb ->> 'operator',
            (select organization::text from facility f where f.id = v.facility)) <> operator::text
       or coalesce(convert_from(document, 'UTF8')::jsonb ->> 'attestation', 'declared')
         <> attestation)
  union all
  select 'organization', organization::text, v.position from organization_version v
   where v.position <> all($1::int8[])
     and not exists (select from erasure e where e.position = v.position)
     and (convert_from(document, 'UTF8')::jsonb ->> 'country' <> country
       or convert_from(document, 'UTF8')::jsonb ->> 'name' <> name)
  union all
  select 'key', k.id, k.position from signing_key k
    join signed_request r on r.position = k.position
   where k.position <> all($1::int8[])
     and convert_from(r.document, 'UTF8')::jsonb ->> 'label' is distinct from k.label
  order by position limit 1000`

/**
 * Rows whose columns say something else than the document that was accepted. Those at the positions
 * `except` are left out: what is wrong with them is known, and may keep them from being read.
 */
export function rowsThatBelieTheirDocument(
  db: Queryable,
  except: readonly number[]
): Promise<Compared> {
  return comparedBy(db, 'parties, keys and steps', { text: DIFFERENT, values: [except] })
}

const JOURNAL = `
  select 'beyond' as what, subject as id, position from journal
   where position >= (select next from journal_head)
  union all
  select 'salt', subject, position from (
    select subject, position, salt, row_number() over (partition by salt order by position) as use
      from journal where salt is not null
  ) salted where use > 1
  union all
  select 'moment', subject, position from journal j join journal_head h on j.position = h.next - 1
   where j.at <> h.at
  order by position limit 1000`

/**
 * Entries that the journal itself cannot have made: `beyond` its head, with a `salt` that was used
 * before, or at another `moment` than the head says of its last entry.
 */
export function strangeEntries(db: Queryable): Promise<StrayRow[]> {
  return db.query<StrayRow>({ text: JOURNAL })
}

/** How many entries were erased lawfully, and how many of them were events. */
export async function countErased(
  db: Queryable
): Promise<{ readonly entries: number; readonly events: number }> {
  const [row] = await db.query<{ entries: string; events: string }>({
    text: `select count(*) as entries, count(*) filter (where j.kind = 'event') as events
      from erasure e join journal j on j.position = e.position`
  })
  return { entries: Number(row?.entries ?? 0), events: Number(row?.events ?? 0) }
}
