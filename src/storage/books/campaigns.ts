import type { PoolFacts } from '../../domain/custody/campaign.ts'
import type { Queryable } from '../database.ts'
import { readPool } from './pool-text.ts'

/** A campaign as it was known at a position. */
export interface StoredCampaign {
  readonly id: string
  readonly name: string
  readonly facility: string
  readonly position: number
  /** Null for one that only waits to take a remainder over. */
  readonly pool: CampaignPool | null
}

export interface CampaignPool {
  readonly batch: string
  readonly facts: PoolFacts
  /** Its last event was taken back and what replaces it is still to come. */
  readonly pending: boolean
  readonly status: string
  /** When its latest event happened, RFC 3339. */
  readonly lastEvent: string
}

export interface CampaignFilter {
  readonly organization: string
  readonly asOf: number
  readonly id: string | null
  readonly facility: string | null
  readonly closed: boolean | null
  readonly after: number
  readonly limit: number
}

interface Row {
  readonly id: string
  readonly name: string
  readonly facility: string
  readonly position: string
  readonly batch: string | null
  readonly pool: string | null
  readonly voided_by: string | null
  readonly status: string | null
  readonly last_event: string | null
}

/** Campaigns of one organization in the order in which they began. */
export async function readCampaigns(
  db: Queryable,
  filter: CampaignFilter
): Promise<readonly StoredCampaign[]> {
  const rows = await db.query<Row>({
    name: 'campaigns_read',
    text: `select c.id, c.name, c.facility, c.position, s.batch, v.pool, v.voided_by, t.status,
        v.produced_at as last_event
      from campaign c
      left join lateral (
        select batch from campaign_step where campaign = c.id and position <= $2
         order by number desc limit 1) s on true
      left join lateral (
        select pool, voided_by, produced_at from batch_version
         where batch = s.batch and position <= $2 order by position desc limit 1) v on true
      left join lateral (
        select status from status_version where batch = s.batch and position <= $2
         order by position desc limit 1) t on true
      where c.organization = $1 and c.position <= $2 and c.position > $3
        and ($4::uuid is null or c.id = $4) and ($5::uuid is null or c.facility = $5)
        and ($6::bool is null or coalesce((v.pool::jsonb ->> 'closed')::bool, false) = $6)
      order by c.position, c.id limit $7`,
    values: [
      filter.organization,
      filter.asOf,
      filter.after,
      filter.id,
      filter.facility,
      filter.closed,
      filter.limit
    ]
  })
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    facility: row.facility,
    position: Number(row.position),
    pool: poolOf(row)
  }))
}

function poolOf(row: Row): CampaignPool | null {
  if (row.batch === null || row.pool === null) return null
  return {
    batch: row.batch,
    facts: readPool(row.pool),
    pending: row.voided_by !== null,
    status: row.status ?? 'clear',
    lastEvent: new Date(row.last_event ?? 0).toISOString()
  }
}
