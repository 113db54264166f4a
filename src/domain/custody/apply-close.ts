import { bornStatus } from './apply-transform.ts'
import type { Books } from './books.ts'
import type { CampaignState } from './campaign.ts'
import { campaignId } from './campaign.ts'
import { campaignOwner, poolBatch, pooledModel } from './campaign-pool.ts'
import { runCampaign } from './campaign-run.ts'
import type { Content } from './content.ts'
import { inventoryContent } from './content.ts'
import { consume } from './draw.ts'
import type { Effect } from './effect.ts'
import type { CloseCampaignEvent } from './event.ts'
import { executionOf } from './execution.ts'
import type { Review } from './review.ts'
import { reviewRunMass } from './rules/r03-mass.ts'
import { siteOf } from './rules/r07-facility.ts'
import { eventInstant } from './rules/r07-time.ts'
import type { CampaignPlace } from './rules/r08-place.ts'
import { placeOf, sameFacility } from './rules/r08-place.ts'
import { reviewContestedInputs } from './rules/r13-contested.ts'
import { reviewAnnounced } from './rules/r13-corrective.ts'
import { report } from './rules/table.ts'

/** R8: states what is left in a campaign, balances its whole life and ends it. */
export function applyClose(books: Books, event: CloseCampaignEvent, review: Review): Effect | null {
  const atMs = eventInstant(event, review)
  const site = siteOf(books, event, review)
  reviewAnnounced(books, event, review)
  const place = placeOf(books, event, review)
  const closing = closingContent(event, review)
  const heir = place ? heirOf(books, event, place, review) : null
  if (!site || !place || !closing || !heir || atMs === null) return null
  const owner = campaignOwner(books, place, place.draws, review)
  if (owner === null) return null
  const result = runCampaign(
    {
      event: {
        campaign: place.state.id,
        atMs,
        number: place.number,
        previous: place.previous,
        stages: [],
        closed: true,
        carryTo: heir.state?.id ?? null
      },
      pools: place.draws,
      inputs: [],
      declarations: [],
      outputs: [],
      residues: [],
      losses: new Map(),
      closing,
      execution: executionOf(event, site, [], review.reference),
      pooledUg: place.standing?.massUg
    },
    review
  )
  const { facts } = result
  const inventory = event.closing && closing
  reviewRunMass({ facts, draws: place.draws, declarations: [], outputs: [], inventory }, review)
  reviewContestedInputs(place.draws, review, 'recorded')
  const pool = poolBatch(books, place, result, {
    event: event.id,
    atMs,
    stage: place.draws[0]?.batch.stage ?? null,
    status: bornStatus(place.draws),
    custodyModel: pooledModel(place.draws, review),
    owner
  })
  const used = consume(place.draws)
  const closed = place.standing ? place.state : { ...place.state, head: place.pool }
  return {
    atMs,
    newBatches: [pool.batch],
    postings: [...used.postings, pool.posting],
    draws: place.draws.map(({ batch, massUg }) => ({ batch: batch.id, massUg, foundUg: 0n })),
    inputs: used.inputs,
    receivedLines: [],
    campaigns: [closed, ...(heir.state ? [heirAfter(heir.state, place.pool)] : [])]
  }
}

/** Nothing was found where nothing is stated; a batch still needs a mass. */
export function closingContent(event: CloseCampaignEvent, review: Review): Content | null {
  if (event.closing) return inventoryContent(event.closing, '/closing', review)
  return {
    massUg: 1n,
    elements: new Map(),
    uncertainty: new Map(),
    bounds: new Map(),
    closedFor: 'all',
    unassayedUg: 0n
  }
}

interface Heir {
  readonly state: CampaignState | null
}

/** The campaign that takes the remainder over; null, with a finding, where it cannot. */
function heirOf(
  books: Books,
  event: CloseCampaignEvent,
  place: CampaignPlace,
  review: Review
): Heir | null {
  const { carryTo } = event
  if (carryTo === undefined) return { state: null }
  const id = campaignId(review.actor, carryTo)
  const known = books.campaigns.get(id)
  if (known && !sameFacility(known.facility, event, '/carryTo', review)) return null
  const head = known?.head ? books.batches.get(known.head) : undefined
  const keptHeir = place.standing?.pool?.carryTo === id
  // A closing that is told anew hands over what its heir has taken already, closed since or not.
  if (id === place.state.id || (head?.pool?.closed && !keptHeir)) {
    review.findings.push(
      report('CAMPAIGN_CLOSED', {
        pointer: '/carryTo',
        message: `The campaign ${carryTo} takes nothing more.`,
        remedy: 'Name a campaign that goes on, or a new one.'
      })
    )
    return null
  }
  if (place.standing && !keptHeir) {
    review.findings.push(heirChanged())
    return null
  }
  const { organization, facility } = place.state
  return {
    state: known ?? { id, organization, name: carryTo, facility, head: null, carried: [] }
  }
}

function heirChanged() {
  return report('CAMPAIGN_CORRECTION', {
    pointer: '/carryTo',
    message: 'The event that is replaced handed its remainder to no or to another campaign.',
    remedy:
      'Keep carryTo; or open the campaign again with a transform without inputs and outputs, and close it anew.'
  })
}

function heirAfter(heir: CampaignState, remainder: string): CampaignState {
  return { ...heir, carried: [...new Set([...heir.carried, remainder])].sort() }
}
