import type { WalkPart } from '../../domain/lineage/beside.ts'
import type { EntryPoint, Sight } from '../../domain/lineage/sight.ts'
import type { Known } from '../../domain/lineage/tree.ts'
import type { Edge, Walk } from '../../domain/lineage/walk.ts'
import type { Standpoint } from '../../identity/visibility.ts'
import { makingSight, sightOf } from '../../identity/visibility.ts'
import type { Access, Asker } from '../../storage/batches/access.ts'
import { readAccess } from '../../storage/batches/access.ts'
import type { BatchOutline } from '../../storage/batches/batch-outlines.ts'
import type { EventFacts } from '../../storage/books/event-facts.ts'
import type { Queryable } from '../../storage/database.ts'
import type { GrowingDirectory } from '../../storage/parties/directory.ts'
import type { Standing } from './trace-standing.ts'

export interface Sights {
  readonly batches: Known<Sight>
  readonly events: Known<Sight>
}

/** A walk with what is stored about its nodes, before anything is left out. */
export interface WalkFacts {
  readonly walk: Walk
  readonly batches: ReadonlyMap<string, BatchOutline>
  readonly events: ReadonlyMap<string, EventFacts>
  /** Of who did something, and where, as far as it was met. */
  readonly directory: GrowingDirectory
}

/** What is seen upstream: ancestors by their levels, unless the caller has an entry of its own. */
export async function upstreamSights(
  db: Queryable,
  facts: WalkFacts,
  standing: Standing,
  asker: Asker
): Promise<Sights> {
  const { walk, batches } = facts
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
  return eventsCapped(seen, facts, asker, (event) =>
    sightOf(event.disclosure, { at: 'ancestor', of: from })
  )
}

/** What the caller did itself it sees whole; what others did, no better than what they made. */
function eventsCapped(
  batches: Known<Sight>,
  { walk, events }: WalkFacts,
  asker: Asker,
  seen: (event: EventFacts) => Sight
): Sights {
  // Of thousands of own events nobody asks what they made.
  let made: ReadonlyMap<string, readonly Edge[]> | null = null
  const sight = (event: EventFacts): Sight => {
    if (isOwn(asker, event)) return 'whole'
    made ??= Map.groupBy(walk.made, (edge) => edge.event)
    const outputs = made.get(event.id)?.flatMap(({ batch }) => batches.get(batch) ?? []) ?? []
    return makingSight(seen(event), outputs)
  }
  return {
    batches,
    events: new Map([...events.values()].map((event) => [event.id, sight(event)]))
  }
}

/**
 * What is seen downstream: what came back into the caller's own hands, what its direct receivers
 * made from what it shipped to them, and of everything beyond only how many and how much. `part` is
 * what followed from the caller's own part of the batch; the rest does not exist for it.
 */
export async function downstreamSights(
  db: Queryable,
  facts: WalkFacts,
  standing: Standing,
  by: {
    readonly asker: Asker
    readonly receivers: ReadonlySet<string>
    /** The caller's own ways in to what others made, by batch. */
    readonly entries: ReadonlyMap<string, EntryPoint>
    readonly part: WalkPart | null
  }
): Promise<Sights> {
  const { walk, batches, events } = facts
  const { asker, receivers, entries, part } = by
  const entered = await enteredSights(db, facts, entries, asker)
  entered.set(walk.root, standing.sight)
  const own = (id: string): boolean => {
    const batch = batches.get(id)
    return entered.has(id) || (batch !== undefined && isOwn(asker, batch))
  }
  const drewOwn = new Set<string>()
  for (const { event, batch } of walk.drawn) if (own(batch)) drewOwn.add(event)
  const standpoint = (event: EventFacts | undefined): Standpoint => ({
    at: 'descendant',
    byDirectReceiver:
      event !== undefined && drewOwn.has(event.id) && receivers.has(event.organization)
  })
  /** What others made and came into the caller's hands. */
  const madeOwn = new Map<string, EntryPoint>()
  for (const { event, batch } of entries.size === 0 ? [] : walk.made) {
    const entry = entries.get(batch)
    if (entry) madeOwn.set(event, entry)
  }
  const seenBatch = (batch: BatchOutline): Sight => {
    const { id, event, disclosure } = batch
    const sight = entered.get(id)
    if (sight) return sight
    if (isOwn(asker, batch)) return sightOf(disclosure, MAKER)
    if (part && !part.batches.has(id)) return 'nothing'
    return sightOf(disclosure, standpoint(events.get(event)))
  }
  // Decided when it is asked for: of thousands of batches all at once would have to be kept.
  const seen: Known<Sight> = {
    get(id) {
      const batch = batches.get(id)
      return batch && seenBatch(batch)
    }
  }
  return eventsCapped(seen, facts, asker, (event) => {
    const of = madeOwn.get(event.id)
    if (!of && part && !part.events.has(event.id)) return 'nothing'
    return sightOf(event.disclosure, of ? { at: 'ancestor', of } : standpoint(event))
  })
}

const MAKER: Standpoint = { at: 'entry', entry: 'maker', knowsMaker: true }

/** Whether the caller made a batch, or recorded an event. */
export function isOwn(asker: Asker, made: { readonly organization: string }): boolean {
  return made.organization === asker.organization
}

/** Whether the caller made every batch of a walk, and recorded every event: most recalls stay in one house. */
export function isAllOwn({ walk, batches, events }: WalkFacts, asker: Asker): boolean {
  let isAll = batches.size === walk.depths.size
  const look = (made: { readonly organization: string }): void => {
    isAll &&= isOwn(asker, made)
  }
  batches.forEach(look)
  events.forEach(look)
  return isAll
}

const WHOLE: Known<Sight> = { get: () => 'whole' }

/** What is seen of such a walk: all of it, and nothing has to be asked or decided batch by batch. */
export const ALL_OWN: Sights = { batches: WHOLE, events: WHOLE }

/** What is seen through entries to what others made: only of restricted batches is the maker asked. */
async function enteredSights(
  db: Queryable,
  { batches }: WalkFacts,
  entries: ReadonlyMap<string, EntryPoint>,
  asker: Asker
): Promise<Map<string, Sight>> {
  const restricted = [...entries.keys()].filter(
    (id) => batches.get(id)?.disclosure === 'restricted'
  )
  const access = await readAccess(db, restricted, asker)
  const entered = new Map<string, Sight>()
  for (const [id, entry] of entries) {
    const knowsMaker = access.get(id)?.knowsMaker ?? true
    const disclosure = batches.get(id)?.disclosure
    if (disclosure) entered.set(id, sightOf(disclosure, { at: 'entry', entry, knowsMaker }))
  }
  return entered
}

function entrySight({ entry, disclosure, knowsMaker }: Access): Sight | null {
  return entry === null ? null : sightOf(disclosure, { at: 'entry', entry, knowsMaker })
}
