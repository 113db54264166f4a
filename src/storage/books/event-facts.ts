import type { Disclosure, Evidence } from '../../domain/custody/event.ts'
import { arrayParameter } from '../connection/array-parameter.ts'
import { rfc3339 } from '../connection/value-parsers.ts'
import type { Queryable } from '../database.ts'

/** What a reader of the chain may be shown of an event. */
export interface EventFacts {
  readonly id: string
  readonly type: string
  readonly organization: string
  readonly facility: string
  /** When it happened, as stated. */
  readonly at: string
  readonly position: number
  readonly disclosure: Disclosure
  readonly stages: readonly string[]
  readonly evidence: readonly Evidence[]
}

/**
 * Events that are alike: what they have in common, their details, and id, position and time of each one after the
 * other. A recall has thousands, and what they have in common is parsed once.
 */
export type AlikeEvents = readonly [
  common: readonly [type: string, organization: string, facility: string, disclosure: Disclosure],
  details: Details,
  events: readonly string[]
]

const FIELDS = 3

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
  const [row] = await db.query<{ events: string | null }>({
    name: 'event_facts',
    text: `select (${alikeEvents('event where id = any($1::uuid[])')}) as events`,
    values: [arrayParameter('uuid', ids)]
  })
  return factsIn(JSON.parse(`[${row?.events ?? ''}]`))
}

/** Of events, such as those of a condition: `AlikeEvents` with commas between them. */
export function alikeEvents(from: string): string {
  return `select string_agg(alike, ',') from (
    select concat('[', json_build_array(type, organization, facility, disclosure), ',', details, ',["',
             string_agg(concat_ws('","', id, position, at), '","'), '"]]') as alike
      from ${from} group by type, organization, facility, disclosure, details) alike`
}

/** Events by id. */
export function factsIn(alike: Iterable<AlikeEvents>): ReadonlyMap<string, EventFacts> {
  const known = new Map<string, EventFacts>()
  for (const [[type, organization, facility, disclosure], details, fields] of alike) {
    const { stages = [], evidence = [] } = details
    for (let n = 0; n + 2 < fields.length; n += FIELDS) {
      const [id, position, time] = [fields[n], fields[n + 1], fields[n + 2]] as [
        string,
        string,
        string
      ]
      known.set(id, {
        id,
        type,
        organization,
        facility,
        at: rfc3339(time),
        position: Number(position),
        disclosure,
        stages,
        evidence
      })
    }
  }
  return known
}
