import type { EpdCoverage } from '../epd/coverage.ts'
import type { DatedVersion } from '../epd/usable-version.ts'
import type { Lineage } from '../lineage/share.ts'
import type { Rational } from '../quantity/rational.ts'
import type { Arrival } from './arrivals.ts'
import type { CampaignState, PoolFacts } from './campaign.ts'
import type { BatchRef, CustodyModel, Disclosure } from './event.ts'
import type { Shelf } from './shelves.ts'
import type { LineReceipt } from './shipment.ts'

/** What the books know of a batch while events are folded over it. */
export interface BatchState {
  readonly id: string
  readonly organization: string
  readonly number: string | null
  readonly event: string
  readonly productClass: string
  readonly productName: string
  readonly stage: string | null
  readonly facility: string
  /** Milliseconds since 1970, UTC. */
  readonly producedAt: number
  /** Dry mass when it was made, micrograms. */
  readonly massUg: bigint
  /** What has left the batch for good, micrograms. */
  readonly drawnUg: bigint
  /** What stocktakes found on top; part of it has been put back, so it is counted apart. */
  readonly foundUg: bigint
  /** Of what is there, the part that stocktakes found, in parts of 10^12, rounded up; what is used takes its part along. */
  readonly foundParts: bigint
  /** Element symbol -> micrograms when it was made; an absent element was not assayed. */
  readonly elements: ReadonlyMap<string, bigint>
  /** Expanded relative uncertainty (k=2) of an element's mass, where the assay states it. */
  readonly uncertainty: ReadonlyMap<string, Rational>
  /** For which elements the assay speaks even where it does not list them: those are absent. */
  readonly closedFor: AssayClosure
  /** Element symbol -> the most micrograms that bounds such as `<0.05` leave open beyond `elements`. */
  readonly bounds: ReadonlyMap<string, bigint>
  /** Element symbol -> what of it came out of this event and earlier ones beyond what ever went in. */
  readonly gained: ReadonlyMap<string, bigint>
  /** Mass that the assay leaves unexplained: the bound for elements it does not list. */
  readonly unassayedUg: bigint
  readonly custodyModel: CustodyModel
  readonly disclosure: Disclosure
  readonly status: BatchStatus
  /** The correct event that took it out of the books; its consumers stay attached. */
  readonly voidedBy: string | null
  /**
   * Its event was accepted against a rule that its organization flags, for what no correction upstream makes the
   * books judge again: contested for good.
   */
  readonly flagged: boolean
  readonly lineage: Lineage
  /** Set for the material in a campaign after one of its events. */
  readonly pool?: PoolFacts
}

/** A complete assay is closed for all elements, one that states TREO for the rare earths. */
export type AssayClosure = 'all' | 'rare_earths' | 'none'

export type BatchStatus = 'clear' | 'suspect' | 'contested'

export interface AccountState {
  readonly id: string
  readonly batch: string
  readonly custodian: string
  readonly owner: string
  readonly place: AccountPlace
  readonly balanceUg: bigint
  /** Mass that a correction showed was never there; freezes the account while it is not zero. */
  readonly deficitUg: bigint
  readonly frozen: boolean
  /** When what lies on hand came in, and how much of it left before more came. */
  readonly arrivals: readonly Arrival[]
  /** The latest moment at which something left, null where nothing ever did. */
  readonly lastLeftMs: number | null
}

export type AccountPlace = 'on_hand' | 'in_transit'

export interface FacilityState {
  readonly id: string
  readonly organization: string
  /** Newest `validFrom` first; among equals the one recorded last first. */
  readonly versions: readonly FacilityTerms[]
}

export interface FacilityTerms {
  readonly operator: string
  readonly country: string
  readonly region: string | null
  readonly stages: readonly string[]
  /** Calendar date, YYYY-MM-DD. */
  readonly validFrom: string
}

export interface ShipmentState {
  readonly id: string
  readonly sender: string
  readonly receiver: string
  readonly ownership: 'retained' | 'transferred'
  readonly shippedAt: number
  /** Its ship event was corrected away: nothing is on its way. */
  readonly voided: boolean
  readonly lines: readonly ShipmentLineState[]
}

export interface ShipmentLineState {
  readonly line: number
  readonly batch: string
  readonly account: string
  readonly owner: string
  readonly shippedUg: bigint
  /** Still in transit. */
  readonly openUg: bigint
  readonly receivedUg: bigint
  readonly returnedUg: bigint
  readonly lostUg: bigint
  /** The receiver disputes what is open. */
  readonly disputed: boolean
}

/** An accepted event as its correction sees it: what it did to the books, and was not taken back. */
export interface RecordedEvent {
  readonly id: string
  readonly organization: string
  readonly type: string
  readonly atMs: number
  /** The correct event that undid it, if any. */
  readonly undone: boolean
  /** For a correct event: the event that it takes back, and the one that it announces. */
  readonly corrected: string | null
  readonly correctiveEvent: string | null
  readonly outputs: readonly string[]
  readonly postings: readonly RecordedPosting[]
  readonly shipment: string | null
  /** Of a receive event: what it did to the lines of the shipment. */
  readonly receipts: readonly LineReceipt[]
}

/** A version of a declaration, with what it covers. */
export interface KnownEpd extends DatedVersion {
  readonly covers: EpdCoverage
  /** Whose it is; of one that is registered elsewhere whoever recorded it. */
  readonly organization: string
}

export interface RecordedPosting {
  readonly account: {
    readonly batch: string
    readonly custodian: string
    readonly owner: string
    readonly place: AccountPlace
  }
  readonly massUg: bigint
  /** Null for a move between accounts of one batch. */
  readonly elements: ReadonlyMap<string, bigint> | null
}

/**
 * The part of the books that a group of events touches. Values are replaced, never changed, so a
 * fork can be thrown away when a strict unit is refused.
 */
export interface Books {
  readonly batches: Shelf<BatchState>
  /** Batch id by `numberKey(organization, number)`. */
  readonly numbers: Shelf<string>
  readonly accounts: Shelf<AccountState>
  /** Account ids of a batch. */
  readonly batchAccounts: Shelf<readonly string[]>
  /** Batches that a batch was made from: by events of this group, or at any distance before it. */
  readonly sources: Shelf<readonly string[]>
  readonly facilities: Shelf<FacilityState>
  readonly shipments: Shelf<ShipmentState>
  /** Events that a correction speaks of. */
  readonly events: Shelf<RecordedEvent>
  /** Ids that corrections name for what replaces the wrong event, by the id: the correct event. */
  readonly announced: Shelf<string>
  /**
   * Ids of the receive events of a shipment of which one is corrected, those that were taken back too, in the
   * order of recording; what replaces one has its place.
   */
  readonly receipts: Shelf<readonly string[]>
  readonly campaigns: Shelf<CampaignState>
  /** Pool batch that a correction took out of its campaign, by the correct event. */
  readonly gaps: Shelf<string>
  /** Registered organizations among those the events name. */
  readonly organizations: Shelf<true>
  /** Rules that an organization has flag instead of refuse. */
  readonly flags: Shelf<ReadonlySet<string>>
  /** Versions of the declarations that events name, oldest first. */
  readonly epds: Shelf<readonly KnownEpd[]>
}

export function numberKey(organization: string, number: string): string {
  return `${organization}/${number}`
}

/** The batch that a document means, by id or by its organization's number. */
export function findBatch(books: Books, ref: BatchRef): BatchState | undefined {
  if (typeof ref === 'string') return books.batches.get(ref)
  const id = books.numbers.get(numberKey(ref.organization, ref.number))
  return id === undefined ? undefined : books.batches.get(id)
}

/** How a document's reader would name the batch. */
export function nameOf(ref: BatchRef): string {
  return typeof ref === 'string' ? ref : `${ref.number} of ${ref.organization}`
}
