import { report } from '../../domain/custody/rules/table.ts'
import { uuidFrom } from '../../domain/ids.ts'
import type { Reference } from '../../domain/reference.ts'
import type { ForgottenCampaign } from '../../storage/books/open-campaigns.ts'
import { forgottenCampaigns } from '../../storage/books/open-campaigns.ts'
import { storeFindings } from '../../storage/books/write/finding-rows.ts'
import type { Database } from '../../storage/database.ts'
import { appendEntries } from '../../storage/journal/journal.ts'

const DAY_MS = 86_400_000
/** So many are told in one transaction. */
const CHUNK = 100

/**
 * Tells organizations of their campaigns that were never closed: a finding, once for each latest event
 * that lies longer back than `r8.openAfterDays`. It is closed by the next event of the campaign, or with
 * a reason. Returns how many it told; 0 means none is left.
 */
export function remindOfCampaigns(deps: {
  readonly db: Database
  readonly reference: Reference
  readonly now: () => Date
}): Promise<number> {
  const { openAfterDays } = deps.reference.rules.r8
  return deps.db.transaction(async (tx) => {
    const now = deps.now()
    const before = new Date(now.getTime() - openAfterDays * DAY_MS)
    const found = await forgottenCampaigns(tx, before, CHUNK)
    if (found.length === 0) return 0
    const { first } = await appendEntries(tx, found.map(entryOf), now)
    await storeFindings(
      tx,
      found.map((campaign, index) => ({
        id: uuidFrom('finding', `${first + index}`, '0'),
        position: first + index,
        line: 0,
        event: campaign.event,
        batch: campaign.batch,
        organization: campaign.organization,
        finding: findingOf(campaign, openAfterDays)
      }))
    )
    return found.length
  })
}

function findingOf({ name, lastEvent }: ForgottenCampaign, days: number) {
  return report('CAMPAIGN_OPEN', {
    pointer: '/campaign',
    message: `The campaign ${name} was never closed; its latest event happened on ${lastEvent.slice(0, 10)}.`,
    expected: `an event at least every ${days} days, or close_campaign`,
    actual: lastEvent,
    remedy: 'Close it with the inventory that is left, or record what has happened since.'
  })
}

function entryOf({ campaign, organization, lastEvent }: ForgottenCampaign) {
  const body = { campaign, lastEvent }
  return {
    kind: 'campaign_open',
    subject: campaign,
    organization,
    document: null,
    blind: true,
    body
  }
}
