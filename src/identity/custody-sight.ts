import type { Sight } from '../domain/lineage/sight.ts'

/** A shipment of one batch. */
export interface Leg {
  readonly sender: string
  readonly receiver: string
}

/** Who looks: the organization that asks, and with it the eyes of those who granted it the batch. */
export interface Viewer {
  readonly organization: string
  /** The organization and its grantors. */
  readonly eyes: ReadonlySet<string>
  /** How what happened before it is seen. */
  readonly past: Sight
}

/** Where the other holders of a batch stand to the viewer. */
export interface Neighbors {
  /** Those through whose hands the batch came to it; they are seen as the past is. */
  readonly before: ReadonlySet<string>
  /** Those to whom it shipped the batch. */
  readonly receivers: ReadonlySet<string>
  /** Those who had the batch from its receivers. */
  readonly beyond: ReadonlySet<string>
}

/**
 * Sorts the holders of one batch by how it moved. A grantee looks upstream only, so it has no
 * receivers of its own. Other customers of a supplier are in none of the sets: they do not exist
 * for the viewer.
 */
export function neighborsOf(viewer: Viewer, legs: readonly Leg[]): Neighbors {
  const { organization, eyes } = viewer
  const before = closure(eyes, legs, (leg) => [leg.receiver, leg.sender])
  const sent = legs.filter((leg) => leg.sender === organization && !before.has(leg.receiver))
  const receivers = new Set(sent.map((leg) => leg.receiver))
  const beyond = closure(receivers, legs, (leg) => [leg.sender, leg.receiver])
  for (const party of beyond) if (before.has(party) || receivers.has(party)) beyond.delete(party)
  for (const eye of eyes) before.delete(eye)
  return { before, receivers, beyond }
}

/** The organization and everybody to whom the batch came from it, directly or not. */
export function handedOn(organization: string, legs: readonly Leg[]): ReadonlySet<string> {
  return closure(new Set([organization]), legs, (leg) => [leg.sender, leg.receiver])
}

/** What the viewer is shown of a movement between two parties. */
export function legSight(leg: Leg, viewer: Viewer, neighbors: Neighbors): Sight {
  const { organization, eyes, past } = viewer
  if (organization === leg.receiver || organization === leg.sender) return 'whole'
  // A grantee is let in by the levels: from whom its grantor had a restricted batch is not told.
  if (eyes.has(leg.receiver)) return past
  if (neighbors.before.has(leg.receiver)) return past
  return neighbors.beyond.has(leg.receiver) || neighbors.receivers.has(leg.receiver)
    ? 'counted'
    : 'nothing'
}

/** What the viewer is shown of a holder. */
export function holderSight(custodian: string, viewer: Viewer, neighbors: Neighbors): Sight {
  if (viewer.eyes.has(custodian)) return 'whole'
  if (neighbors.before.has(custodian)) return viewer.past
  if (neighbors.receivers.has(custodian)) return 'receiver'
  return neighbors.beyond.has(custodian) ? 'counted' : 'nothing'
}

/** Everything that can be reached from `from`, with it, following each leg one way. */
function closure(
  from: ReadonlySet<string>,
  legs: readonly Leg[],
  way: (leg: Leg) => readonly [string, string]
): Set<string> {
  const reached = new Set(from)
  for (let size = 0; size < reached.size; ) {
    size = reached.size
    for (const leg of legs) {
      const [here, there] = way(leg)
      if (reached.has(here)) reached.add(there)
    }
  }
  return reached
}
