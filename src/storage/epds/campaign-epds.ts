import type { Queryable, Transaction } from '../database.ts'

/** A declaration that covers what a campaign makes in a period. Days are `YYYY-MM-DD`. */
export interface CampaignEpd {
  readonly campaign: string
  readonly epd: string
  readonly from: string
  /** Null while it goes on. */
  readonly until: string | null
  readonly position: number
  readonly endedPosition: number | null
}

interface Row {
  readonly campaign: string
  readonly epd: string
  readonly valid_from: string
  readonly valid_until: string | null
  readonly position: string
  readonly ended_position: string | null
}

/** The declarations of a campaign as they were known at a position, ended ones left out. */
export async function readCampaignEpds(
  db: Queryable,
  campaign: string,
  asOf: number
): Promise<readonly CampaignEpd[]> {
  const rows = await db.query<Row>({
    name: 'campaign_epds',
    text: `select campaign, epd, valid_from::text, valid_until::text, position, ended_position
      from campaign_epd where campaign = $1 and position <= $2
        and (ended_position is null or ended_position > $2) order by position`,
    values: [campaign, asOf]
  })
  return rows.map((row) => ({
    campaign: row.campaign,
    epd: row.epd,
    from: row.valid_from,
    until: row.valid_until,
    position: Number(row.position),
    endedPosition: row.ended_position === null ? null : Number(row.ended_position)
  }))
}

/** A declaration that covers the campaign in which a batch was made. */
export interface CampaignLink extends Pick<CampaignEpd, 'campaign' | 'epd' | 'from' | 'until'> {
  readonly batch: string
}

/** The declarations of the campaigns in which batches were made, the newest first. */
export async function linksOfBatches(
  db: Queryable,
  batches: readonly string[],
  asOf: number
): Promise<readonly CampaignLink[]> {
  if (batches.length === 0) return []
  return db.query({
    name: 'campaign_epds_of_batches',
    text: `select o.batch, l.campaign, l.epd, l.valid_from::text as "from",
        l.valid_until::text as until
      from event_output o
      join event_output p on p.position = o.position
      join campaign_step s on s.batch = p.batch and s.batch <> o.batch
      join campaign_epd l on l.campaign = s.campaign
      where o.batch = any($1::uuid[]) and o.position <= $2
        and (o.undone_position is null or o.undone_position > $2)
        and l.position <= $2 and (l.ended_position is null or l.ended_position > $2)
      order by l.position desc`,
    values: [batches, asOf]
  })
}

/** What a campaign made, by product, with the days of the first and the last. */
export interface CampaignProduct {
  readonly productClass: string
  readonly stage: string | null
  readonly first: string
  readonly last: string
}

export async function readCampaignProducts(
  db: Queryable,
  campaign: string
): Promise<readonly CampaignProduct[]> {
  return db.query({
    name: 'campaign_products',
    text: `select v.product_class as "productClass", v.stage,
        to_char(min(v.produced_at) at time zone 'UTC', 'YYYY-MM-DD') as first,
        to_char(max(v.produced_at) at time zone 'UTC', 'YYYY-MM-DD') as last
      from campaign_step s
      join event_output p on p.batch = s.batch and p.undone_position is null
      join event_output o on o.position = p.position and o.batch <> s.batch and o.undone_position is null
      cross join lateral (
        select product_class, stage, produced_at from batch_version
         where batch = o.batch order by position desc limit 1) v
      where s.campaign = $1 group by 1, 2 order by 1, 2`,
    values: [campaign]
  })
}

export async function insertCampaignEpd(
  tx: Transaction,
  link: Omit<CampaignEpd, 'endedPosition'> & { readonly organization: string }
): Promise<void> {
  await tx.query({
    text: `insert into campaign_epd (campaign, epd, valid_from, valid_until, organization, position)
      values ($1, $2, $3, $4, $5, $6)`,
    values: [link.campaign, link.epd, link.from, link.until, link.organization, link.position]
  })
}

/** Ends every link of the declaration to the campaign. */
export async function endCampaignEpd(
  tx: Transaction,
  link: { readonly campaign: string; readonly epd: string; readonly position: number }
): Promise<void> {
  await tx.query({
    text: `update campaign_epd set ended_position = $3
      where campaign = $1 and epd = $2 and ended_position is null`,
    values: [link.campaign, link.epd, link.position]
  })
}
