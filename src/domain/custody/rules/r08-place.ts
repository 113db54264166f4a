import type { BatchState, Books } from '../books.ts'
import type { CampaignState } from '../campaign.ts'
import { campaignId, poolId, wholePool } from '../campaign.ts'
import type { Draw } from '../draw.ts'
import type { CloseCampaignEvent, TransformEvent } from '../event.ts'
import type { Review } from '../review.ts'
import { report } from './table.ts'

/** Where an event stands in its campaign. */
export interface CampaignPlace {
  readonly state: CampaignState
  /** The pool batch that it makes. */
  readonly pool: string
  readonly number: number
  readonly previous: string | null
  /** The pool before it, and remainders that it takes over. */
  readonly draws: readonly Draw[]
  /** The pool batch that a corrective event declares again. */
  readonly standing: BatchState | undefined
}

type CampaignEvent = (TransformEvent & { readonly campaign: string }) | CloseCampaignEvent

/**
 * R8: the place of an event in its campaign. A corrective event takes the place of the wrong one;
 * any other event comes last. Null, with a finding, where the campaign cannot take it.
 */
export function placeOf(books: Books, event: CampaignEvent, review: Review): CampaignPlace | null {
  const state = stateOf(books, event, review)
  if (!state) return null
  const standing = gapOf(books, event, state)
  const previousId = standing ? (standing.pool?.previous ?? null) : state.head
  const previous = previousId === null ? undefined : books.batches.get(previousId)
  if (previousId !== null && !mayFollow(previous, standing, event, review)) return null
  const carried = state.carried.flatMap((id) => waiting(books, id, state))
  const sources = [...(previous ? [previous] : []), ...carried]
  const draws = sources.flatMap((batch) => wholePool(books, batch) ?? [])
  if (previous && eventIsOlder(event, previous)) review.findings.push(older(previous))
  return {
    state,
    pool: standing?.id ?? poolId(event.id),
    number: standing?.pool?.number ?? (previous?.pool?.number ?? 0) + 1,
    previous: previousId,
    draws,
    standing
  }
}

function stateOf(books: Books, event: CampaignEvent, review: Review): CampaignState | null {
  const id = campaignId(review.actor, event.campaign)
  const known = books.campaigns.get(id)
  if (!known && event.type === 'close_campaign') {
    review.findings.push(
      report('CAMPAIGN_UNKNOWN', {
        pointer: '/campaign',
        message: `There is no campaign ${event.campaign} of yours.`,
        remedy: 'Use the name that its transform events state.'
      })
    )
    return null
  }
  const { name, organization, facility } = known ?? {
    name: event.campaign,
    organization: review.actor,
    facility: event.facility
  }
  if (!sameFacility(facility, event, '/campaign', review)) return null
  return known ?? { id, organization, name, facility, head: null, carried: [] }
}

/** R8: a campaign is the continuous run of one facility. */
export function sameFacility(
  facility: string,
  event: CampaignEvent,
  pointer: string,
  review: Review
): boolean {
  if (facility === event.facility) return true
  review.findings.push(
    report('CAMPAIGN_FACILITY', {
      pointer,
      message: 'The campaign runs at another facility.',
      expected: facility,
      actual: event.facility,
      remedy: 'Use another name for the run of this facility.'
    })
  )
  return false
}

function gapOf(books: Books, event: CampaignEvent, state: CampaignState): BatchState | undefined {
  if (event.corrects === undefined) return undefined
  const gap = books.batches.get(books.gaps.get(event.corrects) ?? '')
  return gap?.pool?.campaign === state.id && gap.voidedBy === event.corrects ? gap : undefined
}

function mayFollow(
  previous: BatchState | undefined,
  standing: BatchState | undefined,
  event: CampaignEvent,
  review: Review
): boolean {
  if (!previous || previous.voidedBy !== null) {
    review.findings.push(
      report('CAMPAIGN_PENDING', {
        pointer: '/campaign',
        message: `An earlier event of the campaign ${event.campaign} was taken back and not replaced yet.`,
        remedy: 'Record the corrective event that its correction names first.'
      })
    )
    return false
  }
  if (standing || (!previous.pool?.closed && previous.drawnUg === 0n)) return true
  if (!previous.pool?.closed) {
    review.findings.push(takenOver(event))
    return false
  }
  review.findings.push(
    report('CAMPAIGN_CLOSED', {
      pointer: '/campaign',
      message: `The campaign ${event.campaign} is closed.`,
      remedy: 'Use a new campaign; carryTo of the closing event hands the remainder over to it.'
    })
  )
  return false
}

/** Its closing was corrected away, after another campaign had drawn what it handed over. */
function takenOver({ campaign }: CampaignEvent) {
  return report('CAMPAIGN_PENDING', {
    pointer: '/campaign',
    message: `What was in the campaign ${campaign} has been taken over by another campaign.`,
    remedy:
      'Correct the event of the other campaign that took it over first; once more where it was corrected before.'
  })
}

/** A remainder that was handed over and that no event of the campaign has taken yet. */
function waiting(books: Books, id: string, state: CampaignState): BatchState[] {
  const batch = books.batches.get(id)
  const fits = batch?.pool?.carryTo === state.id && batch.voidedBy === null && batch.drawnUg === 0n
  return fits ? [batch] : []
}

function eventIsOlder(event: CampaignEvent, previous: BatchState): boolean {
  return Date.parse(event.time) < previous.producedAt
}

function older(previous: BatchState) {
  return report('CAMPAIGN_ORDER', {
    pointer: '/time',
    message:
      'A later event of the campaign was recorded before; the pool is counted in the order of recording.',
    expected: `not before ${new Date(previous.producedAt).toISOString()}`,
    remedy: 'Record the events of a campaign in the order in which they happened.'
  })
}
