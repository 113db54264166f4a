import { sql } from 'drizzle-orm'
import { index, pgTable, primaryKey, smallint, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { birthColumn, bytea, microgram, positionColumn } from './columns.ts'

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
    index('event_organization').on(t.organization, t.position),
    index('event_corrective').on(t.correctiveEvent).where(sql`${t.correctiveEvent} is not null`)
  ]
)

/**
 * What an event was the first to make, as one text that a walk reads (storage/books/made-text.ts, ADR 38): none
 * where it made nothing, or made again what another had made.
 */
export const eventMade = pgTable('event_made', {
  position: positionColumn('position').primaryKey(),
  /** JSON. */
  body: text('body').notNull(),
  undonePosition: positionColumn('undone_position')
})

/** One half of the edges of the graph: what an event drew. An event has one position, and a position one event. */
export const eventInput = pgTable(
  'event_input',
  {
    event: uuid('event').notNull(),
    line: smallint('line').notNull(),
    batch: uuid('batch').notNull(),
    massUg: microgram('mass_ug').notNull(),
    elements: text('elements').notNull(),
    position: positionColumn('position').notNull(),
    /** Of the batch that was drawn. */
    birth: birthColumn().notNull(),
    undonePosition: positionColumn('undone_position')
  },
  (t) => [
    primaryKey({ columns: [t.position, t.line] }),
    index('event_input_batch').on(t.batch, t.position),
    index('event_input_birth').on(t.birth)
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
    /** Of the batch that was made, the same where it is made again. */
    birth: birthColumn().notNull(),
    undonePosition: positionColumn('undone_position')
  },
  (t) => [
    primaryKey({ columns: [t.position, t.line] }),
    index('event_output_batch').on(t.batch, t.position),
    index('event_output_birth').on(t.birth)
  ]
)
