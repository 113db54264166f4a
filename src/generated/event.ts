/** Generated from schemas/event.json; do not edit. */
/**
 * A traceability event of the Lodestone registry: something that happened to batches at a facility. Decimals are strings; masses are stated with unit and basis; what is not assayed is null or absent, never 0.
 */
export type Event =
  | CommissionEvent
  | TransformEvent
  | ShipEvent
  | ReceiveEvent
  | AdjustEvent
  | CorrectEvent
  | CloseCampaignEvent
/**
 * @maxItems 50
 */
export type EvidenceList = Evidence[]

/**
 * Batches enter the books without recorded inputs: mined ore, opening stock, scrap intake, a purchased input.
 */
export interface CommissionEvent {
  type: 'commission'
  /**
   * The schema that the document follows; may be left out.
   */
  schema?: 'https://lodestone.example/schemas/event.json'
  /**
   * Chosen by the client; assigned when absent. Repeating an id with the same content is safe.
   */
  id?: string
  /**
   * When it happened at the facility, RFC 3339 in UTC.
   */
  time: string
  /**
   * The registered facility where it happened.
   */
  facility: string
  /**
   * Checked against the facility when stated.
   */
  country?: string
  /**
   * `chain` when absent: holders downstream see it.
   */
  disclosure?: 'public' | 'chain' | 'restricted'
  evidence?: EvidenceList
  /**
   * The id of the correct event that named this one as its corrective event; it may then declare the outputs of the wrong event again, under the same ids.
   */
  corrects?: string
  note?: string
  /**
   * @minItems 1
   * @maxItems 200
   */
  outputs: CommissionedBatch[]
}
export interface Evidence {
  kind: string
  level: 'declared' | 'documented' | 'counterparty_confirmed' | 'verified'
  sha256?: string
  /**
   * A web address or a URN, without spaces. Never fetched by the registry.
   */
  href?: string
  issuer?: string
  /**
   * First day on which a certificate or licence holds.
   */
  validFrom?: string
  /**
   * Last day on which a certificate or licence holds; the event must not be later.
   */
  validUntil?: string
}
export interface CommissionedBatch {
  /**
   * Assigned when absent.
   */
  id?: string
  /**
   * The producer's own lot number, unique in the organization.
   */
  number?: string
  product: Product
  mass: Mass
  count?: number
  pieceMass?: Mass
  /**
   * What it is made of; `inherited` where no stage changed the composition.
   */
  assay: 'inherited' | Assay
  /**
   * `main` when absent.
   */
  role?: 'main' | 'co_product'
  /**
   * ISO 22095. The weakest of the inputs when absent, and `segregated` at best where lots of several sources are mixed; `segregated` for a batch without inputs.
   */
  custodyModel?:
    'identity_preserved' | 'segregated' | 'controlled_blending' | 'mass_balance' | 'book_and_claim'
  /**
   * `chain` when absent: holders downstream see it.
   */
  disclosure?: 'public' | 'chain' | 'restricted'
  /**
   * Organization that owns it; the owner of the inputs when absent.
   */
  owner?: string
  /**
   * The EPD that covers it.
   */
  epd?: string
  hsCode?: string
  /**
   * For a batch that another registry keeps.
   */
  source?: {
    registry: string
    id: string
  }
  /**
   * @maxItems 50
   */
  identifiers?: {
    scheme: string
    value: string
  }[]
  /**
   * @maxItems 30
   */
  claimedRecycled?: RecycledClaim[]
  allocation?: {
    method: 'mass' | 'economic' | 'physical' | 'other'
    /**
     * A decimal from 0 to 1 as text.
     */
    share: string
  }
  /**
   * How it entered the books.
   */
  entry: 'mined' | 'purchased' | 'opening_stock' | 'post_consumer_scrap' | 'pre_consumer_scrap'
  /**
   * Where scrap arose.
   */
  sourceCountry?: string
  /**
   * The deposit that it was mined from; where its distribution of the rare earths is known, the assay is compared with it.
   */
  deposit?: string
  /**
   * @maxItems 200
   */
  declared?: DeclaredStep[]
}
export interface Product {
  /**
   * Id of a product class.
   */
  class: string
  name: string
}
export interface Mass {
  /**
   * A decimal number as text, point as separator, no exponent.
   */
  value: string
  /**
   * UN/ECE Recommendation 20 code: KGM, GRM, TNE ...
   */
  unit: string
  basis: 'dry' | 'wet'
  /**
   * Percent of the wet mass; needed when the basis is wet.
   */
  moisturePct?: string
}
export interface Assay {
  /**
   * element: percent of dry mass by element; oxide: by oxide; TREO: `treo` of dry mass, values are parts of TREO; compound: by chemical formula, hydrates included.
   */
  basis: 'element' | 'oxide' | 'TREO' | 'compound'
  /**
   * P1 percent, NX per mille, 59 ppm.
   */
  unit: 'P1' | 'NX' | '59'
  values: AssayValues
  /**
   * Total rare-earth oxide of the dry mass; absent where it was not assayed, never 0.
   */
  treo?: string
  /**
   * Expanded uncertainty (k=2) by key, in the same unit.
   */
  uncertainty?: {
    /**
     * A decimal number as text, point as separator, no exponent.
     */
    [k: string]: string
  }
  /**
   * The values are meant to add up to the whole. False when absent.
   */
  complete?: boolean
  /**
   * Elements beside the main basis, e.g. Th and U in ppm.
   */
  trace?: {
    unit: 'P1' | 'NX' | '59'
    values: AssayValues
  }
}
export interface AssayValues {
  /**
   * A decimal above 0, a bound such as `<0.05`, or null for not assayed; never 0.
   */
  [k: string]: null | string
}
export interface RecycledClaim {
  element: string
  /**
   * Percent as text, not negative.
   */
  postConsumerPct?: string
  /**
   * Percent as text, not negative.
   */
  preConsumerPct?: string
}
/**
 * Part of the history that the submitter declares; what is not declared is unknown.
 */
export interface DeclaredStep {
  /**
   * Element symbol, or `*` for the whole.
   */
  element: string
  step: string
  /**
   * ISO 3166-1 alpha-2.
   */
  country: string
  /**
   * ISO 3166-2.
   */
  region?: string
  /**
   * A UUID in lower case, as RFC 9562 writes it.
   */
  facility?: string
  /**
   * A decimal from 0 to 1 as text.
   */
  share?: string
  evidence?: EvidenceList
}
/**
 * Inputs become outputs, residues and losses at one facility, through one or more ordered stages.
 */
export interface TransformEvent {
  type: 'transform'
  /**
   * The schema that the document follows; may be left out.
   */
  schema?: 'https://lodestone.example/schemas/event.json'
  /**
   * Chosen by the client; assigned when absent. Repeating an id with the same content is safe.
   */
  id?: string
  /**
   * When it happened at the facility, RFC 3339 in UTC.
   */
  time: string
  /**
   * The registered facility where it happened.
   */
  facility: string
  /**
   * Checked against the facility when stated.
   */
  country?: string
  /**
   * `chain` when absent: holders downstream see it.
   */
  disclosure?: 'public' | 'chain' | 'restricted'
  evidence?: EvidenceList
  /**
   * The id of the correct event that named this one as its corrective event; it may then declare the outputs of the wrong event again, under the same ids.
   */
  corrects?: string
  note?: string
  /**
   * @minItems 1
   * @maxItems 16
   *
   * Items: Id of a process stage.
   */
  stages: string[]
  /**
   * At least one, unless a campaign is named.
   *
   * @maxItems 1000
   */
  inputs: Draw[]
  /**
   * At least one, unless a campaign is named.
   *
   * @maxItems 200
   */
  outputs: Batch[]
  /**
   * @maxItems 200
   */
  residues?: Residue[]
  /**
   * @maxItems 200
   */
  losses?: Loss[]
  /**
   * Names a continuous run: the inputs enter its pool and the outputs leave it, with the shares that the pool has then.
   */
  campaign?: string
}
export interface Draw {
  /**
   * A batch by its id, or by the number that its organization gave it.
   */
  batch:
    | string
    | {
        /**
         * A UUID in lower case, as RFC 9562 writes it.
         */
        organization: string
        number: string
      }
  mass: Mass
  /**
   * Whose material, when it is held for several owners.
   */
  owner?: string
}
export interface Batch {
  /**
   * Assigned when absent.
   */
  id?: string
  /**
   * The producer's own lot number, unique in the organization.
   */
  number?: string
  product: Product
  mass: Mass
  count?: number
  pieceMass?: Mass
  /**
   * What it is made of; `inherited` where no stage changed the composition.
   */
  assay: 'inherited' | Assay
  /**
   * `main` when absent.
   */
  role?: 'main' | 'co_product'
  /**
   * ISO 22095. The weakest of the inputs when absent, and `segregated` at best where lots of several sources are mixed; `segregated` for a batch without inputs.
   */
  custodyModel?:
    'identity_preserved' | 'segregated' | 'controlled_blending' | 'mass_balance' | 'book_and_claim'
  /**
   * `chain` when absent: holders downstream see it.
   */
  disclosure?: 'public' | 'chain' | 'restricted'
  /**
   * Organization that owns it; the owner of the inputs when absent.
   */
  owner?: string
  /**
   * The EPD that covers it.
   */
  epd?: string
  hsCode?: string
  /**
   * For a batch that another registry keeps.
   */
  source?: {
    registry: string
    id: string
  }
  /**
   * @maxItems 50
   */
  identifiers?: {
    scheme: string
    value: string
  }[]
  /**
   * @maxItems 30
   */
  claimedRecycled?: RecycledClaim[]
  allocation?: {
    method: 'mass' | 'economic' | 'physical' | 'other'
    /**
     * A decimal from 0 to 1 as text.
     */
    share: string
  }
}
export interface Residue {
  name: string
  mass: Mass
  assay?: Assay
}
export interface Loss {
  element: string
  mass: Mass
  reason?: string
}
/**
 * Custody (and, if said, ownership) sets off to another organization.
 */
export interface ShipEvent {
  type: 'ship'
  /**
   * The schema that the document follows; may be left out.
   */
  schema?: 'https://lodestone.example/schemas/event.json'
  /**
   * Chosen by the client; assigned when absent. Repeating an id with the same content is safe.
   */
  id?: string
  /**
   * When it happened at the facility, RFC 3339 in UTC.
   */
  time: string
  /**
   * The registered facility where it happened.
   */
  facility: string
  /**
   * Checked against the facility when stated.
   */
  country?: string
  /**
   * `chain` when absent: holders downstream see it.
   */
  disclosure?: 'public' | 'chain' | 'restricted'
  evidence?: EvidenceList
  /**
   * The id of the correct event that named this one as its corrective event; it may then declare the outputs of the wrong event again, under the same ids.
   */
  corrects?: string
  note?: string
  /**
   * The receiving organization.
   */
  to: string
  /**
   * A UUID in lower case, as RFC 9562 writes it.
   */
  toFacility?: string
  /**
   * `retained` when absent: custody moves, the owner stays (tolling).
   */
  ownership?: 'retained' | 'transferred'
  /**
   * @minItems 1
   * @maxItems 500
   */
  lines: Draw[]
}
/**
 * The receiver alone records what arrived, all at once or in parts.
 */
export interface ReceiveEvent {
  type: 'receive'
  /**
   * The schema that the document follows; may be left out.
   */
  schema?: 'https://lodestone.example/schemas/event.json'
  /**
   * Chosen by the client; assigned when absent. Repeating an id with the same content is safe.
   */
  id?: string
  /**
   * When it happened at the facility, RFC 3339 in UTC.
   */
  time: string
  /**
   * The registered facility where it happened.
   */
  facility: string
  /**
   * Checked against the facility when stated.
   */
  country?: string
  /**
   * `chain` when absent: holders downstream see it.
   */
  disclosure?: 'public' | 'chain' | 'restricted'
  evidence?: EvidenceList
  /**
   * The id of the correct event that named this one as its corrective event; it may then declare the outputs of the wrong event again, under the same ids.
   */
  corrects?: string
  note?: string
  /**
   * The id of the ship event.
   */
  shipment: string
  /**
   * accepted: a difference is transit loss, unless the line says `partial`. disputed: what arrived is taken over, the difference stays in transit. returned: it is in the sender's hands again.
   */
  outcome: 'accepted' | 'disputed' | 'returned'
  /**
   * @minItems 1
   * @maxItems 500
   */
  lines: Receipt[]
}
export interface Receipt {
  /**
   * A batch by its id, or by the number that its organization gave it.
   */
  batch:
    | string
    | {
        /**
         * A UUID in lower case, as RFC 9562 writes it.
         */
        organization: string
        number: string
      }
  /**
   * Whose material: needed while the shipment holds open lines of the batch for several owners.
   */
  owner?: string
  mass?: Mass1
  /**
   * More of this line is to come; the rest stays in transit instead of being lost.
   */
  partial?: boolean
  assay?: Assay1
}
/**
 * What arrived or goes back. When absent: all that is open goes back, nothing of what is disputed arrived; accepting needs it, except to give up the rest of what arrived in part or was disputed.
 */
export interface Mass1 {
  /**
   * A decimal number as text, point as separator, no exponent.
   */
  value: string
  /**
   * UN/ECE Recommendation 20 code: KGM, GRM, TNE ...
   */
  unit: string
  basis: 'dry' | 'wet'
  /**
   * Percent of the wet mass; needed when the basis is wet.
   */
  moisturePct?: string
}
/**
 * What the receiver's laboratory finds; a finding tells where it contradicts the sender's.
 */
export interface Assay1 {
  /**
   * element: percent of dry mass by element; oxide: by oxide; TREO: `treo` of dry mass, values are parts of TREO; compound: by chemical formula, hydrates included.
   */
  basis: 'element' | 'oxide' | 'TREO' | 'compound'
  /**
   * P1 percent, NX per mille, 59 ppm.
   */
  unit: 'P1' | 'NX' | '59'
  values: AssayValues
  /**
   * Total rare-earth oxide of the dry mass; absent where it was not assayed, never 0.
   */
  treo?: string
  /**
   * Expanded uncertainty (k=2) by key, in the same unit.
   */
  uncertainty?: {
    /**
     * A decimal number as text, point as separator, no exponent.
     */
    [k: string]: string
  }
  /**
   * The values are meant to add up to the whole. False when absent.
   */
  complete?: boolean
  /**
   * Elements beside the main basis, e.g. Th and U in ppm.
   */
  trace?: {
    unit: 'P1' | 'NX' | '59'
    values: AssayValues
  }
}
/**
 * A stocktake difference, a sample or a destruction.
 */
export interface AdjustEvent {
  type: 'adjust'
  /**
   * The schema that the document follows; may be left out.
   */
  schema?: 'https://lodestone.example/schemas/event.json'
  /**
   * Chosen by the client; assigned when absent. Repeating an id with the same content is safe.
   */
  id?: string
  /**
   * When it happened at the facility, RFC 3339 in UTC.
   */
  time: string
  /**
   * The registered facility where it happened.
   */
  facility: string
  /**
   * Checked against the facility when stated.
   */
  country?: string
  /**
   * `chain` when absent: holders downstream see it.
   */
  disclosure?: 'public' | 'chain' | 'restricted'
  evidence?: EvidenceList
  /**
   * The id of the correct event that named this one as its corrective event; it may then declare the outputs of the wrong event again, under the same ids.
   */
  corrects?: string
  note?: string
  /**
   * A batch by its id, or by the number that its organization gave it.
   */
  batch:
    | string
    | {
        /**
         * A UUID in lower case, as RFC 9562 writes it.
         */
        organization: string
        number: string
      }
  /**
   * Whose material, when it is held for several owners.
   */
  owner?: string
  direction: 'decrease' | 'increase'
  mass: Mass
  reason: 'stocktake' | 'sampling' | 'destruction'
}
/**
 * Declares an earlier event wrong. It is never refused because mass was already used: what that shows is booked as a deficit, and everything downstream is evaluated again.
 */
export interface CorrectEvent {
  type: 'correct'
  /**
   * The schema that the document follows; may be left out.
   */
  schema?: 'https://lodestone.example/schemas/event.json'
  /**
   * Chosen by the client; assigned when absent. Repeating an id with the same content is safe.
   */
  id?: string
  /**
   * When it happened at the facility, RFC 3339 in UTC.
   */
  time: string
  /**
   * The registered facility where it happened.
   */
  facility: string
  /**
   * Checked against the facility when stated.
   */
  country?: string
  /**
   * `chain` when absent: holders downstream see it.
   */
  disclosure?: 'public' | 'chain' | 'restricted'
  evidence?: EvidenceList
  /**
   * The id of the correct event that named this one as its corrective event; it may then declare the outputs of the wrong event again, under the same ids.
   */
  corrects?: string
  note?: string
  /**
   * The event that is wrong; one that your organization recorded.
   */
  event: string
  reason: 'did_not_occur' | 'incorrect_data'
  /**
   * The id of the event that takes its place, recorded after this one with `corrects`.
   */
  correctiveEvent?: string
}
/**
 * States what is left in a continuous run, balances it and ends it.
 */
export interface CloseCampaignEvent {
  type: 'close_campaign'
  /**
   * The schema that the document follows; may be left out.
   */
  schema?: 'https://lodestone.example/schemas/event.json'
  /**
   * Chosen by the client; assigned when absent. Repeating an id with the same content is safe.
   */
  id?: string
  /**
   * When it happened at the facility, RFC 3339 in UTC.
   */
  time: string
  /**
   * The registered facility where it happened.
   */
  facility: string
  /**
   * Checked against the facility when stated.
   */
  country?: string
  /**
   * `chain` when absent: holders downstream see it.
   */
  disclosure?: 'public' | 'chain' | 'restricted'
  evidence?: EvidenceList
  /**
   * The id of the correct event that named this one as its corrective event; it may then declare the outputs of the wrong event again, under the same ids.
   */
  corrects?: string
  note?: string
  /**
   * The continuous run that ends.
   */
  campaign: string
  /**
   * The inventory that was found; nothing is left where it is absent.
   */
  closing?: {
    mass: Mass
    assay: Assay
  }
  /**
   * The campaign of the same facility that takes the remainder over.
   */
  carryTo?: string
}
