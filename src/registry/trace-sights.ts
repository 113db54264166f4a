import type { EntryPoint, Sight } from '../domain/lineage/sight.ts'
import type { Walk } from '../domain/lineage/walk.ts'
import type { Standpoint } from '../identity/visibility.ts'
import { sightOf } from '../identity/visibility.ts'
import type { Access, Asker } from '../storage/access.ts'
import { readAccess, readEntries } from '../storage/access.ts'
import type { BatchOutline } from '../storage/batches.ts'
import type { Queryable } from '../storage/database.ts'
import type { EventFacts } from '../storage/event-facts.ts'
import type { Standing } from './trace-standing.ts'

export interface Sights {
  readonly batches: ReadonlyMap<string, Sight>
  readonly events: ReadonlyMap<string, Sight>
}

/** A walk with what is stored about its nodes, before anything is left out. */
export interface WalkFacts {
  readonly walk: Walk
  readonly batches: ReadonlyMap<string, BatchOutline>
  readonly events: ReadonlyMap<string, EventFacts>
}

/** What is seen upstream: ancestors by their levels, unless the caller has an entry of its own. */
export async function upstreamSights(
  db: Queryable,
  { walk, batches, events }: WalkFacts,
  standing: Standing,
  asker: Asker
): Promise<Sights> {
  const { from } = standing
  const seen = new Map<string, Sight>([[walk.root, standing.sight]])
  for (const { id, disclosure } of batches.values()) {
    if (id !== walk.root) seen.set(id, sightOf(disclosure, { at: 'ancestor', of: from }))
  }
  // Only where the level of the batch leaves something out can an own entry point add to it.
  const partly = [...seen.keys()].filter((id) => seen.get(id) !== 'whole' && id !== walk.root)
  for (const access of (await readAccess(db, partly, asker)).values()) {
    const sight = entrySight(access)
    if (sight !== null) seen.set(access.batch, sight)
  }
  return { batches: seen, events: eventSights(events, from, asker.organization) }
}

function eventSights(
  events: ReadonlyMap<string, EventFacts>,
  from: EntryPoint | 'public',
  organization: string
): ReadonlyMap<string, Sight> {
  return new Map(
    [...events.values()].map((event) => [event.id, eventSight(event, from, organization)])
  )
}

/** An event made what the caller sees, so it is seen as an ancestor; its own it sees whole. */
function eventSight(event: EventFacts, of: EntryPoint | 'public', organization: string): Sight {
  return event.organization === organization
    ? 'whole'
    : sightOf(event.disclosure, { at: 'ancestor', of })
}

/**
 * What is seen downstream: what came back into the caller's own hands, what its direct receivers
 * made from what it shipped to them, and of everything beyond only how many and how much.
 */
export async function downstreamSights(
  db: Queryable,
  { walk, batches, events }: WalkFacts,
  standing: Standing,
  by: { readonly asker: Asker; readonly receivers: ReadonlySet<string> }
): Promise<Sights> {
  const { asker, receivers } = by
  const entries = await readEntries(db, [...walk.depths.keys()], asker)
  const own = new Map<string, Sight>([[walk.root, standing.sight]])
  for (const access of (await readAccess(db, [...entries.keys()], asker)).values()) {
    const sight = entrySight(access)
    if (sight !== null) own.set(access.batch, sight)
  }
  const drewOwn = new Set(
    walk.drawn.filter(({ batch }) => own.has(batch)).map(({ event }) => event)
  )
  const standpoint = (event: EventFacts | undefined): Standpoint => ({
    at: 'descendant',
    byDirectReceiver:
      event !== undefined && drewOwn.has(event.id) && receivers.has(event.organization)
  })
  const madeOwn = new Map(
    walk.made.flatMap(({ event, batch }): [string, EntryPoint][] => {
      const entry = own.has(batch) ? entries.get(batch) : undefined
      return entry ? [[event, entry]] : []
    })
  )
  const seenEvent = (event: EventFacts): Sight => {
    const of = madeOwn.get(event.id)
    const mine = of !== undefined || event.organization === asker.organization
    return mine
      ? eventSight(event, of ?? 'holder', asker.organization)
      : sightOf(event.disclosure, standpoint(event))
  }
  const seenBatch = ({ id, event, disclosure }: BatchOutline): Sight =>
    own.get(id) ?? sightOf(disclosure, standpoint(events.get(event)))
  return {
    batches: new Map([...batches.values()].map((batch) => [batch.id, seenBatch(batch)])),
    events: new Map([...events.values()].map((event) => [event.id, seenEvent(event)]))
  }
}

function entrySight({ entry, disclosure, knowsMaker }: Access): Sight | null {
  return entry === null ? null : sightOf(disclosure, { at: 'entry', entry, knowsMaker })
}
