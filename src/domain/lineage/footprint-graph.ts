import type { Rational } from '../quantity/rational.ts'
import { multiply, ONE, rational, subtract, ZERO } from '../quantity/rational.ts'
import type { FootprintNode, StatedFootprint } from './footprint.ts'
import type { Edge, Walk } from './walk.ts'

/** What a batch declares of itself, as far as its footprint needs it. */
export interface FootprintBatch {
  readonly stated: StatedFootprint | null
  /** The part of the run that it carries, 0 to 1, where the event says so. */
  readonly allocation: Rational | null
}

export interface FootprintGraph {
  readonly nodes: ReadonlyMap<string, FootprintNode>
  /** Batches whose co-products state no allocation either: masses decided. */
  readonly allocatedByMass: ReadonlySet<string>
}

const MICROGRAMS = 1_000_000_000n

/** Everything that an event made, co-products outside of the walk included. */
export interface RunOutput {
  /** Dry mass. */
  readonly massUg: bigint
  /** Of those that state no allocation. */
  readonly silentUg: bigint
  /** What the others carry together. */
  readonly stated: Rational
}

export type RunOutputs = ReadonlyMap<string, RunOutput>

/**
 * The runs behind a batch, from the edges of a walk upstream. A batch that a corrective event made
 * again has one event that counts: edges that were undone are not in the walk.
 */
export function footprintGraph(
  walk: Walk,
  batches: ReadonlyMap<string, FootprintBatch>,
  outputs: RunOutputs
): FootprintGraph {
  const drawn = Map.groupBy(walk.drawn, ({ event }) => event)
  const allocatedByMass = new Set<string>()
  const nodes = new Map<string, FootprintNode>()
  for (const edge of walk.made) {
    const run = outputs.get(edge.event) ?? alone(edge)
    const batch = batches.get(edge.batch)
    const inputs = (drawn.get(edge.event) ?? []).map(inputOf)
    const shared = run.massUg !== edge.massUg && inputs.length > 0
    if (!batch?.allocation && shared) allocatedByMass.add(edge.batch)
    nodes.set(edge.batch, {
      id: edge.batch,
      stated: batch?.stated ?? null,
      inputs,
      allocation: batch?.allocation ?? restByMass(edge, run),
      output: rational(edge.massUg, MICROGRAMS)
    })
  }
  return { nodes, allocatedByMass }
}

function alone({ massUg }: Edge): RunOutput {
  return { massUg, silentUg: massUg, stated: ZERO }
}

/** What the co-products that state a share leave, by mass among those that state none. */
function restByMass({ massUg }: Edge, { silentUg, stated }: RunOutput): Rational {
  const rest = subtract(ONE, stated)
  return rest.n <= 0n ? ZERO : multiply(rest, rational(massUg, silentUg))
}

function inputOf({ batch, massUg }: Edge) {
  return { id: batch, mass: rational(massUg, MICROGRAMS) }
}
