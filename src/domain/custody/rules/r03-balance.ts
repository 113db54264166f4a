import { formatKg } from '../../quantity/mass.ts'
import type { Rational } from '../../quantity/rational.ts'
import {
  add,
  addUnreduced,
  compare,
  divide,
  formatDecimal,
  multiply,
  multiplyUnreduced
} from '../../quantity/rational.ts'
import type { Content } from '../content.ts'
import { absoluteUncertainty, silentAbout } from '../content.ts'
import type { Review } from '../review.ts'
import type { RuleParameters, StageFacts } from '../table.ts'
import { parameter } from './parameter.ts'
import { report } from './table.ts'

/** The two sides of the element balance of one event. */
export interface Balance {
  readonly inputs: readonly Content[]
  readonly outputs: readonly Content[]
  /** Residues and losses: they count as going out, without allowance of their own. */
  readonly residues: readonly Content[]
  readonly losses: ReadonlyMap<string, bigint>
}

/** Mass of one element on both sides, micrograms. */
export interface ElementBalance {
  readonly inUg: bigint
  readonly outUg: bigint
  /** What inputs whose assay is silent about the element could hold at most. */
  readonly silentUg: bigint
  /** What bounds of the inputs leave open. */
  readonly boundedUg: bigint
}

/** Sums one element over the event. */
export function balanceOf(element: string, balance: Balance, isRareEarth: boolean): ElementBalance {
  const outputs = [...balance.outputs, ...balance.residues]
  return {
    inUg: total(balance.inputs, element),
    outUg: total(outputs, element) + (balance.losses.get(element) ?? 0n),
    silentUg: balance.inputs
      .filter((content) => silentAbout(content, element, isRareEarth))
      .reduce((sum, content) => sum + content.unassayedUg, 0n),
    boundedUg: balance.inputs.reduce((sum, { bounds }) => sum + (bounds.get(element) ?? 0n), 0n)
  }
}

function total(contents: readonly Content[], element: string): bigint {
  return contents.reduce((sum, content) => sum + (content.elements.get(element) ?? 0n), 0n)
}

/**
 * R3: for the balance set, what goes out is at most what went in x (1 + tol) plus an allowance on
 * the output mass; other elements may gain a little as process pick-up. Where an input states only a
 * bound such as `<0.05`, there may be as much as that; where its assay is silent about an element, the
 * mass that it leaves unexplained is the bound. A warning says so.
 */
export function reviewBalance(
  balance: Balance,
  stages: readonly StageFacts[],
  review: Review
): void {
  for (const element of elementsOut(balance)) reviewElement(element, balance, stages, review)
}

/** The same of one element. */
export function reviewElement(
  element: string,
  balance: Balance,
  stages: readonly StageFacts[],
  review: Review
): void {
  if (review.reference.rules.r3.ambientElements.includes(element)) return
  judgeElement(caseOf(element, balance, stages, review), review)
}

/** R3: true where more of an element comes out than the balance allows. */
export function isUnexplained(
  element: string,
  balance: Balance,
  stages: readonly StageFacts[],
  review: Review
): boolean {
  if (review.reference.rules.r3.ambientElements.includes(element)) return false
  return standingOf(caseOf(element, balance, stages, review)) === 'gain'
}

function caseOf(
  element: string,
  balance: Balance,
  stages: readonly StageFacts[],
  review: Review
): ElementCase {
  const { rules, chemistry } = review.reference
  const outputUg = balance.outputs.reduce((sum, content) => sum + content.massUg, 0n)
  const closed = rules.r3.balanceSet.includes(element)
  const sides = balanceOf(element, balance, chemistry.rareEarths.has(element))
  const tolerance = closed ? toleratedUg(element, sides, balance, stages, rules) : ZERO
  const allowance = parameter(closed ? rules.r3.outputMassAllowance : rules.r3.pickup)
  const limit = addUnreduced(
    addUnreduced(whole(sides.inUg), tolerance),
    multiplyUnreduced(whole(outputUg), allowance)
  )
  return { element, sides, limit, closed }
}

/** What comes out at all, by symbol. */
export function elementsOut(balance: Balance): string[] {
  const names = new Set(balance.losses.keys())
  for (const content of [...balance.outputs, ...balance.residues]) {
    for (const [element, mass] of content.elements) if (mass > 0n) names.add(element)
  }
  return [...names].sort()
}

/** tol x in: the stage's tolerance, or the stated combined k=2 uncertainty where that is smaller. */
function toleratedUg(
  element: string,
  sides: ElementBalance,
  balance: Balance,
  stages: readonly StageFacts[],
  rules: RuleParameters
): Rational {
  const byStage = multiplyUnreduced(whole(sides.inUg), toleranceOf(stages, rules))
  const variance = combinedVariance(element, balance)
  if (variance === null || compare(variance, multiply(byStage, byStage)) >= 0) return byStage
  return squareRoot(variance)
}

/** The part of what goes into the stages by which assays of the two sides may differ. */
export function toleranceOf(stages: readonly StageFacts[], rules: RuleParameters): Rational {
  const kind = stages.some((stage) => stage.balance === 'ore') ? 'ore' : 'chemistry'
  return parameter(rules.r3.tolerance[kind])
}

/** What may be gained of an element of the balance set, whatever uncertainty its assays state. */
export function forgivenUg(
  inUg: bigint,
  { balance, stages }: { readonly balance: Balance; readonly stages: readonly StageFacts[] },
  { reference: { rules } }: Review
): bigint {
  const outputUg = balance.outputs.reduce((sum, { massUg }) => sum + massUg, 0n)
  const tolerance = multiplyUnreduced(whole(inUg), toleranceOf(stages, rules))
  const allowance = multiplyUnreduced(whole(outputUg), parameter(rules.r3.outputMassAllowance))
  const { n, d } = addUnreduced(tolerance, allowance)
  return n / d
}

/** Sum of squared expanded uncertainties, or null when a side that holds the element states none. */
function combinedVariance(element: string, balance: Balance): Rational | null {
  let variance = ZERO
  for (const content of [...balance.inputs, ...balance.outputs, ...balance.residues]) {
    const mass = content.elements.get(element) ?? 0n
    if (mass === 0n) continue
    const relative = content.uncertainty.get(element)
    if (!relative) return null
    const absolute = absoluteUncertainty(mass, relative)
    variance = add(variance, multiply(absolute, absolute))
  }
  return variance
}

/** Integer square root of micrograms squared, rounded up: a microgram in the submitter's favor. */
function squareRoot(value: Rational): Rational {
  const target = value.n / value.d + 1n
  let root = 1n << BigInt(Math.ceil(target.toString(2).length / 2))
  for (;;) {
    const next = (root + target / root) >> 1n
    if (next >= root) break
    root = next
  }
  return whole(root * root < target ? root + 1n : root)
}

interface ElementCase {
  readonly element: string
  readonly sides: ElementBalance
  /** Not in lowest terms. */
  readonly limit: Rational
  /** In the balance set, as opposed to pick-up elements. */
  readonly closed: boolean
}

function standingOf({ sides, limit }: ElementCase): 'balanced' | 'unassayed' | 'gain' {
  const out = whole(sides.outUg)
  if (compare(out, limit) <= 0) return 'balanced'
  const open = sides.silentUg + sides.boundedUg
  return open > 0n && compare(out, add(limit, whole(open))) <= 0 ? 'unassayed' : 'gain'
}

function judgeElement(found: ElementCase, review: Review): void {
  const standing = standingOf(found)
  if (standing === 'unassayed') review.findings.push(unassayed(found.element, found.sides))
  if (standing === 'gain') review.findings.push(gain(found))
}

function gain({ element, sides, limit, closed }: ElementCase) {
  const open = sides.silentUg + sides.boundedUg
  const most = formatKg(limit.n / limit.d + open)
  const given = open > 0n ? 'inputs and what their assays leave open' : 'inputs'
  const times =
    sides.inUg > 0n
      ? ` (${formatDecimal(divide(whole(sides.outUg), whole(sides.inUg)), 4)} times)`
      : ''
  return report('MB_ELEMENT_GAIN', {
    pointer: '/outputs',
    message: `More ${element} comes out than went in: ${formatKg(sides.outUg)} kg of ${formatKg(sides.inUg)} kg${times}.`,
    expected: `at most ${most} kg ${element} (${given}${closed ? ', tolerance and rounding allowance' : ' and process pick-up'})`,
    actual: `${formatKg(sides.outUg)} kg ${element}`,
    remedy:
      sides.inUg === 0n
        ? `Name the batch that brought the ${element}, or correct the assay.`
        : 'Check masses and assays; an oxide holds less metal than it weighs (700 kg of Nd2O3 give at most 600 kg of Nd).'
  })
}

function unassayed(element: string, sides: ElementBalance) {
  const silent = sides.silentUg > 0n
  return report('MB_UNASSAYED', {
    pointer: '/inputs',
    message: `The balance of ${element} cannot be closed: an input ${silent ? 'does not state it' : 'states only a bound of it, or that it was not assayed'}.`,
    expected: `${silent ? 'an assay' : 'a value'} of ${element} on every input`,
    actual: `${formatKg(sides.outUg)} kg ${element} out, ${formatKg(sides.inUg)} kg stated in`,
    remedy: silent
      ? `Assay the inputs for ${element}, or declare their assay complete.`
      : `State how much ${element} the inputs hold, where it was measured.`
  })
}

const ZERO: Rational = { n: 0n, d: 1n }

function whole(ug: bigint): Rational {
  return { n: ug, d: 1n }
}
