import type { Disclosure, Evidence } from '../../domain/custody/event.ts'
import { arrayParameter, numbersParameter } from '../connection/array-parameter.ts'
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

/** What events that are alike have in common, and those events. */
interface AlikeRow extends Pick<EventFacts, 'type' | 'organization' | 'facility' | 'disclosure'> {
  readonly details: string
  /** `FIELDS` of each as the strings of a JSON array: id, position and time. */
  readonly events: string
}

const FIELDS = 3

interface Details {
  readonly stages?: readonly string[]
  readonly evidence?: readonly Evidence[]
}

/**
 * Events by id; unknown ones are missing. One row for all that are alike: a recall has thousands, and
 * what they have in common is parsed once.
 */
export async function readEventFacts(
  db: Queryable,
  ids: readonly string[]
): Promise<ReadonlyMap<string, EventFacts>> {
  if (ids.length === 0) return new Map()
  const rows = await db.query<AlikeRow>({
    name: 'event_facts',
    text: alikeSql('id = any($1::uuid[])'),
    values: [arrayParameter('uuid', ids)]
  })
  return factsIn(rows)
}

/** The same of events whose positions are known: those that were recorded together stand together. */
export async function readFactsOfMet(
  db: Queryable,
  met: readonly { readonly position: number }[]
): Promise<ReadonlyMap<string, EventFacts>> {
  if (met.length === 0) return new Map()
  const positions = numbersParameter(met.map(({ position }) => position))
  const rows = await db.query<AlikeRow>({
    name: 'event_facts_at',
    text: alikeSql('position = any($1::int8[])'),
    values: [positions]
  })
  return factsIn(rows)
}

function alikeSql(which: string): string {
  return `select type, organization, facility, disclosure, details,
      '["' || string_agg(concat_ws('","', id, position, at), '","') || '"]' as events
    from event where ${which} group by type, organization, facility, disclosure, details`
}

function factsIn(rows: readonly AlikeRow[]): ReadonlyMap<string, EventFacts> {
  const known = new Map<string, EventFacts>()
  for (const row of rows) {
    const { type, organization, facility, disclosure } = row
    const { stages = [], evidence = [] } = JSON.parse(row.details) as Details
    const fields: readonly string[] = JSON.parse(row.events)
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
