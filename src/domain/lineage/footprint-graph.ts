import type { Rational } from '../quantity/rational.ts'
import { multiply, ONE, rational, subtract, ZERO } from '../quantity/rational.ts'
import type { FootprintNode, StatedFootprint } from './footprint.ts'
import type { Edge, Walk } from './walk.ts'

/** What a batch declares of itself, as far as its footprint needs it. */
export interface FootprintBatch {
  readonly stated: StatedFootprint | null
  /** The part of the run that it carries, 0 to 1, where the event says so. */
  readonly allocation: Rational | null
  /** True of what is inside of a campaign. */
  readonly pool: boolean
}

export interface FootprintGraph {
  readonly nodes: ReadonlyMap<string, FootprintNode>
  /** Batches whose co-products state no allocation either: masses decided, and how. */
  readonly allocatedByMass: ReadonlyMap<string, Rational>
  /** What is inside of campaigns, with the part of the burdens that stayed with it. */
  readonly pools: ReadonlyMap<string, Rational>
}

const MICROGRAMS = 1_000_000_000n

/** Everything that an event gave out, co-products outside of the walk included. */
export interface RunOutput {
  /** Dry mass. */
  readonly massUg: bigint
  /** Of those that state no allocation. */
  readonly silentUg: bigint
  /** What the others carry together. */
  readonly stated: Rational
  /** How much stayed in the campaign; null where the event is of none. */
  readonly campaign: Kept | null
}

interface Kept {
  readonly leftEarthsUg: bigint
  readonly keptEarthsUg: bigint
  readonly keptUg: bigint
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
  const allocatedByMass = new Map<string, Rational>()
  const pools = new Map<string, Rational>()
  const nodes = new Map<string, FootprintNode>()
  for (const edge of walk.made) {
    const run = outputs.get(edge.event) ?? alone(edge)
    const batch = batches.get(edge.batch)
    const inputs = (drawn.get(edge.event) ?? []).map(inputOf)
    const carries = partOf(edge, run, batch)
    if (batch?.pool) pools.set(edge.batch, carries.ofRun)
    else if (carries.byMass && inputs.length > 0) allocatedByMass.set(edge.batch, carries.ofLeft)
    nodes.set(edge.batch, {
      id: edge.batch,
      stated: batch?.stated ?? null,
      inputs,
      allocation: carries.ofRun,
      output: rational(edge.massUg, MICROGRAMS)
    })
  }
  for (const id of batches.keys()) if (!nodes.has(id)) nodes.set(id, takenBack(id))
  return { nodes, allocatedByMass, pools }
}

/** The part of a run's burdens that one of its products carries, and of those that left with it. */
function partOf(edge: Edge, run: RunOutput, batch: FootprintBatch | undefined) {
  const left = partThatLeft(run)
  if (batch?.pool) return { ofRun: subtract(ONE, left), ofLeft: ZERO, byMass: false }
  const ofLeft = batch?.allocation ?? restByMass(edge, run)
  const byMass = !batch?.allocation && run.massUg !== edge.massUg
  return { ofRun: multiply(left, ofLeft), ofLeft, byMass }
}

/** What was drawn stays a part of the whole where nothing makes it any more, so that its lack is seen. */
function takenBack(id: string): FootprintNode {
  return { id, stated: null, inputs: [], allocation: ONE, output: ONE }
}

function alone({ massUg }: Edge): RunOutput {
  return { massUg, silentUg: massUg, stated: ZERO, campaign: null }
}

/**
 * The part of the burdens of a run that left it with its products. What is in a campaign holds the
 * rest, in proportion to its rare earths: its mass says little, since water, acid and carbonate come
 * and go unrecorded. Where there are none on either side, masses are all that is known.
 */
function partThatLeft({ campaign, massUg }: RunOutput): Rational {
  if (campaign === null) return ONE
  const { leftEarthsUg, keptEarthsUg, keptUg } = campaign
  const earths = leftEarthsUg + keptEarthsUg
  if (earths > 0n) return rational(leftEarthsUg, earths)
  const whole = massUg + keptUg
  return whole > 0n ? rational(massUg, whole) : ZERO
}

/** What the co-products that state a share leave, by mass among those that state none. */
function restByMass({ massUg }: Edge, { silentUg, stated }: RunOutput): Rational {
  const rest = subtract(ONE, stated)
  return rest.n <= 0n ? ZERO : multiply(rest, rational(massUg, silentUg))
}

function inputOf({ batch, massUg }: Edge) {
  return { id: batch, mass: rational(massUg, MICROGRAMS) }
}
