import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import { bytea, microgram, positionColumn } from './columns.ts'

/** An accepted event: its exact bytes and the answer that a retry gets again. */
export const event = pgTable(
  'event',
  {
    id: uuid('id').primaryKey(),
    position: positionColumn('position').notNull(),
    recordedAt: timestamp('recorded_at', { withTimezone: true, mode: 'string' }).notNull(),
    organization: uuid('organization').notNull(),
    client: text('client').notNull(),
    type: text('type').notNull(),
    /** When it happened, as stated. */
    at: timestamp('at', { withTimezone: true, mode: 'string' }).notNull(),
    facility: uuid('facility').notNull(),
    disclosure: text('disclosure').notNull(),
    mediaType: text('media_type').notNull(),
    document: bytea('document').notNull(),
    sha256: bytea('sha256').notNull(),
    /** RFC 8785 hash, for equality only. */
    contentHash: bytea('content_hash').notNull(),
    /** Rule set and calculation version that judged it. */
    ruleSet: text('rule_set').notNull(),
    /** JSON: stages, evidence, residues and what else a reader of the chain is shown. */
    details: text('details').notNull(),
    /** JSON of the answer that was given. */
    answer: text('answer').notNull(),
    /** For a correct event: the id of the event that will take the place of the wrong one. */
    correctiveEvent: uuid('corrective_event'),
    undonePosition: positionColumn('undone_position')
  },
  (t) => [
    index('event_position').on(t.position),
    index('event_organization').on(t.organization, t.position)
  ]
)

/**
 * The identity of a batch and its one mutable number. `drawn` is the mass that has left the batch
 * for good (consumed, lost, sampled).
 */
export const batch = pgTable(
  'batch',
  {
    id: uuid('id').primaryKey(),
    organization: uuid('organization').notNull(),
    /** As it is now; each version has its own. */
    number: text('number'),
    position: positionColumn('position').notNull(),
    drawnUg: microgram('drawn_ug').notNull(),
    /** What stocktakes found on top, summed over the batch's life (rule R3). */
    foundUg: microgram('found_ug').notNull()
  },
  (t) => [
    uniqueIndex('batch_number').on(t.number, t.organization),
    index('batch_position').on(t.position)
  ]
)

/** What a batch is, as declared by an event; the newest version is current. */
export const batchVersion = pgTable(
  'batch_version',
  {
    batch: uuid('batch')
      .notNull()
      .references(() => batch.id),
    position: positionColumn('position').notNull(),
    event: uuid('event').notNull(),
    number: text('number'),
    productClass: text('product_class').notNull(),
    productName: text('product_name').notNull(),
    /** Last stage performed on it; null for a purchased input. */
    stage: text('stage'),
    facility: uuid('facility').notNull(),
    producedAt: timestamp('produced_at', { withTimezone: true, mode: 'string' }).notNull(),
    /** Dry mass when it was made. */
    massUg: microgram('mass_ug').notNull(),
    /** JSON object: element symbol -> micrograms as text. An absent element was not assayed. */
    elements: text('elements').notNull(),
    /** JSON: what the assay leaves open (closed for, unexplained mass, relative uncertainties). */
    assayLimits: text('assay_limits').notNull(),
    custodyModel: text('custody_model').notNull(),
    disclosure: text('disclosure').notNull(),
    epd: uuid('epd'),
    hsCode: text('hs_code'),
    /** The correct event that took the batch out of the books; consumers stay attached. */
    voidedBy: uuid('voided_by'),
    /** Accepted against a rule that the organization flags. */
    flagged: boolean('flagged').notNull().default(false),
    /** JSON: what a campaign's pool has taken and given so far; null for any other batch. */
    pool: text('pool'),
    /** JSON: the declaration as submitted (assay, count, identifiers, claims ...). */
    declaration: text('declaration').notNull()
  },
  (t) => [
    primaryKey({ columns: [t.batch, t.position] }),
    index('batch_version_event').on(t.event),
    check('batch_mass_positive', sql`${t.massUg} > 0`)
  ]
)

/** Searchable identifiers that are not keys (GTIN + lot, SSCC, EPCIS URI). */
export const batchIdentifier = pgTable(
  'batch_identifier',
  {
    batch: uuid('batch').notNull(),
    scheme: text('scheme').notNull(),
    value: text('value').notNull(),
    position: positionColumn('position').notNull()
  },
  (t) => [
    primaryKey({ columns: [t.batch, t.scheme, t.value] }),
    index('batch_identifier_value').on(t.scheme, t.value)
  ]
)

/** Mass of one batch with one custodian and owner, on hand or in transit. */
export const account = pgTable(
  'account',
  {
    /** Computed from the other four key columns, so that it can be locked before it is read. */
    id: uuid('id').primaryKey(),
    batch: uuid('batch').notNull(),
    custodian: uuid('custodian').notNull(),
    owner: uuid('owner').notNull(),
    place: text('place').notNull(),
    balanceUg: microgram('balance_ug').notNull(),
    /** Mass that a correction showed was never there; such an account is frozen. */
    deficitUg: microgram('deficit_ug').notNull(),
    frozen: boolean('frozen').notNull().default(false),
    position: positionColumn('position').notNull()
  },
  (t) => [
    uniqueIndex('account_key').on(t.batch, t.custodian, t.owner, t.place),
    index('account_custodian').on(t.custodian, t.batch),
    index('account_owner').on(t.owner, t.batch),
    check('account_never_negative', sql`${t.balanceUg} >= 0`),
    check('account_deficit', sql`${t.deficitUg} >= 0`),
    check('account_place', sql`${t.place} in ('on_hand', 'in_transit')`)
  ]
)

/** One plus or minus in an account, with the balance after it. */
export const posting = pgTable(
  'posting',
  {
    position: positionColumn('position').notNull(),
    line: integer('line').notNull(),
    event: uuid('event').notNull(),
    account: uuid('account').notNull(),
    batch: uuid('batch').notNull(),
    massUg: microgram('mass_ug').notNull(),
    balanceUg: microgram('balance_ug').notNull(),
    /** JSON object of signed element micrograms; null for a move between accounts of one batch. */
    elements: text('elements'),
    undonePosition: positionColumn('undone_position')
  },
  (t) => [
    primaryKey({ columns: [t.position, t.line] }),
    index('posting_batch').on(t.batch, t.position),
    check('posting_not_zero', sql`${t.massUg} <> 0`)
  ]
)

/** One half of the edges of the graph: what an event drew. */
export const eventInput = pgTable(
  'event_input',
  {
    event: uuid('event').notNull(),
    line: smallint('line').notNull(),
    batch: uuid('batch').notNull(),
    massUg: microgram('mass_ug').notNull(),
    elements: text('elements').notNull(),
    position: positionColumn('position').notNull(),
    undonePosition: positionColumn('undone_position')
  },
  (t) => [
    primaryKey({ columns: [t.event, t.line] }),
    index('event_input_batch').on(t.batch, t.event)
  ]
)

/** The other half: what it made. A corrective event may make a batch again. */
export const eventOutput = pgTable(
  'event_output',
  {
    event: uuid('event').notNull(),
    line: smallint('line').notNull(),
    batch: uuid('batch').notNull(),
    massUg: microgram('mass_ug').notNull(),
    position: positionColumn('position').notNull(),
    undonePosition: positionColumn('undone_position')
  },
  (t) => [
    primaryKey({ columns: [t.event, t.line] }),
    index('event_output_batch').on(t.batch, t.event)
  ]
)

/** Material on its way. The id is the id of the ship event. */
export const shipment = pgTable(
  'shipment',
  {
    id: uuid('id').primaryKey(),
    position: positionColumn('position').notNull(),
    sender: uuid('sender').notNull(),
    receiver: uuid('receiver').notNull(),
    fromFacility: uuid('from_facility').notNull(),
    toFacility: uuid('to_facility'),
    ownership: text('ownership').notNull(),
    shippedAt: timestamp('shipped_at', { withTimezone: true, mode: 'string' }).notNull(),
    status: text('status').notNull(),
    closedPosition: positionColumn('closed_position')
  },
  (t) => [
    index('shipment_sender').on(t.sender, t.position),
    index('shipment_receiver').on(t.receiver, t.position),
    index('shipment_open').on(t.receiver).where(sql`${t.closedPosition} is null`)
  ]
)

export const shipmentLine = pgTable(
  'shipment_line',
  {
    shipment: uuid('shipment')
      .notNull()
      .references(() => shipment.id),
    line: smallint('line').notNull(),
    batch: uuid('batch').notNull(),
    account: uuid('account').notNull(),
    owner: uuid('owner').notNull(),
    shippedUg: microgram('shipped_ug').notNull(),
    /** Still in transit; falls to zero when received, returned or written off. */
    openUg: microgram('open_ug').notNull(),
    receivedUg: microgram('received_ug').notNull(),
    /** In the sender's hands again. */
    returnedUg: microgram('returned_ug').notNull(),
    /** A difference that the receiver accepted. */
    lostUg: microgram('lost_ug').notNull(),
    /** The receiver disputes what is open. */
    disputed: boolean('disputed').notNull()
  },
  (t) => [
    primaryKey({ columns: [t.shipment, t.line] }),
    index('shipment_line_batch').on(t.batch),
    check('shipment_line_open', sql`${t.openUg} >= 0`),
    // What was undone with its ship event is open, received, returned or lost no more.
    check(
      'shipment_line_sum',
      sql`${t.openUg} = 0 or ${t.openUg} + ${t.receivedUg} + ${t.returnedUg} + ${t.lostUg} = ${t.shippedUg}`
    )
  ]
)

/** Origin shares and feed classes of a batch, packed by domain/lineage/codec; newest is current. */
export const originVersion = pgTable(
  'origin_version',
  {
    batch: uuid('batch').notNull(),
    position: positionColumn('position').notNull(),
    event: uuid('event').notNull(),
    body: text('body').notNull()
  },
  (t) => [primaryKey({ columns: [t.batch, t.position] })]
)

/** Touch shares of the legal steps, packed by domain/lineage/codec; newest is current. */
export const stepVersion = pgTable(
  'step_version',
  {
    batch: uuid('batch').notNull(),
    position: positionColumn('position').notNull(),
    event: uuid('event').notNull(),
    body: text('body').notNull()
  },
  (t) => [primaryKey({ columns: [t.batch, t.position] })]
)

/** clear -> suspect -> clear | contested (custody.md, Corrections). No row means clear. */
export const statusVersion = pgTable(
  'status_version',
  {
    batch: uuid('batch').notNull(),
    position: positionColumn('position').notNull(),
    status: text('status').notNull(),
    cause: text('cause').notNull()
  },
  (t) => [
    primaryKey({ columns: [t.batch, t.position] }),
    check('batch_status', sql`${t.status} in ('clear', 'suspect', 'contested')`)
  ]
)

/** Batches whose re-evaluation is pending: the work list of the correction job. */
export const suspect = pgTable(
  'suspect',
  {
    batch: uuid('batch').primaryKey(),
    /** The correction (or corrective event) that marked it last. */
    cause: uuid('cause').notNull(),
    position: positionColumn('position').notNull()
  },
  (t) => [index('suspect_cause').on(t.cause)]
)

/** A continuous run at one facility. What is in it is its newest pool batch (rule R8). */
export const campaign = pgTable(
  'campaign',
  {
    /** Computed from organization and name, so that it can be locked before it exists. */
    id: uuid('id').primaryKey(),
    organization: uuid('organization').notNull(),
    name: text('name').notNull(),
    facility: uuid('facility').notNull(),
    position: positionColumn('position').notNull()
  },
  (t) => [uniqueIndex('campaign_name').on(t.organization, t.name)]
)

/** The pool batches of a campaign in order: one for each of its events. */
export const campaignStep = pgTable(
  'campaign_step',
  {
    batch: uuid('batch')
      .primaryKey()
      .references(() => batch.id),
    campaign: uuid('campaign')
      .notNull()
      .references(() => campaign.id),
    number: integer('number').notNull(),
    /** The campaign that takes the remainder over; only its own events draw on it. */
    carryTo: uuid('carry_to'),
    position: positionColumn('position').notNull()
  },
  (t) => [
    uniqueIndex('campaign_step_number').on(t.campaign, t.number),
    index('campaign_step_carried').on(t.carryTo).where(sql`${t.carryTo} is not null`)
  ]
)

/** A declaration that covers what a campaign makes in a period (custody.md, Footprint). */
export const campaignEpd = pgTable(
  'campaign_epd',
  {
    campaign: uuid('campaign')
      .notNull()
      .references(() => campaign.id),
    epd: uuid('epd').notNull(),
    validFrom: date('valid_from', { mode: 'string' }).notNull(),
    validUntil: date('valid_until', { mode: 'string' }),
    organization: uuid('organization').notNull(),
    position: positionColumn('position').notNull(),
    endedPosition: positionColumn('ended_position')
  },
  (t) => [primaryKey({ columns: [t.campaign, t.position] })]
)

/** How many batches a correction marked, for its progress. */
export const reevaluation = pgTable('reevaluation', {
  cause: uuid('cause').primaryKey(),
  organization: uuid('organization').notNull(),
  position: positionColumn('position').notNull(),
  affected: integer('affected').notNull()
})
