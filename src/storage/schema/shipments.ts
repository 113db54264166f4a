import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  index,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid
} from 'drizzle-orm/pg-core'
import { microgram, positionColumn } from './columns.ts'

/** Material on its way. The id is the id of the ship event. */
export const shipment = pgTable(
  'shipment',
  {
    id: uuid('id').primaryKey(),
    position: positionColumn('position').notNull(),
    sender: uuid('sender').notNull(),
    receiver: uuid('receiver').notNull(),
    fromFacility: uuid('from_facility').notNull(),
    toFacility: uuid('to_facility'),
    ownership: text('ownership').notNull(),
    shippedAt: timestamp('shipped_at', { withTimezone: true, mode: 'string' }).notNull(),
    status: text('status').notNull(),
    closedPosition: positionColumn('closed_position')
  },
  (t) => [
    index('shipment_sender').on(t.sender, t.position),
    index('shipment_receiver').on(t.receiver, t.position),
    index('shipment_open').on(t.receiver).where(sql`${t.closedPosition} is null`)
  ]
)

export const shipmentLine = pgTable(
  'shipment_line',
  {
    shipment: uuid('shipment')
      .notNull()
      .references(() => shipment.id),
    line: smallint('line').notNull(),
    batch: uuid('batch').notNull(),
    account: uuid('account').notNull(),
    owner: uuid('owner').notNull(),
    shippedUg: microgram('shipped_ug').notNull(),
    /** Still in transit; falls to zero when received, returned or written off. */
    openUg: microgram('open_ug').notNull(),
    receivedUg: microgram('received_ug').notNull(),
    /** In the sender's hands again. */
    returnedUg: microgram('returned_ug').notNull(),
    /** A difference that the receiver accepted. */
    lostUg: microgram('lost_ug').notNull(),
    /** The receiver disputes what is open. */
    disputed: boolean('disputed').notNull()
  },
  (t) => [
    primaryKey({ columns: [t.shipment, t.line] }),
    index('shipment_line_batch').on(t.batch),
    check('shipment_line_open', sql`${t.openUg} >= 0`),
    // What was undone with its ship event is open, received, returned or lost no more.
    check(
      'shipment_line_sum',
      sql`${t.openUg} = 0 or ${t.openUg} + ${t.receivedUg} + ${t.returnedUg} + ${t.lostUg} = ${t.shippedUg}`
    )
  ]
)
