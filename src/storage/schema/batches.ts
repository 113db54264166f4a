import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import { birthColumn, indexedText, microgram, positionColumn } from './columns.ts'

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
    number: indexedText('number'),
    position: positionColumn('position').notNull(),
    birth: birthColumn().notNull(),
    drawnUg: microgram('drawn_ug').notNull(),
    /** What stocktakes found on top, summed over the batch's life (rule R3). */
    foundUg: microgram('found_ug').notNull(),
    /** Of what is there, the part that they found, in parts of 10^12. */
    foundParts: bigint('found_parts', { mode: 'bigint' }).notNull().default(sql`0`)
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
    /** Of the batch, in each version of it. */
    birth: birthColumn().notNull(),
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
    index('batch_version_birth').on(t.birth),
    /** Few: what was said of a batch after it was made (storage/books/birth.ts has the number). */
    index('batch_version_later').on(t.birth).where(sql`${t.position} <> ${t.birth} / 32768`),
    check('batch_mass_positive', sql`${t.massUg} > 0`)
  ]
)

/** Searchable identifiers that are not keys (GTIN + lot, SSCC, EPCIS URI). */
export const batchIdentifier = pgTable(
  'batch_identifier',
  {
    batch: uuid('batch').notNull(),
    scheme: indexedText('scheme').notNull(),
    value: indexedText('value').notNull(),
    position: positionColumn('position').notNull()
  },
  (t) => [
    primaryKey({ columns: [t.batch, t.scheme, t.value] }),
    index('batch_identifier_value').on(t.scheme, t.value)
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
