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
import { bytea, indexedText, positionColumn, tsvector } from './columns.ts'

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
    /** The findings as they were told, in bytes that a verifier signs the hash of. */
    report: bytea('report').notNull(),
    reportSha256: bytea('report_sha256').notNull(),
    /** JSON `{operator, registrationNumber, href}` of a declaration that is registered elsewhere. */
    external: text('external'),
    /** The dated set of rules that judged it. */
    ruleSet: text('rule_set').notNull(),
    stage: text('stage').notNull(),
    productClass: text('product_class').notNull(),
    /** Organizations with a part of their own in the lifecycle; null where only named. */
    operator: uuid('operator'),
    practitioner: uuid('practitioner'),
    /** As named, for practitioners that are not registered: they verify nothing of their own either. */
    practitionerName: text('practitioner_name'),
    /** The verifier that the document names by id: nobody else verifies it then. */
    verifier: uuid('verifier'),
    registrationNumber: text('registration_number'),
    validFrom: date('valid_from', { mode: 'string' }),
    validUntil: date('valid_until', { mode: 'string' }),
    /** JSON `EpdCoverage`: events that name it are judged by that, without its document. */
    coverage: text('coverage').notNull(),
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
    indicator: indexedText('indicator').notNull(),
    /** Empty where the indicator does not depend on a method. */
    method: indexedText('method').notNull(),
    module: indexedText('module').notNull(),
    /** Empty where the module has no scenarios. */
    scenario: indexedText('scenario').notNull(),
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

/**
 * Where a version stands; the newest row is current. What an earlier row established (verifier,
 * programme, number) is repeated, so that one row tells all.
 */
export const epdStateVersion = pgTable(
  'epd_state_version',
  {
    epd: uuid('epd').notNull(),
    versionKey: integer('version_key').array().notNull(),
    position: positionColumn('position').notNull(),
    state: indexedText('state').notNull(),
    /** What brought it there: a transition, `external`, or `supersede`, which nobody asks for. */
    transition: text('transition').notNull(),
    /** Who brought it there. */
    organization: uuid('organization').notNull(),
    client: text('client').notNull(),
    reason: text('reason'),
    /** The exact bytes of the request; null where the version itself or another's request did it. */
    request: bytea('request'),
    /** The first day for which the version speaks no more. */
    endsOn: date('ends_on', { mode: 'string' }),
    /** The organization that took its verification up. */
    verifier: uuid('verifier'),
    /** Of the state that carries the verification: of this version, or of the one it only edits. */
    verification: positionColumn('verification'),
    /** The operator of the programme that it is registered with. */
    programme: uuid('programme'),
    registrationNumber: text('registration_number'),
    registration: positionColumn('registration')
  },
  (t) => [
    primaryKey({ columns: [t.epd, t.versionKey, t.position] }),
    uniqueIndex('epd_state_version_position').on(t.position),
    index('epd_state_version_state').on(t.state, t.position),
    check(
      'epd_state',
      sql`${t.state} in ('submitted', 'in_verification', 'returned', 'verified', 'registered', 'published', 'superseded', 'deregistered', 'external')`
    ),
    check('epd_state_registered', sql`(${t.programme} is null) = (${t.registrationNumber} is null)`)
  ]
)

/** A number of a programme: reserved, then the number of one declaration, or released again. */
export const registrationNumber = pgTable(
  'registration_number',
  {
    /** Whose programme it is. */
    operator: uuid('operator').notNull(),
    number: indexedText('number').notNull(),
    /** Of the entry by which it was reserved, or registered without having been reserved. */
    position: positionColumn('position').notNull(),
    /** The declaration that has it. */
    epd: uuid('epd'),
    usedPosition: positionColumn('used_position'),
    releasedPosition: positionColumn('released_position')
  },
  (t) => [
    primaryKey({ columns: [t.operator, t.number, t.position] }),
    uniqueIndex('registration_number_taken')
      .on(t.operator, t.number)
      .where(sql`${t.releasedPosition} is null`),
    index('registration_number_position').on(t.operator, t.position),
    index('registration_number_number').on(t.number),
    check('registration_number_used', sql`(${t.epd} is null) = (${t.usedPosition} is null)`),
    check('registration_number_released', sql`${t.epd} is null or ${t.releasedPosition} is null`)
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
