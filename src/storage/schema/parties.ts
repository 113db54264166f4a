import { sql } from 'drizzle-orm'
import {
  check,
  date,
  index,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import { bytea, indexedText, positionColumn } from './columns.ts'

/** A legal actor. Its content is in versions. */
export const organization = pgTable(
  'organization',
  {
    id: uuid('id').primaryKey(),
    position: positionColumn('position').notNull()
  },
  (t) => [uniqueIndex('organization_position').on(t.position)]
)

export const organizationVersion = pgTable(
  'organization_version',
  {
    organization: uuid('organization')
      .notNull()
      .references(() => organization.id),
    position: positionColumn('position').notNull(),
    name: text('name').notNull(),
    country: text('country').notNull(),
    /** The exact bytes that were accepted. */
    document: bytea('document').notNull(),
    contentHash: bytea('content_hash').notNull()
  },
  (t) => [primaryKey({ columns: [t.organization, t.position] })]
)

/** A place with a country; what it is and may do is in versions, each valid from a date. */
export const facility = pgTable(
  'facility',
  {
    id: uuid('id').primaryKey(),
    organization: uuid('organization')
      .notNull()
      .references(() => organization.id),
    position: positionColumn('position').notNull()
  },
  (t) => [
    uniqueIndex('facility_position').on(t.position),
    index('facility_organization').on(t.organization, t.position)
  ]
)

export const facilityVersion = pgTable(
  'facility_version',
  {
    facility: uuid('facility')
      .notNull()
      .references(() => facility.id),
    position: positionColumn('position').notNull(),
    name: text('name').notNull(),
    country: text('country').notNull(),
    region: text('region'),
    /** Decimal degrees, verbatim text. */
    latitude: text('latitude'),
    longitude: text('longitude'),
    stages: text('stages').array().notNull(),
    /** The organization that runs it; may differ from the owner. */
    operator: uuid('operator').notNull(),
    validFrom: date('valid_from', { mode: 'string' }).notNull(),
    attestation: text('attestation').notNull(),
    document: bytea('document').notNull(),
    contentHash: bytea('content_hash').notNull()
  },
  (t) => [
    primaryKey({ columns: [t.facility, t.position] }),
    check('facility_attestation', sql`${t.attestation} in ('declared', 'attested')`)
  ]
)

/**
 * An API client: what authenticates at /auth/token, or with tokens of another issuer. Only a hash of a
 * secret is kept; a client that another issuer speaks for has none.
 */
export const client = pgTable(
  'client',
  {
    id: indexedText('id').primaryKey(),
    organization: uuid('organization')
      .notNull()
      .references(() => organization.id),
    name: text('name').notNull(),
    roles: text('roles').array().notNull(),
    secretHash: bytea('secret_hash'),
    /** Of its tokens, with the subject that they name; null where it has a secret. */
    issuer: indexedText('issuer'),
    subject: indexedText('subject'),
    createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull(),
    position: positionColumn('position').notNull(),
    revokedAt: timestamp('revoked_at', { withTimezone: true, mode: 'string' })
  },
  (t) => [
    uniqueIndex('client_position').on(t.position),
    index('client_organization').on(t.organization, t.position),
    /** A token is that of one client at most. */
    uniqueIndex('client_identity').on(t.issuer, t.subject).where(sql`${t.revokedAt} is null`),
    check(
      'client_proof',
      sql`(${t.secretHash} is null) = (${t.issuer} is not null) and (${t.issuer} is null) = (${t.subject} is null)`
    )
  ]
)

/** The way in for an auditor, customs or a buyer before purchase: a batch and its ancestors. */
export const batchGrant = pgTable(
  'batch_grant',
  {
    id: uuid('id').primaryKey(),
    batch: uuid('batch').notNull(),
    grantor: uuid('grantor').notNull(),
    /** Null while a one-time link waits for the organization that redeems it first. */
    grantee: uuid('grantee'),
    /** SHA-256 of a one-time link's secret. */
    linkHash: bytea('link_hash'),
    /** `chain`: the batch and its ancestors. `batch`: the batch, and an outline of its ancestors. */
    scope: text('scope').notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true, mode: 'string' }),
    position: positionColumn('position').notNull(),
    revokedPosition: positionColumn('revoked_position'),
    usedAt: timestamp('used_at', { withTimezone: true, mode: 'string' })
  },
  (t) => [
    index('batch_grant_batch').on(t.batch, t.position),
    index('batch_grant_grantee').on(t.grantee, t.batch),
    uniqueIndex('batch_grant_link').on(t.linkHash),
    check('batch_grant_scope', sql`${t.scope} in ('chain', 'batch')`)
  ]
)
