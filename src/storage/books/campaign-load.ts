import type { Books } from '../../domain/custody/books.ts'
import type { Queryable } from '../database.ts'

interface Touched {
  readonly campaigns: readonly string[]
  readonly corrections: readonly string[]
}

/** Names these advisory locks apart from others of the database. */
const CAMPAIGNS = 5_281

/**
 * Locks campaigns by id, whether they exist yet or not, until the transaction ends, and returns those
 * that are locked; without `wait`, campaigns that another transaction holds are left out. Taken before
 * the locks of batches.
 */
export async function lockCampaigns(
  tx: Queryable,
  ids: readonly string[],
  wait: boolean
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const sorted = [...ids].sort()
  const rows = await tx.query<{ id: string }>(
    wait
      ? {
          name: 'campaigns_lock_wait',
          text: `select id, pg_advisory_xact_lock($2, hashtext(id::text))::text
            from unnest($1::uuid[]) as wanted(id)`,
          values: [sorted, CAMPAIGNS]
        }
      : {
          name: 'campaigns_lock',
          text: `select id from unnest($1::uuid[]) as wanted(id)
            where pg_try_advisory_xact_lock($2, hashtext(id::text))`,
          values: [sorted, CAMPAIGNS]
        }
  )
  return new Set(rows.map((row) => row.id))
}

/** The newest pool batch of the campaign `c`. */
const HEAD = `select batch from campaign_step where campaign = c.id order by number desc limit 1`

/** Remainders handed over to the campaign `c` that none of its events has drawn. */
const CARRIED = `select s.batch from campaign_step s join batch b on b.id = s.batch
  where s.carry_to = c.id and b.drawn_ug = 0`

/** The pool batches that the wrong event of the correction `e` made. */
const GAPS = `event e
  join event w on w.id = (e.details::jsonb ->> 'event')::uuid
  join event_output o on o.position = w.position
  join campaign_step s on s.batch = o.batch`

/** Pool batches that events of these campaigns draw on, and those that a correction took out. */
export async function poolBatches(tx: Queryable, touched: Touched): Promise<readonly string[]> {
  if (touched.campaigns.length === 0 && touched.corrections.length === 0) return []
  const rows = await tx.query<{ batch: string }>({
    name: 'campaigns_batches',
    text: `select x.batch from unnest($1::uuid[]) as c(id)
        cross join lateral ((${HEAD}) union all (${CARRIED})) x
      union
      select t.batch from ${GAPS}
        join campaign_step t on t.campaign = s.campaign and t.number in (s.number, s.number - 1)
       where e.id = any($2::uuid[])`,
    values: [touched.campaigns, touched.corrections]
  })
  return rows.map((row) => row.batch)
}

/** Puts campaigns, and the places that corrections left open in them, onto the books. */
export async function loadCampaigns(
  tx: Queryable,
  books: Books,
  touched: Touched
): Promise<ReadonlySet<string>> {
  if (touched.campaigns.length === 0 && touched.corrections.length === 0) return new Set()
  const [campaigns, gaps] = await Promise.all([
    tx.query<{
      id: string
      organization: string
      name: string
      facility: string
      head: string | null
      carried: string[]
    }>({
      name: 'campaigns_load',
      text: `select c.id, c.organization, c.name, c.facility, (${HEAD}) as head,
          array(${CARRIED} order by s.batch) as carried
        from campaign c where c.id = any($1::uuid[])`,
      values: [touched.campaigns]
    }),
    tx.query<{ correction: string; batch: string }>({
      name: 'campaigns_gaps',
      text: `select e.id as correction, s.batch from ${GAPS} where e.id = any($1::uuid[])`,
      values: [touched.corrections]
    })
  ])
  for (const campaign of campaigns) books.campaigns.set(campaign.id, campaign)
  for (const { correction, batch } of gaps) books.gaps.set(correction, batch)
  return new Set(campaigns.map((campaign) => campaign.id))
}
