import { sql } from 'drizzle-orm'
import { date, index, integer, pgTable, primaryKey, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { batch } from './batches.ts'
import { birthColumn, indexedText, positionColumn } from './columns.ts'

/** A continuous run at one facility. What is in it is its newest pool batch (rule R8). */
export const campaign = pgTable(
  'campaign',
  {
    /** Computed from organization and name, so that it can be locked before it exists. */
    id: uuid('id').primaryKey(),
    organization: uuid('organization').notNull(),
    name: indexedText('name').notNull(),
    facility: uuid('facility').notNull(),
    position: positionColumn('position').notNull()
  },
  (t) => [uniqueIndex('campaign_name').on(t.organization, t.name)]
)

/** The pool batches of a campaign in order: one for each of its events. */
export const campaignStep = pgTable(
  'campaign_step',
  {
    batch: uuid('batch')
      .primaryKey()
      .references(() => batch.id),
    campaign: uuid('campaign')
      .notNull()
      .references(() => campaign.id),
    number: integer('number').notNull(),
    /** The campaign that takes the remainder over; only its own events draw on it. */
    carryTo: uuid('carry_to'),
    position: positionColumn('position').notNull(),
    birth: birthColumn().notNull()
  },
  (t) => [
    uniqueIndex('campaign_step_number').on(t.campaign, t.number),
    uniqueIndex('campaign_step_birth').on(t.birth),
    index('campaign_step_carried').on(t.carryTo).where(sql`${t.carryTo} is not null`)
  ]
)

/** A declaration that covers what a campaign makes in a period (custody.md, Footprint). */
export const campaignEpd = pgTable(
  'campaign_epd',
  {
    campaign: uuid('campaign')
      .notNull()
      .references(() => campaign.id),
    epd: uuid('epd').notNull(),
    validFrom: date('valid_from', { mode: 'string' }).notNull(),
    validUntil: date('valid_until', { mode: 'string' }),
    organization: uuid('organization').notNull(),
    position: positionColumn('position').notNull(),
    endedPosition: positionColumn('ended_position')
  },
  (t) => [primaryKey({ columns: [t.campaign, t.position] })]
)
