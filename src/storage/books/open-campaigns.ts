import { lockName } from '../connection/name-lock.ts'
import type { Transaction } from '../database.ts'

/** A campaign that nobody closed, with its newest pool batch. */
export interface ForgottenCampaign {
  readonly campaign: string
  readonly name: string
  readonly organization: string
  readonly batch: string
  /** The event that was its latest. */
  readonly event: string
  /** When that happened, RFC 3339. */
  readonly lastEvent: string
}

/**
 * Open campaigns whose latest event happened before a time and of which that was not told yet since.
 * Held apart from other processes that look at the same time until the transaction ends.
 */
export async function forgottenCampaigns(
  tx: Transaction,
  before: Date,
  limit: number
): Promise<readonly ForgottenCampaign[]> {
  await lockName(tx, 'open campaigns')
  return tx.query({
    name: 'campaigns_forgotten',
    text: `select c.id as campaign, c.name, c.organization, s.batch, v.event,
        v.produced_at as "lastEvent"
      from campaign c
      cross join lateral (
        select batch from campaign_step where campaign = c.id order by number desc limit 1) s
      cross join lateral (
        select event, produced_at, pool, voided_by from batch_version
         where batch = s.batch order by position desc limit 1) v
      where v.produced_at < $1 and v.voided_by is null
        and not (v.pool::jsonb ->> 'closed')::bool
        and not exists (
          select 1 from finding f where f.batch = s.batch and f.code = 'CAMPAIGN_OPEN')
      order by c.position limit $2`,
    values: [before.toISOString(), limit]
  })
}
