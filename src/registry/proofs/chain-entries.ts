import type { Disclosure } from '../../domain/custody/event.ts'
import { RegistryError } from '../../errors.ts'
import { legSight, neighborsOf } from '../../identity/custody-sight.ts'
import { sightOf } from '../../identity/visibility.ts'
import {
  correctionsOf,
  facilityPositions,
  outputLevels,
  undoneMakersOf
} from '../../storage/audit/bundle-parts.ts'
import { readShipments } from '../../storage/batches/batch-custody.ts'
import { readEventFacts } from '../../storage/books/event-facts.ts'
import type { Deps, Principal } from '../deps.ts'
import { eyesOf } from '../trace/trace-batch.ts'
import { type Inquiry, inquire } from '../trace/trace-question.ts'
import { upstreamSights, type WalkFacts } from '../trace/trace-sights.ts'
import { walkFrom } from '../trace/trace-walk.ts'
import type { EntryView } from './entry-of.ts'

/** A bundle is one file that people send around. */
const WALK = { direction: 'upstream', depth: 64, limit: 2_000 } as const

/**
 * The entries that the chain of custody of a batch consists of: what made it and what that was made
 * from, up to the mine or the gate; what was corrected of that, and the corrections; its own
 * shipments; and the facilities where the caller may know them. Throws `NOT_FOUND`, and `LIMIT_EXCEEDED` beyond 2,000 batches.
 */
export function chainEntries(
  deps: Deps,
  principal: Principal,
  batch: string
): Promise<EntryView[]> {
  return inquire(deps, principal, { batch }, async (inquiry) => {
    const { tx, stamp, standing, asker } = inquiry
    const facts = await walkFrom(tx, standing, WALK, stamp.position)
    if (facts.walk.truncated !== null) {
      throw new RegistryError('LIMIT_EXCEEDED', 'The chain is longer than one bundle holds.', {
        details: [{ message: 'Ask for the bundles of the batches that it was made from.' }]
      })
    }
    const sights = await upstreamSights(tx, facts, standing, asker)
    const levels = await outputLevels(tx, [...facts.events.keys()])
    const batches = batchesByEvent(facts)
    const events = [...facts.events.values()].map((event) => {
      const { id, position, organization, facility } = event
      const whole = sights.events.get(id) === 'whole'
      const own = organization === asker.organization
      // Where it names a batch by its number, it says whose that is.
      const known = (batches.get(id) ?? []).every((one) => sights.batches.get(one) === 'whole')
      // The document tells of everything that the event made, also of what went to others.
      const all = (levels.get(id) ?? []).every((level) => isMeantFor(inquiry, level))
      return { id, position, facility, open: own || (whole && known && all) }
    })
    const undone = await undoneMakers(inquiry, facts)
    const corrections = await correctionEntries(inquiry, [...events, ...undone])
    const known = events.filter(({ open }) => open).map(({ facility }) => facility)
    const places = await facilityPositions(tx, [...new Set(known)], stamp.position)
    return [
      ...[...events, ...undone, ...corrections].map(({ position, open }) => ({ position, open })),
      ...(await shipmentEntries(inquiry)),
      ...places.map((position) => ({ position, open: true }))
    ]
  })
}

/** Whether what is upstream and has this level is shown to the caller whole. */
function isMeantFor({ standing }: Inquiry, level: Disclosure): boolean {
  return sightOf(level, { at: 'ancestor', of: standing.from }) === 'whole'
}

/** An entry that is an event. */
interface EventView extends EntryView {
  readonly id: string
}

/** The events that made a batch of the walk and were taken back: whoever recorded one sees it. */
async function undoneMakers({ tx, asker }: Inquiry, { walk }: WalkFacts): Promise<EventView[]> {
  const made = new Set(walk.made.map(({ batch }) => batch))
  const unmade = [...walk.depths.keys()].filter((batch) => !made.has(batch))
  const events = await readEventFacts(tx, await undoneMakersOf(tx, unmade))
  return [...events.values()].map(({ id, position, organization }) => ({
    id,
    position,
    open: organization === asker.organization
  }))
}

/** A chain that shows an event shows as well that it was corrected, or what it takes the place of. */
async function correctionEntries(
  inquiry: Inquiry,
  events: readonly EventView[]
): Promise<EntryView[]> {
  const { tx, stamp, asker } = inquiry
  const open = new Set(events.filter((event) => event.open).map(({ id }) => id))
  const pairs = await correctionsOf(
    tx,
    events.map(({ id }) => id),
    stamp.position
  )
  const facts = await readEventFacts(
    tx,
    pairs.map(({ correction }) => correction)
  )
  return pairs.flatMap(({ correction, event }) => {
    const known = facts.get(correction)
    if (!known) return []
    const own = known.organization === asker.organization
    const shown = open.has(event) && isMeantFor(inquiry, known.disclosure)
    return [{ position: known.position, open: own || shown }]
  })
}

/** What the document of each event names, as far as it was walked. */
function batchesByEvent({ walk }: WalkFacts): ReadonlyMap<string, readonly string[]> {
  const batches = new Map<string, string[]>()
  for (const { event, batch } of [...walk.made, ...walk.drawn]) {
    const known = batches.get(event)
    if (known) known.push(batch)
    else batches.set(event, [batch])
  }
  return batches
}

/** How the batch itself moved; movements that the caller may only count are left out. */
async function shipmentEntries(inquiry: Inquiry): Promise<EntryView[]> {
  const { tx, stamp, batch, standing, asker } = inquiry
  const eyes = standing.entry === null ? new Set<string>() : await eyesOf(inquiry)
  const past = sightOf(standing.disclosure, { at: 'ancestor', of: standing.from })
  const viewer = { organization: asker.organization, eyes, past }
  const shipments = await readShipments(tx, batch.id, stamp.position)
  const neighbors = neighborsOf(viewer, shipments)
  const seen = shipments.flatMap((leg) => {
    const sight = legSight(leg, viewer, neighbors)
    if (sight === 'counted' || sight === 'nothing') return []
    const party = asker.organization === leg.sender || asker.organization === leg.receiver
    return [leg.id, ...leg.receipts].map((id) => ({ id, open: party }))
  })
  const events = await readEventFacts(
    tx,
    seen.map(({ id }) => id)
  )
  return seen.flatMap(({ id, open }) => {
    const event = events.get(id)
    return event ? [{ position: event.position, open }] : []
  })
}
