import type { Edge, Walk } from './walk.ts'

/** Part of a walk: some of its batches and events. */
export interface WalkPart {
  readonly batches: ReadonlySet<string>
  readonly events: ReadonlySet<string>
}

/**
 * What of a walk downstream goes through the hands of `through`, who had the root from somebody: the
 * uses that they made of the root, and all that followed from those. What others who had the root
 * from elsewhere made of it stands beside. `doerOf` names who recorded an event.
 */
export function walkThrough(
  walk: Walk,
  doerOf: (event: string) => string | undefined,
  through: ReadonlySet<string>
): WalkPart {
  const batches = new Set([walk.root])
  const events = new Set<string>()
  const doers = new Set<string>()
  const drew = new Set(walk.drawn.map(({ event }) => event))
  const draws = ({ event, batch }: Edge): boolean =>
    batches.has(batch) && (batch !== walk.root || through.has(doerOf(event) ?? ''))
  // A step of a campaign draws nothing of what was walked: it follows its plant's other steps.
  const follows = ({ event }: Edge): boolean => !drew.has(event) && doers.has(doerOf(event) ?? '')
  for (let size = 0; size < batches.size + events.size; ) {
    size = batches.size + events.size
    for (const edge of walk.drawn.filter(draws)) {
      events.add(edge.event)
      doers.add(doerOf(edge.event) ?? '')
    }
    for (const edge of walk.made.filter(follows)) events.add(edge.event)
    for (const { batch } of walk.made.filter(({ event }) => events.has(event))) batches.add(batch)
  }
  return { batches, events }
}
