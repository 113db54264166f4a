import { sql } from 'drizzle-orm'
import {
  check,
  index,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid
} from 'drizzle-orm/pg-core'
import { bytea, indexedText, positionColumn } from './columns.ts'

/**
 * The hashes of the transparency log, 256 to a row (C2SP tlog-tiles). A partial tile is a prefix of
 * the row: rows only grow, and a partial tile of an older tree is cut from the same row.
 */
export const logTile = pgTable(
  'log_tile',
  {
    level: smallint('level').notNull(),
    index: positionColumn('index').notNull(),
    hashes: bytea('hashes').notNull()
  },
  (t) => [
    primaryKey({ columns: [t.level, t.index] }),
    check('log_tile_hashes', sql`length(${t.hashes}) % 32 = 0 and length(${t.hashes}) <= 8192`)
  ]
)

/** Every head that was ever signed, as published; the largest is current. */
export const logCheckpoint = pgTable('log_checkpoint', {
  size: positionColumn('size').primaryKey(),
  root: bytea('root').notNull(),
  /** The whole signed note. */
  note: text('note').notNull(),
  at: timestamp('at', { withTimezone: true, mode: 'string' }).notNull()
})

/** What was lawfully erased: the leaf data stays, so the tree can still be rebuilt and served. */
export const erasure = pgTable('erasure', {
  /** Of the entry whose document and salt are gone. */
  position: positionColumn('position').primaryKey(),
  leafData: bytea('leaf_data').notNull(),
  /** Of the entry that records the erasure. */
  erasedPosition: positionColumn('erased_position').notNull(),
  reason: text('reason').notNull()
})

/** A key that an organization signs its submissions with. */
export const signingKey = pgTable(
  'signing_key',
  {
    /** RFC 7638 thumbprint. */
    id: indexedText('id').primaryKey(),
    organization: uuid('organization').notNull(),
    algorithm: text('algorithm').notNull(),
    /** Public JWK (RFC 7517) as JSON. */
    jwk: text('jwk').notNull(),
    label: text('label'),
    position: positionColumn('position').notNull(),
    revokedPosition: positionColumn('revoked_position'),
    revocationReason: text('revocation_reason')
  },
  (t) => [
    index('signing_key_organization').on(t.organization, t.position),
    check('signing_key_algorithm', sql`${t.algorithm} in ('EdDSA', 'ES256')`)
  ]
)

/** Whether an organization lets submissions in that nobody signed; the newest row holds. */
export const signingPolicy = pgTable(
  'signing_policy',
  {
    position: positionColumn('position').primaryKey(),
    organization: uuid('organization').notNull(),
    unsigned: text('unsigned').notNull()
  },
  (t) => [
    index('signing_policy_organization').on(t.organization, t.position),
    check('signing_policy_unsigned', sql`${t.unsigned} in ('accepted', 'refused')`)
  ]
)

/** The exact bytes of requests that were signed and that no other table keeps. */
export const signedRequest = pgTable('signed_request', {
  /** Of the entry that tells their hash. */
  position: positionColumn('position').primaryKey(),
  document: bytea('document').notNull()
})
