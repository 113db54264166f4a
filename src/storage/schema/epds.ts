import { sql } from 'drizzle-orm'
import {
  check,
  date,
  index,
  integer,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import { bytea, positionColumn, tsvector } from './columns.ts'

/** A declaration that was submitted at least once. What it says is in versions. */
export const epd = pgTable(
  'epd',
  {
    id: uuid('id').primaryKey(),
    /** The owner. */
    organization: uuid('organization').notNull(),
    /** Of the first version: the order of lists. */
    position: positionColumn('position').notNull()
  },
  (t) => [
    uniqueIndex('epd_position').on(t.position),
    index('epd_organization').on(t.organization, t.position)
  ]
)

/** A version as it was submitted: its exact bytes, and what is searched by. */
export const epdVersion = pgTable(
  'epd_version',
  {
    epd: uuid('epd')
      .notNull()
      .references(() => epd.id),
    /** Its three numbers: compared and kept apart by them, whatever zeros are written. */
    versionKey: integer('version_key').array().notNull(),
    /** As written. */
    version: text('version').notNull(),
    position: positionColumn('position').notNull(),
    client: text('client').notNull(),
    mediaType: text('media_type').notNull(),
    document: bytea('document').notNull(),
    sha256: bytea('sha256').notNull(),
    /** Equality by the rules of the format; what is trusted is the hash of the bytes. */
    contentHash: bytea('content_hash').notNull(),
    /** The dated set of rules that judged it. */
    ruleSet: text('rule_set').notNull(),
    stage: text('stage').notNull(),
    productClass: text('product_class').notNull(),
    /** Organizations with a part of their own in the lifecycle; null where only named. */
    operator: uuid('operator'),
    practitioner: uuid('practitioner'),
    registrationNumber: text('registration_number'),
    validFrom: date('valid_from', { mode: 'string' }),
    validUntil: date('valid_until', { mode: 'string' }),
    /** Folded words of names, parties, codes and numbers in every language: what `q` looks into. */
    terms: tsvector('terms').notNull(),
    /** `name:value` of everything that a list can be narrowed by. */
    facets: text('facets').array().notNull(),
    /** JSON: what a list shows of it. */
    summary: text('summary').notNull()
  },
  (t) => [
    primaryKey({ columns: [t.epd, t.versionKey] }),
    uniqueIndex('epd_version_position').on(t.position),
    index('epd_version_terms').using('gin', t.terms),
    index('epd_version_facets').using('gin', t.facets),
    check('epd_version_key', sql`cardinality(${t.versionKey}) = 3`)
  ]
)

/** One value of a version, verbatim and as a number, under its whole key. */
export const epdValue = pgTable(
  'epd_value',
  {
    /** Of the version. */
    position: positionColumn('position').notNull(),
    indicator: text('indicator').notNull(),
    /** Empty where the indicator does not depend on a method. */
    method: text('method').notNull(),
    module: text('module').notNull(),
    /** Empty where the module has no scenarios. */
    scenario: text('scenario').notNull(),
    unit: text('unit').notNull(),
    status: text('status').notNull(),
    value: text('value'),
    amount: numeric('amount')
  },
  (t) => [
    primaryKey({ columns: [t.position, t.indicator, t.method, t.module, t.scenario] }),
    check('epd_value_status', sql`${t.status} in ('declared', 'not_declared', 'not_assessed')`),
    check('epd_value_declared', sql`(${t.status} = 'declared') = (${t.value} is not null)`)
  ]
)

/** Where a version stands; the newest row is current. */
export const epdStateVersion = pgTable(
  'epd_state_version',
  {
    epd: uuid('epd').notNull(),
    versionKey: integer('version_key').array().notNull(),
    position: positionColumn('position').notNull(),
    state: text('state').notNull(),
    /** Who brought it there. */
    organization: uuid('organization').notNull(),
    client: text('client').notNull(),
    reason: text('reason')
  },
  (t) => [
    primaryKey({ columns: [t.epd, t.versionKey, t.position] }),
    index('epd_state_version_state').on(t.state, t.position),
    index('epd_state_version_position').on(t.position),
    check('epd_state', sql`${t.state} in ('submitted', 'published', 'deregistered')`)
  ]
)

/** Work in progress of an organization: private, not logged, replaced and deleted at will. */
export const epdDraft = pgTable(
  'epd_draft',
  {
    organization: uuid('organization').notNull(),
    epd: uuid('epd').notNull(),
    versionKey: integer('version_key').array().notNull(),
    version: text('version').notNull(),
    client: text('client').notNull(),
    mediaType: text('media_type').notNull(),
    document: bytea('document').notNull(),
    sha256: bytea('sha256').notNull(),
    /** JSON: its name by language, where it says one already. */
    name: text('name'),
    savedAt: timestamp('saved_at', { withTimezone: true, mode: 'string' }).notNull()
  },
  (t) => [primaryKey({ columns: [t.organization, t.epd, t.versionKey] })]
)
