import { index, integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import { positionColumn } from './columns.ts'

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

/** How many batches a correction marked, for its progress. */
export const reevaluation = pgTable('reevaluation', {
  cause: uuid('cause').primaryKey(),
  organization: uuid('organization').notNull(),
  position: positionColumn('position').notNull(),
  affected: integer('affected').notNull()
})
