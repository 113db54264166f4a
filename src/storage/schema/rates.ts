import { bigint, pgTable } from 'drizzle-orm/pg-core'
import { bytea } from './columns.ts'

/**
 * How much of its allowance each client or address has used in a window, summed over all processes.
 * Counts of a minute, which a crash may forget: the table is unlogged (append-only.sql).
 */
export const rateUse = pgTable('rate_use', {
  /** Hash of policy and partition, so that no address is written down. */
  key: bytea('key').primaryKey(),
  /** Number of the window since 1970. */
  span: bigint('span', { mode: 'number' }).notNull(),
  used: bigint('used', { mode: 'number' }).notNull()
})
