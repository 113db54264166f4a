import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  uuid
} from 'drizzle-orm/pg-core'
import { bytea, indexedText, positionColumn } from './columns.ts'

/**
 * The one row that orders everything. Its lock is the last that an accepting transaction takes, so
 * position order is commit order is visibility order, without gaps. Positions start at 0, as the
 * leaves of the log do; `next` is the number of entries. `mark` is drawn by whoever takes places, so that
 * one history is not taken for another of the same length.
 */
export const journalHead = pgTable(
  'journal_head',
  {
    one: boolean('one').primaryKey().default(true),
    next: positionColumn('next').notNull(),
    at: timestamp('at', { withTimezone: true, mode: 'string' }).notNull(),
    mark: bigint('mark', { mode: 'bigint' }).notNull().default(sql`0`)
  },
  (t) => [check('journal_head_one_row', sql`${t.one}`)]
)

/** One accepted thing: the preimage of one leaf of the transparency log (trust.md item 2). */
export const journal = pgTable(
  'journal',
  {
    position: positionColumn('position').primaryKey(),
    at: timestamp('at', { withTimezone: true, mode: 'string' }).notNull(),
    kind: text('kind').notNull(),
    subject: indexedText('subject').notNull(),
    organization: uuid('organization'),
    /** Hash of the exact document bytes, when the entry speaks of a document. */
    documentSha256: bytea('document_sha256'),
    statement: bytea('statement').notNull(),
    /** 32 random bytes for a blind entry, null for a plain one or after lawful erasure. */
    salt: bytea('salt'),
    blind: boolean('blind').notNull(),
    leaf: bytea('leaf').notNull()
  },
  (t) => [index('journal_subject').on(t.subject, t.position)]
)

/** The service's own signing keys, shared by all processes and kept across restarts. */
export const serviceKey = pgTable('service_key', {
  id: indexedText('id').primaryKey(),
  purpose: text('purpose').notNull(),
  algorithm: text('algorithm').notNull(),
  privateJwk: text('private_jwk').notNull(),
  publicJwk: text('public_jwk').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull(),
  retiredAt: timestamp('retired_at', { withTimezone: true, mode: 'string' })
})

/** One result of a check that was stored with what it speaks of. */
export const finding = pgTable(
  'finding',
  {
    position: positionColumn('position').notNull(),
    line: integer('line').notNull(),
    id: uuid('id').primaryKey(),
    event: uuid('event'),
    batch: uuid('batch'),
    epd: uuid('epd'),
    organization: uuid('organization').notNull(),
    rule: text('rule').notNull(),
    code: text('code').notNull(),
    severity: text('severity').notNull(),
    /** Of a declaration: the profile whose rule it is, and the place in a document of another format. */
    profile: text('profile'),
    source: text('source'),
    pointer: text('pointer').notNull(),
    message: text('message').notNull(),
    expected: text('expected'),
    actual: text('actual'),
    remedy: text('remedy'),
    resolvedPosition: positionColumn('resolved_position'),
    resolution: text('resolution'),
    /** Who closed it; null while it stands and where a re-evaluation did. */
    resolvedBy: uuid('resolved_by'),
    /** JSON: the evidence that was given. */
    resolutionEvidence: text('resolution_evidence')
  },
  (t) => [
    index('finding_event').on(t.event),
    index('finding_batch').on(t.batch),
    index('finding_epd').on(t.epd),
    index('finding_organization').on(t.organization, t.position)
  ]
)

/** An organization's choice to have a rule flag instead of refuse (custody.md, Ledger rules). */
export const ruleSetting = pgTable(
  'rule_setting',
  {
    position: positionColumn('position').primaryKey(),
    organization: uuid('organization').notNull(),
    rule: indexedText('rule').notNull(),
    mode: text('mode').notNull()
  },
  // Every group of events asks for the settings of who records them.
  (t) => [index('rule_setting_organization').on(t.organization, t.rule, t.position)]
)
