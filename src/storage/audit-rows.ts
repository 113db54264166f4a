import type { Queryable } from './database.ts'

/** A row of a projection that no entry of the journal stands for, or that says something else. */
export interface StrayRow {
  readonly what: string
  readonly id: string
  readonly position: string
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
   where convert_from(j.statement, 'UTF8')::jsonb #>> '{body,state}' <> s.state
  union all
  select 'end of the epd', epd::text, position from (
    select s.epd, s.position, s.ends_on, s.transition, n.valid_from as next,
        lag(s.ends_on) over (partition by s.epd, s.version_key order by s.position) as before,
        (j.at at time zone 'UTC')::date as day
      from epd_state_version s join journal j on j.position = s.position
      left join epd_version n on n.epd = s.epd
       and n.version = convert_from(j.statement, 'UTF8')::jsonb #>> '{body,successor}'
    ) step
   -- A request that was made before midnight may be entered after it.
   where ends_on is distinct from ${END('day')} and ends_on is distinct from ${END('day - 1')}
  union all
  select 'facility', facility::text, v.position from facility_version v
   where not exists (select from erasure e where e.position = v.position)
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
   where not exists (select from erasure e where e.position = v.position)
     and (convert_from(document, 'UTF8')::jsonb ->> 'country' <> country
       or convert_from(document, 'UTF8')::jsonb ->> 'name' <> name)
  order by position limit 1000`

/** Rows whose columns say something else than the document that was accepted. */
export function rowsThatBelieTheirDocument(db: Queryable): Promise<StrayRow[]> {
  return db.query<StrayRow>({ text: DIFFERENT })
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
