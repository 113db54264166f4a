import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import { indexedText, microgram, positionColumn } from './columns.ts'

/** Mass of one batch with one custodian and owner, on hand or in transit. */
export const account = pgTable(
  'account',
  {
    /** Computed from the other four key columns, so that it can be locked before it is read. */
    id: uuid('id').primaryKey(),
    batch: uuid('batch').notNull(),
    custodian: uuid('custodian').notNull(),
    owner: uuid('owner').notNull(),
    place: indexedText('place').notNull(),
    balanceUg: microgram('balance_ug').notNull(),
    /** Mass that a correction showed was never there; such an account is frozen. */
    deficitUg: microgram('deficit_ug').notNull(),
    frozen: boolean('frozen').notNull().default(false),
    /** When what lies on hand came in: `milliseconds:micrograms:micrograms that left before more came`. */
    arrivals: text('arrivals').notNull(),
    /** The latest moment at which something left, milliseconds since 1970. */
    lastLeftMs: bigint('last_left_ms', { mode: 'number' }),
    position: positionColumn('position').notNull()
  },
  (t) => [
    uniqueIndex('account_key').on(t.batch, t.custodian, t.owner, t.place),
    index('account_custodian').on(t.custodian, t.batch),
    index('account_owner').on(t.owner, t.batch),
    check('account_never_negative', sql`${t.balanceUg} >= 0`),
    check('account_deficit', sql`${t.deficitUg} >= 0`),
    check('account_place', sql`${t.place} in ('on_hand', 'in_transit')`)
  ]
)

/** One plus or minus in an account, with the balance after it. */
export const posting = pgTable(
  'posting',
  {
    position: positionColumn('position').notNull(),
    line: integer('line').notNull(),
    event: uuid('event').notNull(),
    account: uuid('account').notNull(),
    batch: uuid('batch').notNull(),
    massUg: microgram('mass_ug').notNull(),
    balanceUg: microgram('balance_ug').notNull(),
    /** JSON object of signed element micrograms; null for a move between accounts of one batch. */
    elements: text('elements'),
    undonePosition: positionColumn('undone_position')
  },
  (t) => [
    primaryKey({ columns: [t.position, t.line] }),
    index('posting_batch').on(t.batch, t.position),
    check('posting_not_zero', sql`${t.massUg} <> 0`)
  ]
)
