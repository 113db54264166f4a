import type { BatchId, EpdId, EventId, FacilityId, OrganizationId } from '../ids.ts'

/**
 * The traceability events of custody.md, as every format in `formats/` parses them. Decimals are
 * the verbatim strings of the document; nothing here has been converted yet.
 */
export type CustodyEvent =
  | CommissionEvent
  | TransformEvent
  | ShipEvent
  | ReceiveEvent
  | AdjustEvent
  | CorrectEvent
  | CloseCampaignEvent

interface EventEnvelope {
  readonly id: EventId
  /** RFC 3339 UTC, when it happened at the facility. */
  readonly time: string
  readonly facility: FacilityId
  /** Country stated by the document; must be the facility's when present. */
  readonly country?: string
  readonly disclosure?: Disclosure
  readonly evidence: readonly Evidence[]
  /** The correct event that named this one as its corrective event. */
  readonly corrects?: EventId
  readonly note?: string
}

export interface CommissionEvent extends EventEnvelope {
  readonly type: 'commission'
  readonly outputs: readonly CommissionedBatch[]
}

export interface TransformEvent extends EventEnvelope {
  readonly type: 'transform'
  /** Ordered ids of data/stages.json. */
  readonly stages: readonly string[]
  readonly inputs: readonly BatchDraw[]
  readonly outputs: readonly BatchDeclaration[]
  readonly residues: readonly Residue[]
  readonly losses: readonly Loss[]
  /** The continuous run whose pool the inputs enter and the outputs leave (rule R8). */
  readonly campaign?: string
}

export interface ShipEvent extends EventEnvelope {
  readonly type: 'ship'
  readonly to: OrganizationId
  readonly toFacility?: FacilityId
  /** `transferred` makes the receiver the owner on acceptance; `retained` is the default (tolling). */
  readonly ownership: 'retained' | 'transferred'
  readonly lines: readonly BatchDraw[]
}

export interface ReceiveEvent extends EventEnvelope {
  readonly type: 'receive'
  /** The id of the ship event. */
  readonly shipment: EventId
  readonly outcome: 'accepted' | 'disputed' | 'returned'
  readonly lines: readonly BatchReceipt[]
}

export interface AdjustEvent extends EventEnvelope {
  readonly type: 'adjust'
  readonly batch: BatchRef
  readonly owner?: OrganizationId
  readonly direction: 'decrease' | 'increase'
  readonly mass: Mass
  readonly reason: 'stocktake' | 'sampling' | 'destruction'
}

/** Declares an earlier event of the same organization wrong (rule R13). */
export interface CorrectEvent extends EventEnvelope {
  readonly type: 'correct'
  readonly event: EventId
  readonly reason: 'did_not_occur' | 'incorrect_data'
  readonly correctiveEvent?: EventId
}

/** States what is left in a campaign and ends it (rule R8). */
export interface CloseCampaignEvent extends EventEnvelope {
  readonly type: 'close_campaign'
  readonly campaign: string
  /** The inventory that was found; nothing is left where it is absent. */
  readonly closing?: { readonly mass: Mass; readonly assay: Assay }
  /** The campaign that takes the remainder over. */
  readonly carryTo?: string
}

/** A batch named by its id, or by the number its organization gave it. */
export type BatchRef = BatchId | { readonly organization: OrganizationId; readonly number: string }

export interface BatchDraw {
  readonly batch: BatchRef
  readonly mass: Mass
  /** Whose material, when the custodian holds the batch for several owners. */
  readonly owner?: OrganizationId
}

export interface BatchReceipt {
  readonly batch: BatchRef
  /** Whose material, when the shipment holds the batch for several owners. */
  readonly owner?: OrganizationId
  /** What arrived, or what is returned; see apply-receive for what its absence means. */
  readonly mass?: Mass
  /** More of this line is to come: the rest stays in transit. */
  readonly partial?: boolean
  /** What the receiver's laboratory finds. */
  readonly assay?: Assay
}

export interface BatchDeclaration {
  readonly id: BatchId
  readonly number?: string
  readonly product: Product
  readonly mass: Mass
  readonly count?: number
  readonly pieceMass?: Mass
  readonly assay: Assay | 'inherited'
  readonly role: 'main' | 'co_product'
  readonly custodyModel?: CustodyModel
  readonly disclosure?: Disclosure
  readonly owner?: OrganizationId
  readonly epd?: EpdId
  readonly hsCode?: string
  readonly source?: { readonly registry: string; readonly id: string }
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[]
  readonly claimedRecycled: readonly RecycledClaim[]
  readonly allocation?: { readonly method: string; readonly share: string }
}

/** How a batch entered the books without recorded inputs. */
export type Entry =
  | 'mined'
  | 'purchased'
  | 'opening_stock'
  | 'post_consumer_scrap'
  | 'pre_consumer_scrap'

export interface CommissionedBatch extends BatchDeclaration {
  readonly entry: Entry
  /** Country where scrap arose, ISO 3166-1 alpha-2. */
  readonly sourceCountry?: string
  /** Id of data/deposit-signatures.json, or the name of a deposit that is not listed there. */
  readonly deposit?: string
  readonly declared: readonly DeclaredStep[]
}

/** One line of a declared history: this part of this element went through this step there. */
export interface DeclaredStep {
  readonly element: string
  readonly step: string
  readonly country: string
  readonly region?: string
  readonly facility?: FacilityId
  /** Decimal fraction of the element's mass, `1` when absent. */
  readonly share?: string
  readonly evidence: readonly Evidence[]
}

export interface Product {
  /** Id of data/products.json. */
  readonly class: string
  readonly name: string
}

export interface Mass {
  readonly value: string
  /** UN/ECE Recommendation 20 code. */
  readonly unit: string
  readonly basis?: 'dry' | 'wet'
  readonly moisturePct?: string
}

export interface Assay {
  readonly basis: 'element' | 'oxide' | 'TREO' | 'compound'
  /** Rec 20 code of a fraction: P1 percent, NX per mille, 59 ppm. */
  readonly unit: string
  /** A decimal, a bound such as `<0.05`, or null for not assayed. Keys are elements or formulas. */
  readonly values: Readonly<Record<string, string | null>>
  /** Total rare-earth oxide, in `unit`. */
  readonly treo?: string
  /** Expanded (k=2) uncertainty by key, in `unit`. */
  readonly uncertainty?: Readonly<Record<string, string>>
  readonly complete: boolean
  /** Elements assayed beside the main basis, e.g. Th and U in ppm. */
  readonly trace?: {
    readonly unit: string
    readonly values: Readonly<Record<string, string | null>>
  }
}

export interface Residue {
  readonly name: string
  readonly mass: Mass
  readonly assay?: Assay
}

export interface Loss {
  readonly element: string
  readonly mass: Mass
  readonly reason?: string
}

export interface RecycledClaim {
  readonly element: string
  readonly postConsumerPct?: string
  readonly preConsumerPct?: string
}

export interface Evidence {
  readonly kind: string
  readonly level: EvidenceLevel
  readonly sha256?: string
  readonly href?: string
  readonly issuer?: string
  /** Calendar dates, YYYY-MM-DD, between which a certificate or licence holds. */
  readonly validFrom?: string
  readonly validUntil?: string
}

/** Ascending trust. `recorded` in lineage means executed in these books, not merely told. */
export type EvidenceLevel = 'declared' | 'documented' | 'counterparty_confirmed' | 'verified'

/** ISO 22095, strongest first; a batch may only weaken it. */
export type CustodyModel =
  | 'identity_preserved'
  | 'segregated'
  | 'controlled_blending'
  | 'mass_balance'
  | 'book_and_claim'

export type Disclosure = 'public' | 'chain' | 'restricted'
