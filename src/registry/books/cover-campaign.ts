import { reviewCoverage } from '../../domain/custody/rules/r07-epd.ts'
import { report } from '../../domain/custody/rules/table.ts'
import type { Finding } from '../../domain/finding.ts'
import { RegistryError } from '../../errors.ts'
import type { StoredCampaign } from '../../storage/books/campaigns.ts'
import { readCampaigns } from '../../storage/books/campaigns.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import type { Transaction } from '../../storage/database.ts'
import type { CampaignEpd, CampaignProduct } from '../../storage/epds/campaign-epds.ts'
import {
  endCampaignEpd,
  insertCampaignEpd,
  readCampaignEpds,
  readCampaignProducts
} from '../../storage/epds/campaign-epds.ts'
import { appendEntries } from '../../storage/journal/journal.ts'
import { knownEpds } from '../bookkeeper/load-epds.ts'
import type { Deps, Principal } from '../deps.ts'
import { refuseFindings } from '../refuse-findings.ts'

export interface CoverCommand {
  readonly principal: Principal
  readonly campaign: string
  readonly epd: string
  /** `YYYY-MM-DD`; the first day of the campaign's outputs without it. */
  readonly from?: string
  /** Without it as long as the campaign goes on. */
  readonly until?: string
}

export type CoverRecord = Pick<CampaignEpd, 'epd' | 'from' | 'until' | 'position'>

/**
 * Says that a declaration covers what a campaign makes in a period. It covers a product and a stage of
 * the campaign, its facility is among those covered, and it was valid from the first to the last day.
 * The same again changes nothing. Throws `NOT_FOUND`, also for another's campaign, and `FINDINGS`.
 */
export function coverCampaign(
  deps: Deps,
  command: CoverCommand
): Promise<{ readonly record: CoverRecord; readonly created: boolean }> {
  const { principal, campaign: id, epd } = command
  return deps.db.transaction(async (tx) => {
    await lockName(tx, `campaign epd ${id}`)
    const campaign = await ownCampaign(tx, principal, id)
    const products = await readCampaignProducts(tx, id)
    const from = command.from ?? products.map(({ first }) => first).sort()[0]
    const until = command.until ?? null
    refuseFindings(await reviewLink(tx, deps, { ...command, campaign, products, from, until }))
    if (from === undefined) throw new Error('a campaign without outputs passed its review')
    const known = await readCampaignEpds(tx, id, Number.MAX_SAFE_INTEGER)
    const same = known.find(
      (link) => link.epd === epd && link.from === from && link.until === until
    )
    if (same) return { record: recordOf(same), created: false }
    const { first } = await appendEntries(
      tx,
      [entryOf('campaign_epd', principal, { campaign: id, epd, from, until })],
      deps.now()
    )
    const link = { campaign: id, epd, from, until, position: first }
    await insertCampaignEpd(tx, { ...link, organization: principal.organization })
    return { record: recordOf(link), created: true }
  })
}

/** Ends the link at once; what was answered before stays. Throws `NOT_FOUND`. */
export function uncoverCampaign(
  deps: Deps,
  principal: Principal,
  command: { readonly campaign: string; readonly epd: string }
): Promise<void> {
  const { campaign, epd } = command
  return deps.db.transaction(async (tx) => {
    await lockName(tx, `campaign epd ${campaign}`)
    await ownCampaign(tx, principal, campaign)
    const known = await readCampaignEpds(tx, campaign, Number.MAX_SAFE_INTEGER)
    if (!known.some((link) => link.epd === epd)) {
      throw new RegistryError('NOT_FOUND', `No declaration ${epd} covers the campaign.`)
    }
    const entry = entryOf('campaign_epd_end', principal, { campaign, epd })
    const { first } = await appendEntries(tx, [entry], deps.now())
    await endCampaignEpd(tx, { campaign, epd, position: first })
  })
}

async function ownCampaign(tx: Transaction, { organization }: Principal, id: string) {
  const [row] = await readCampaigns(tx, {
    organization,
    asOf: Number.MAX_SAFE_INTEGER,
    id,
    facility: null,
    closed: null,
    after: -1,
    limit: 1
  })
  if (!row) throw new RegistryError('NOT_FOUND', `There is no campaign ${id}.`)
  return row
}

interface Link {
  readonly epd: string
  readonly campaign: StoredCampaign
  readonly products: readonly CampaignProduct[]
  readonly from: string | undefined
  readonly until: string | null
}

async function reviewLink(tx: Transaction, deps: Deps, link: Link): Promise<readonly Finding[]> {
  const { epd, campaign, products, from, until } = link
  const made = products.filter(({ last }) => from !== undefined && last >= from)
  const covered = made.filter(({ first }) => until === null || first <= until)
  if (from === undefined || covered.length === 0 || (until !== null && until < from)) {
    return [outside(products)]
  }
  const lastDay =
    covered
      .map(({ last }) => last)
      .sort()
      .at(-1) ?? from
  const days = [from, until !== null && until < lastDay ? until : lastDay]
  const versions = (await knownEpds(tx, [epd], Number.MAX_SAFE_INTEGER)).get(epd)
  const reviews = covered.map(({ productClass, stage }) => {
    const findings: Finding[] = []
    const material = { productClass, stage, facility: campaign.facility, country: null }
    const nowMs = deps.now().getTime()
    const review = { actor: '', nowMs, reference: deps.reference, findings }
    const pointer = '/epd'
    reviewCoverage(
      { epd, versions: versions ?? [], material, days, pointer, mayFollow: false },
      review
    )
    return findings
  })
  // It is enough that one product of the campaign is what the declaration speaks of.
  const errors = (findings: readonly Finding[]) =>
    findings.filter(({ severity }) => severity === 'error').length
  return reviews.sort((a, b) => errors(a) - errors(b))[0] ?? []
}

function outside(products: readonly CampaignProduct[]): Finding {
  const days = products.flatMap(({ first, last }) => [first, last]).sort()
  return report('EPD_PERIOD', {
    pointer: '/from',
    message: 'The campaign made nothing in this period.',
    expected: days.length === 0 ? 'outputs of the campaign' : `${days[0]} to ${days.at(-1)}`,
    remedy: 'Record the outputs first, or state a period in which there are some.'
  })
}

function recordOf({ epd, from, until, position }: CoverRecord): CoverRecord {
  return { epd, from, until, position }
}

function entryOf(
  kind: 'campaign_epd' | 'campaign_epd_end',
  { organization }: Principal,
  body: Readonly<Record<string, unknown>>
) {
  return { kind, subject: `${body['campaign']}`, organization, document: null, blind: true, body }
}
