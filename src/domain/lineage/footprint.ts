import type { Rational } from '../quantity/rational.ts'
import { add, divide, multiply, ONE, rational, ZERO } from '../quantity/rational.ts'
import { byLevel } from './footprint-order.ts'

/** Whether what lies upstream is inside of a stated figure: that decides what may be added. */
export type StatedBoundary = 'cradle_to_gate' | 'gate_to_gate'

/** What a declaration states of one product: kg CO2e per kg of it, by method. */
export interface StatedFootprint {
  /** Null where the declaration does not say. */
  readonly boundary: StatedBoundary | null
  /** By the method of the characterization factors; empty text where none is named. */
  readonly values: ReadonlyMap<string, Rational>
  /** Part of the figure that rests on primary data, 0 to 1; null where it is not said. */
  readonly primaryShare: Rational | null
  /** Declarations whose figures are built into this one. */
  readonly includes: readonly string[]
}

/** One product of the chain and the process run that made it. */
export interface FootprintNode {
  readonly id: string
  /** Null where no usable declaration speaks of it. */
  readonly stated: StatedFootprint | null
  /** What the run drew, in kg. */
  readonly inputs: readonly { readonly id: string; readonly mass: Rational }[]
  /** The part of the run's burdens that this product carries, 0 to 1. */
  readonly allocation: Rational
  /** How much of this product the run made, in kg; positive. */
  readonly output: Rational
}

export type FootprintNodes = ReadonlyMap<string, FootprintNode>

/** What one node adds to the figure of the root. */
export interface Contribution {
  readonly node: string
  /** kg CO2e per kg of the root. */
  readonly value: Rational
  readonly primary: Rational
}

/** The roll-up of one product under one method. */
export interface RolledUp {
  /** Empty text where the figures name no method. */
  readonly method: string
  /** Exactly the sum of the contributions; what is unknown is not in it. */
  readonly value: Rational
  readonly contributions: readonly Contribution[]
  /**
   * Part of the value that rests on primary data, a credit by its size as a burden by its: else it
   * could be more than the whole. Null where nothing is stated but zero.
   */
  readonly primaryShare: Rational | null
  /** Part of the mass whose way from the cradle a figure speaks for, 0 to 1. */
  readonly coverage: Rational
  /** Nodes whose own figure under this method is missing, in the order of the chain. */
  readonly missing: readonly string[]
}

/**
 * Every method under which something upstream of a product is stated, in the order of their names:
 * values of different methods are never added, and never ranked.
 */
export function methodsOf(root: string, nodes: FootprintNodes): readonly string[] {
  const methods = new Set<string>()
  for (const { stated } of reached(root, nodes)) {
    for (const method of stated?.values.keys() ?? []) methods.add(method)
  }
  return [...methods].sort()
}

/**
 * EF_out = (direct + sum q_i EF_i) a / m_out, solved from the root upwards (ISO 14067; PACT). A cradle-to-gate figure replaces what lies upstream; only gate-to-gate figures are added to
 * the inputs. Refuse double counts before (see footprint-double-count).
 */
export function rollUp(root: string, nodes: FootprintNodes, method: string): RolledUp {
  const contributions: Contribution[] = []
  const missing: string[] = []
  let coverage = ZERO
  const weights = weigh(root, nodes)
  for (const node of reached(root, nodes)) {
    const { carried, mass } = weights.get(node.id) ?? { carried: ZERO, mass: ZERO }
    const figure = node.stated?.values.get(method)
    if (figure === undefined) missing.push(node.id)
    else contributions.push(contribution(node, multiply(carried, figure)))
    const whole = node.stated?.boundary === 'cradle_to_gate' && figure !== undefined
    if (whole) coverage = add(coverage, mass)
  }
  const value = total(contributions.map((each) => each.value))
  const size = total(contributions.map((each) => magnitude(each.value)))
  const primary = total(contributions.map((each) => magnitude(each.primary)))
  const primaryShare = size.n === 0n ? null : divide(primary, size)
  return { method, value, contributions, primaryShare, coverage, missing }
}

/** True where the figure of a product is made up from those of its inputs. */
export function isOpen({ stated, inputs }: FootprintNode): boolean {
  return stated?.boundary !== 'cradle_to_gate' && inputs.length > 0
}

/** The root and all that its figure is made up from, each after everything that it went into. */
export function reached(root: string, nodes: FootprintNodes): readonly FootprintNode[] {
  return byLevel(root, (id) => {
    const node = nodes.get(id)
    return node !== undefined && isOpen(node) ? node.inputs.map((input) => input.id) : []
  }).flatMap((id) => nodes.get(id) ?? [])
}

function contribution(node: FootprintNode, value: Rational): Contribution {
  return { node: node.id, value, primary: multiply(value, node.stated?.primaryShare ?? ZERO) }
}

function magnitude({ n, d }: Rational): Rational {
  return { n: n < 0n ? -n : n, d }
}

function total(values: readonly Rational[]): Rational {
  return values.reduce(add, ZERO)
}

interface Weight {
  /** kg of it whose burdens 1 kg of the root carries. */
  readonly carried: Rational
  /** The part of the root's mass that came through it. */
  readonly mass: Rational
}

function weigh(root: string, nodes: FootprintNodes): ReadonlyMap<string, Weight> {
  const weights = new Map<string, Weight>([[root, { carried: ONE, mass: ONE }]])
  for (const node of reached(root, nodes)) {
    const own = weights.get(node.id)
    if (own === undefined || !isOpen(node)) continue
    const drawn = total(node.inputs.map(({ mass }) => mass))
    const perKg = divide(multiply(own.carried, node.allocation), node.output)
    for (const { id, mass } of node.inputs) {
      const before = weights.get(id) ?? { carried: ZERO, mass: ZERO }
      weights.set(id, {
        carried: settle(add(before.carried, multiply(perKg, mass))),
        mass: settle(add(before.mass, divide(multiply(own.mass, mass), drawn)))
      })
    }
  }
  return weights
}

const LONGEST = 1n << 2_048n
const GRID = 10n ** 300n

/**
 * Fractions stay exact until their denominator has more than 600 digits, as only chains of hundreds
 * of blends can make it; then they are held to 300 places, so that time stays bounded.
 */
function settle(value: Rational): Rational {
  return value.d <= LONGEST ? value : rational((value.n * GRID) / value.d, GRID)
}
