import type { Disclosure, Evidence } from '../domain/custody/event.ts'
import { arrayParameter } from './array-parameter.ts'
import type { Queryable } from './database.ts'

/** What a reader of the chain may be shown of an event. */
export interface EventFacts {
  readonly id: string
  readonly type: string
  readonly organization: string
  readonly facility: string
  /** When it happened, as stated. */
  readonly at: string
  readonly position: number
  readonly recordedAt: string
  readonly disclosure: Disclosure
  readonly stages: readonly string[]
  readonly evidence: readonly Evidence[]
}

interface Row extends Omit<EventFacts, 'position' | 'recordedAt' | 'stages' | 'evidence'> {
  readonly position: string
  readonly recorded_at: string
  readonly details: string
}

interface Details {
  readonly stages?: readonly string[]
  readonly evidence?: readonly Evidence[]
}

/** Events by id; unknown ones are missing. */
export async function readEventFacts(
  db: Queryable,
  ids: readonly string[]
): Promise<ReadonlyMap<string, EventFacts>> {
  if (ids.length === 0) return new Map()
  const rows = await db.query<Row>({
    name: 'event_facts',
    text: `select id, type, organization, facility, at, position, recorded_at, disclosure, details
      from event where id = any($1::uuid[])`,
    values: [arrayParameter('uuid', ids)]
  })
  return new Map(
    rows.map(({ details, position, recorded_at, ...facts }) => {
      const { stages = [], evidence = [] } = JSON.parse(details) as Details
      const event = { ...facts, position: Number(position), recordedAt: recorded_at }
      return [facts.id, { ...event, stages, evidence }]
    })
  )
}
