import { OUTLASTS_ITS_EVENT, REOPENED, TOLD_BY_STATUS } from '../../domain/custody/reopen.ts'
import type { Queryable } from '../database.ts'
import type { StrayRow } from './audit-rows.ts'

/** Rows of an organization, and by which of its clients it acted; the log tells the organization alone. */
const ACTORS = `
  select what, id, position from (
    select 'event' as what, id::text, position, organization, client from event
    union all
    select 'version of the epd', v.epd::text, v.position, s.organization, v.client
      from epd_version v join epd_state_version s on s.position = v.position
    union all
    select 'step of the epd', epd::text, position, organization, client from epd_state_version
  ) acted
  where not exists (select from client c where c.id = acted.client
    and c.organization = acted.organization and c.position < acted.position)
  order by position limit 1000`

/**
 * What was recorded by a client that the organization did not have then. Another client that it had is
 * not noticed: the log does not tell which one it was.
 */
export function strangeActors(db: Queryable): Promise<StrayRow[]> {
  return db.query<StrayRow>({ text: ACTORS })
}

/**
 * Findings that the books close by themselves are closed where the batch is evaluated again for the first
 * time, where the event is corrected away or, of a campaign that was left open, where it goes on, whichever
 * is first; all others stand, unless somebody resolved them, of which the log tells. Older books left what
 * was said of a corrected event open until its batch was evaluated again, if ever.
 */
const CLOSED = `
  select 'finding' as what, f.id::text, f.position from finding f
    left join lateral (
      select at, reason from (
        select min(v.position) as at, 'evaluated again' as reason from batch_version v
          join journal j on j.position = v.position and j.kind = 'reevaluation'
         where v.batch = f.batch and v.position > f.position
           and (f.code = any($2::text[]) or f.code = any($1::text[])
             and exists (select from event e where e.id = f.event and e.type <> 'commission'
               and exists (select from event_output o where o.position = e.position and o.batch = f.batch)))
        union all
        select e.undone_position, 'the event was corrected' from event e
         where e.id = f.event and e.undone_position > f.position and f.code <> all($3::text[])
        union all
        select min(next.position), 'the campaign went on' from campaign_step left_open
          join campaign_step next on next.campaign = left_open.campaign
           and next.number = left_open.number + 1
         where left_open.batch = f.batch and next.position > f.position and f.code = 'CAMPAIGN_OPEN'
      ) ways where at is not null order by at limit 1
    ) closing on true
   where not exists (select from journal r
       where r.position = f.resolved_position and r.kind = 'finding_resolution')
     and (f.resolved_position is distinct from closing.at
       or f.resolution is distinct from closing.reason
       or f.resolved_by is not null or f.resolution_evidence is not null)
     and (closing.reason is distinct from 'the event was corrected'
       or coalesce(f.resolution, 'evaluated again') <> 'evaluated again'
       or f.resolved_by is not null or f.resolution_evidence is not null)
   order by f.position limit 1000`

/** Findings that are closed, or open, otherwise than the books and the log say. */
export function findingsClosedOtherwise(db: Queryable): Promise<StrayRow[]> {
  return db.query<StrayRow>({
    text: CLOSED,
    values: [REOPENED, TOLD_BY_STATUS, OUTLASTS_ITS_EVENT]
  })
}
