import { campaignId } from './campaign.ts'
import type { BatchRef, CustodyEvent } from './event.ts'

/** What an organization calls a batch. */
export interface BatchNumber {
  readonly organization: string
  readonly number: string
}

/** Everything that judging an event may look up in the books. */
export interface Mentions {
  readonly batches: readonly string[]
  /** Batches that it declares. */
  readonly outputs: readonly string[]
  readonly numbers: readonly BatchNumber[]
  /** Those among the numbers that it gives to its batches. */
  readonly given: readonly BatchNumber[]
  readonly shipments: readonly string[]
  readonly facilities: readonly string[]
  readonly organizations: readonly string[]
  /** Ids of campaigns. */
  readonly campaigns: readonly string[]
  /** Correct events that it stands in for. */
  readonly corrections: readonly string[]
  /** Declarations that its batches name. */
  readonly epds: readonly string[]
}

/** What an event names; `actor` is the organization that records it. */
export function mentionsOf(event: CustodyEvent, actor: string): Mentions {
  const refs = refsOf(event)
  const declared = 'outputs' in event ? event.outputs : []
  const given = declared.flatMap((batch) =>
    batch.number === undefined ? [] : [{ organization: actor, number: batch.number }]
  )
  return {
    batches: [
      ...refs.filter((ref) => typeof ref === 'string'),
      ...declared.map((batch) => batch.id)
    ],
    outputs: declared.map((batch) => batch.id),
    numbers: [...refs.filter((ref) => typeof ref !== 'string'), ...given],
    given,
    shipments: event.type === 'receive' ? [event.shipment] : [],
    facilities: [
      event.facility,
      ...(event.type === 'ship' && event.toFacility !== undefined ? [event.toFacility] : [])
    ],
    organizations: [
      ...(event.type === 'ship' ? [event.to] : []),
      ...declared.flatMap((batch) => batch.owner ?? [])
    ],
    campaigns: campaignsOf(event).map((name) => campaignId(actor, name)),
    corrections: event.corrects === undefined ? [] : [event.corrects],
    epds: declared.flatMap((batch) => batch.epd ?? [])
  }
}

function refsOf(event: CustodyEvent): readonly BatchRef[] {
  switch (event.type) {
    case 'commission':
      return []
    case 'transform':
      return event.inputs.map((line) => line.batch)
    case 'ship':
    case 'receive':
      return event.lines.map((line) => line.batch)
    case 'adjust':
      return [event.batch]
    case 'correct':
    case 'close_campaign':
      return []
  }
}

function campaignsOf(event: CustodyEvent): readonly string[] {
  if (event.type === 'transform') return event.campaign === undefined ? [] : [event.campaign]
  if (event.type !== 'close_campaign') return []
  return [event.campaign, ...(event.carryTo === undefined ? [] : [event.carryTo])]
}
