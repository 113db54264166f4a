import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid
} from 'drizzle-orm/pg-core'
import { bytea, positionColumn } from './columns.ts'

/** Bytes that were uploaded, or are being uploaded; one that never became an import is swept away. */
export const importUpload = pgTable('import_upload', {
  id: uuid('id').primaryKey(),
  begunAt: timestamp('begun_at', { withTimezone: true, mode: 'string' }).notNull()
})

/** The bytes of an upload in order, in parts of equal length but the last. */
export const importPart = pgTable(
  'import_part',
  {
    upload: uuid('upload').notNull(),
    n: integer('n').notNull(),
    bytes: bytea('bytes').notNull()
  },
  (t) => [
    primaryKey({ columns: [t.upload, t.n] }),
    foreignKey({
      name: 'import_part_upload',
      columns: [t.upload],
      foreignColumns: [importUpload.id]
    }).onDelete('cascade')
  ]
)

/**
 * An import: work of an organization on its own, like a draft. What it records is in the journal;
 * the job itself changes no answer and is deleted when its time is over.
 */
export const importJob = pgTable(
  'import_job',
  {
    id: uuid('id').primaryKey(),
    /** The order of lists. */
    number: bigint('number', { mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
    organization: uuid('organization').notNull(),
    client: text('client').notNull(),
    /** Of the token that submitted it: what the job may do at most. */
    scopes: text('scopes').array().notNull(),
    kind: text('kind').notNull(),
    mediaType: text('media_type').notNull(),
    handling: text('handling').notNull(),
    /** Null once the uploaded bytes are deleted. */
    upload: uuid('upload'),
    sha256: bytea('sha256').notNull(),
    size: bigint('size', { mode: 'number' }).notNull(),
    state: text('state').notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true, mode: 'string' }).notNull(),
    startedAt: timestamp('started_at', { withTimezone: true, mode: 'string' }),
    finishedAt: timestamp('finished_at', { withTimezone: true, mode: 'string' }),
    /** The worker that holds it, and until when it is taken to be alive. */
    lease: uuid('lease'),
    leaseUntil: timestamp('lease_until', { withTimezone: true, mode: 'string' }),
    /** When it had its last turn: imports take turns. */
    servedAt: timestamp('served_at', { withTimezone: true, mode: 'string' }),
    /** Items in the upload, where that is known. */
    total: integer('total'),
    /** Items that have a result, and where in the bytes the next one begins. */
    items: integer('items').notNull(),
    line: integer('line').notNull(),
    bytesRead: bigint('bytes_read', { mode: 'number' }).notNull(),
    accepted: integer('accepted').notNull(),
    replayed: integer('replayed').notNull(),
    refused: integer('refused').notNull(),
    /** JSON: why it failed or stopped. */
    failure: text('failure')
  },
  (t) => [
    index('import_job_organization').on(t.organization, t.number),
    index('import_job_content').on(t.organization, t.sha256),
    index('import_job_waiting')
      .on(t.servedAt, t.number)
      .where(sql`state in ('received', 'running')`),
    index('import_job_finished').on(t.finishedAt),
    index('import_job_upload').on(t.upload),
    check('import_job_kind', sql`${t.kind} in ('any', 'events', 'epds')`),
    check('import_job_handling', sql`${t.handling} in ('strict', 'lenient')`),
    check(
      'import_job_state',
      sql`${t.state} in ('received', 'running', 'done', 'failed', 'cancelled')`
    ),
    check(
      'import_job_finished_state',
      sql`(${t.state} in ('done', 'failed', 'cancelled')) = (${t.finishedAt} is not null)`
    )
  ]
)

/** What became of one item of an import. */
export const importResult = pgTable(
  'import_result',
  {
    import: uuid('import').notNull(),
    /** From 0, in the order of the upload. */
    item: integer('item').notNull(),
    /** Line, row of the sheet, or place in the archive, from 1. */
    line: integer('line').notNull(),
    /** Of a data set in an archive, or an event in a sheet. */
    name: text('name'),
    status: text('status').notNull(),
    subject: uuid('subject'),
    position: positionColumn('position'),
    /** JSON; null where there are none. */
    findings: text('findings')
  },
  (t) => [
    primaryKey({ columns: [t.import, t.item] }),
    index('import_result_not_stored')
      .on(t.import, t.item)
      .where(sql`status in ('refused', 'conflict', 'withheld')`),
    check(
      'import_result_status',
      sql`${t.status} in ('accepted', 'replayed', 'refused', 'conflict', 'withheld')`
    )
  ]
)
