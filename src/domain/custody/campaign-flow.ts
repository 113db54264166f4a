import type { AssayClosure, BatchState } from './books.ts'
import type { ElementMasses, FeedKind, MagnetMass, PoolFacts, PoolTotals } from './campaign.ts'
import { heldAfter } from './campaign-mass.ts'
import { type Content, silentAbout } from './content.ts'
import type { Balance } from './rules/r03-balance.ts'

/** What one event moves into and out of a campaign. */
export interface CampaignFlow {
  /** What is drawn from the pool before it and from remainders of other campaigns. */
  readonly pools: readonly { readonly batch: BatchState; readonly content: Content }[]
  readonly inputs: readonly Content[]
  /** What of the inputs, and of remainders of other campaigns, had been gained before. */
  readonly gained: ElementMasses
  /** Product classes of the inputs. */
  readonly classes: readonly string[]
  readonly outputs: readonly Content[]
  readonly residues: readonly Content[]
  readonly losses: ElementMasses
  /** The inventory found at the end; undefined while the campaign goes on. */
  readonly closing: Content | undefined
  /** Elements of which an input is a source. */
  readonly sources: readonly string[]
  readonly magnets: MagnetMass
}

/** Who makes the facts: the place of the event and what it says. */
export interface FlowEvent {
  readonly campaign: string
  readonly atMs: number
  readonly number: number
  readonly previous: string | null
  readonly stages: readonly string[]
  readonly closed: boolean
  readonly carryTo: string | null
}

/** The facts of a campaign after an event. */
export function factsAfter(event: FlowEvent, flow: CampaignFlow): PoolFacts {
  const own = flow.pools.filter(({ batch }) => batch.id === event.previous)
  const before = own[0]?.batch.pool
  const carried = flow.pools.filter(({ batch }) => batch.id !== event.previous)
  const { totals, feeds, gained, counted, outputUg, stages } = before ?? NOTHING_YET
  return {
    campaign: event.campaign,
    number: event.number,
    previous: event.previous,
    closed: event.closed,
    carryTo: event.carryTo,
    fedMs: firstFed(event, flow),
    stages: [...new Set([...stages, ...event.stages])].sort(),
    classes: pooledClasses(flow.pools, flow.classes),
    totals: {
      opening: added(
        totals.opening,
        carried.map(({ content }) => content.elements)
      ),
      inputs: added(
        totals.inputs,
        flow.inputs.map(({ elements }) => elements)
      ),
      outputs: added(
        totals.outputs,
        flow.outputs.map(({ elements }) => elements)
      ),
      residues: added(
        totals.residues,
        flow.residues.map(({ elements }) => elements)
      ),
      losses: added(totals.losses, [flow.losses]),
      closing: flow.closing?.elements ?? new Map()
    },
    feeds: mergedFeeds([
      ...feeds,
      ...[...carried.map(({ content }) => content), ...flow.inputs].map(feedKind)
    ]),
    gained: added(gained, [flow.gained]),
    // Of the events before: what this one gains is known only when it is balanced.
    counted,
    outputUg: flow.outputs.reduce((sum, { massUg }) => sum + massUg, outputUg),
    heldUg: heldAfter(flow),
    sources: allSources(flow),
    magnets: magnetsAfter(before, carried, flow)
  }
}

/** What was taken over from another campaign was fed there. */
function firstFed({ atMs }: FlowEvent, { pools, inputs }: CampaignFlow): number | null {
  const earlier = pools.flatMap(({ batch }) => batch.pool?.fedMs ?? [])
  const moments = inputs.length > 0 ? [...earlier, atMs] : earlier
  return moments.length > 0 ? Math.min(...moments) : null
}

/** Product classes in a campaign: what its pools hold, remainders of others too, and what is fed. */
export function pooledClasses(
  pools: readonly { readonly batch: BatchState }[],
  fed: readonly string[]
): readonly string[] {
  const held = pools.flatMap(({ batch }) => batch.pool?.classes ?? [])
  return [...new Set([...held, ...fed])].sort()
}

function allSources({ pools, sources }: CampaignFlow): readonly string[] {
  const earlier = pools.flatMap(({ batch }) => batch.pool?.sources ?? [])
  return [...new Set([...earlier, ...sources])].sort()
}

/** What another campaign has left of its magnets is fed to this one. */
function magnetsAfter(
  before: PoolFacts | undefined,
  carried: CampaignFlow['pools'],
  flow: CampaignFlow
): MagnetMass {
  const { inUg, outUg } = before?.magnets ?? NOTHING_YET.magnets
  const left = carried.reduce((sum, { batch }) => {
    const rest = (batch.pool?.magnets.inUg ?? 0n) - (batch.pool?.magnets.outUg ?? 0n)
    return rest > 0n ? sum + rest : sum
  }, 0n)
  return { inUg: inUg + left + flow.magnets.inUg, outUg: outUg + flow.magnets.outUg }
}

const NOTHING: PoolTotals = {
  opening: new Map(),
  inputs: new Map(),
  outputs: new Map(),
  residues: new Map(),
  losses: new Map(),
  closing: new Map()
}

const NOTHING_YET = {
  totals: NOTHING,
  feeds: [] as readonly FeedKind[],
  gained: new Map() as ElementMasses,
  counted: new Map() as ElementMasses,
  outputUg: 0n,
  heldUg: 0n,
  fedMs: null,
  stages: [] as readonly string[],
  classes: [] as readonly string[],
  sources: [] as readonly string[],
  magnets: { inUg: 0n, outUg: 0n }
}

/**
 * A place in a campaign whose event was taken back: nothing went in or out. What it held before
 * depends on how far a re-evaluation had come, so it is not kept.
 */
export function emptyPool(pool: PoolFacts): PoolFacts {
  return { ...pool, ...NOTHING_YET }
}

function added(sum: ElementMasses, more: readonly ElementMasses[]): ElementMasses {
  const result = new Map(sum)
  for (const masses of more) {
    for (const [element, ug] of masses) result.set(element, (result.get(element) ?? 0n) + ug)
  }
  return new Map([...result].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function feedKind(content: Content): FeedKind {
  const { closedFor, bounds, unassayedUg } = content
  return { stated: [...content.elements.keys()].sort(), closedFor, bounds, unassayedUg }
}

function mergedFeeds(feeds: readonly FeedKind[]): readonly FeedKind[] {
  const merged = new Map<string, FeedKind>()
  for (const feed of feeds) {
    const bounded = [...feed.bounds.keys()].sort()
    const key = `${feed.closedFor} ${feed.stated.join()} ${bounded.join()}`.trimEnd()
    const known = merged.get(key)
    merged.set(key, {
      ...feed,
      bounds: added(known?.bounds ?? new Map(), [feed.bounds]),
      unassayedUg: (known?.unassayedUg ?? 0n) + feed.unassayedUg
    })
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, feed]) => feed)
}

/** What must balance over the life of a campaign: nothing of it was forgiven before. */
export function lifeBalance(facts: PoolFacts): Balance {
  const { totals } = facts
  const closing: Content = { ...KNOWN, elements: totals.closing }
  return {
    inputs: [
      { ...KNOWN, elements: added(totals.opening, [totals.inputs]) },
      ...facts.feeds.map(silence)
    ],
    outputs: [{ ...KNOWN, massUg: facts.outputUg, elements: totals.outputs }, closing],
    residues: [{ ...KNOWN, elements: totals.residues }],
    losses: totals.losses
  }
}

const KNOWN: Content = {
  massUg: 0n,
  elements: new Map(),
  uncertainty: new Map(),
  bounds: new Map(),
  closedFor: 'all',
  unassayedUg: 0n
}

function silence(feed: FeedKind): Content {
  const elements = new Map(feed.stated.map((element) => [element, 0n] as const))
  const { closedFor, bounds, unassayedUg } = feed
  return { ...KNOWN, elements, bounds, closedFor, unassayedUg }
}

/** What is in the campaign by its books: what went in less what came out, never below zero. */
export function bookContent(
  facts: PoolFacts,
  massUg: bigint,
  rareEarths: ReadonlySet<string>
): Content {
  const { opening, inputs, outputs, residues, losses } = facts.totals
  const out = added(outputs, [residues, losses])
  const held = [...added(opening, [inputs])].map(([element, ug]): [string, bigint] => {
    const left = ug - (out.get(element) ?? 0n)
    return [element, left > 0n ? left : 0n]
  })
  const unassayedUg = facts.feeds.reduce((sum, feed) => sum + feed.unassayedUg, 0n)
  // By what is known to be in it: the mass of the batch stays as it was booked, whatever is corrected.
  const mostUg = facts.heldUg ?? massUg
  return {
    massUg,
    elements: new Map(held),
    uncertainty: new Map(),
    bounds: jointBounds(facts.feeds, rareEarths),
    closedFor: weakestClosure(facts.feeds),
    unassayedUg: unassayedUg < mostUg ? unassayedUg : mostUg
  }
}

/** Where a feed says nothing of an element, what it leaves unexplained is the bound of the whole. */
function jointBounds(feeds: readonly FeedKind[], rareEarths: ReadonlySet<string>): ElementMasses {
  const contents = feeds.map(silence)
  const sums = added(
    new Map(),
    contents.map(({ bounds }) => bounds)
  )
  const told = (element: string) =>
    !contents.some((content) => silentAbout(content, element, rareEarths.has(element)))
  return new Map([...sums].filter(([element]) => told(element)))
}

function weakestClosure(feeds: readonly FeedKind[]): AssayClosure {
  if (feeds.some(({ closedFor }) => closedFor === 'none')) return 'none'
  return feeds.some(({ closedFor }) => closedFor === 'rare_earths') ? 'rare_earths' : 'all'
}
