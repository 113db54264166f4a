import type { Rational } from '../../quantity/rational.ts'
import {
  add,
  compare,
  divide,
  multiply,
  ONE,
  ratio,
  rational,
  subtract
} from '../../quantity/rational.ts'
import type { Content } from '../content.ts'
import { leftOpen } from '../content.ts'
import type { BatchDeclaration } from '../event.ts'
import type { Review } from '../review.ts'
import type { StageFacts } from '../table.ts'
import { parameter } from './parameter.ts'
import { readable } from './percentage.ts'
import type { Balance } from './r03-balance.ts'
import { balanceOf } from './r03-balance.ts'
import { report, reportLesser } from './table.ts'

/** Followed by their activity, not by recovery: they are meant to stay behind. */
const WASTE = ['Th', 'U']

/**
 * R5: the target elements of the main products are recovered as the stages usually do. What neither
 * leaves as product nor is declared as residue or loss must not be more than the stages can lose.
 * The bands of several stages multiply. That no more comes out than went in is rule R3.
 */
export function reviewRecovery(
  balance: Balance,
  declarations: readonly BatchDeclaration[],
  stages: readonly StageFacts[],
  review: Review
): void {
  const bands = bandsOf(stages)
  if (!bands) return
  const slack = slackOf(stages, review)
  const severalMains = ofRole('main', balance, declarations).length > 1
  for (const element of targets(balance, declarations, review)) {
    const flow = flowOf(element, balance, declarations, review)
    if (!flow) continue
    judge({ element, flow, bands, slack, severalMains }, review)
  }
}

interface Bands {
  readonly hardLow: Rational
  readonly low: Rational
  readonly high: Rational
}

/** Fractions; null where a stage has no band, as mining. */
function bandsOf(stages: readonly StageFacts[]): Bands | null {
  let bands: Bands = { hardLow: ONE, low: ONE, high: ONE }
  for (const { recoveryHard, recoveryTypical } of stages) {
    if (!recoveryHard || !recoveryTypical) return null
    bands = {
      hardLow: multiply(bands.hardLow, percent(recoveryHard[0])),
      low: multiply(bands.low, percent(recoveryTypical[0])),
      high: multiply(bands.high, percent(recoveryTypical[1]))
    }
  }
  return bands
}

function percent(text: string): Rational {
  return divide(parameter(text), rational(100n))
}

/** How far a recovery may miss a band before anything is said, as fractions. */
interface Slack {
  /** The bands are wide: only what rounding does to a share is forgiven. */
  readonly below: Rational
  /** Recoveries near the whole are usual, and assays are as good here as they are in the balance. */
  readonly above: Rational
}

function slackOf(stages: readonly StageFacts[], { reference }: Review): Slack {
  const { tolerance, outputMassAllowance } = reference.rules.r3
  const kind = stages.some((stage) => stage.balance === 'ore') ? 'ore' : 'chemistry'
  return { below: parameter(outputMassAllowance), above: parameter(tolerance[kind]) }
}

function targets(
  balance: Balance,
  declarations: readonly BatchDeclaration[],
  review: Review
): string[] {
  const { r3, r5 } = review.reference.rules
  const least = parameter(r5.targetShare)
  const mains = ofRole('main', balance, declarations)
  return r3.balanceSet.filter(
    (symbol) =>
      !WASTE.includes(symbol) &&
      mains.some(
        ({ elements, massUg }) => compare(ratio(elements.get(symbol) ?? 0n, massUg), least) >= 0
      )
  )
}

function ofRole(
  role: BatchDeclaration['role'],
  balance: Balance,
  declarations: readonly BatchDeclaration[]
): Content[] {
  return balance.outputs.filter((_, index) => declarations[index]?.role === role)
}

/** Fractions of the element's mass in the inputs, not in lowest terms. */
interface Flow {
  readonly main: Rational
  /** Main products and co-products: what stays in the books. */
  readonly products: Rational
  /** And what is declared to have left them, residues without an assay as far as they can hold it. */
  readonly declared: Rational
}

function flowOf(
  element: string,
  balance: Balance,
  declarations: readonly BatchDeclaration[],
  review: Review
): Flow | null {
  const rareEarth = review.reference.chemistry.rareEarths.has(element)
  const sides = balanceOf(element, balance, rareEarth)
  // Where an input does not state the element, nobody can tell what part of it was recovered.
  if (sides.inUg === 0n || sides.silentUg > 0n) return null
  const of = (contents: readonly Content[]) =>
    contents.reduce((sum, { elements }) => sum + (elements.get(element) ?? 0n), 0n)
  const silent = balance.residues.reduce(
    (sum, residue) => sum + leftOpen(residue, element, rareEarth),
    0n
  )
  const main = of(ofRole('main', balance, declarations))
  const share = (ug: bigint) => ratio(ug, sides.inUg)
  return {
    main: share(main),
    products: share(main + of(ofRole('co_product', balance, declarations))),
    declared: share(sides.outUg + silent)
  }
}

interface Case {
  readonly element: string
  readonly flow: Flow
  readonly bands: Bands
  readonly slack: Slack
  /** Absent roles are main: scrap among the outputs may count as product by that alone. */
  readonly severalMains: boolean
}

function judge({ element, flow, bands, slack, severalMains }: Case, review: Review): void {
  const least = subtract(bands.hardLow, slack.below)
  if (compare(flow.declared, least) < 0) {
    review.findings.push(
      report('MB_ELEMENT_LOSS', {
        pointer: '/outputs',
        message: `Only ${inPercent(flow.declared)} % of the ${element} is accounted for.`,
        expected: `at least ${inPercent(bands.hardLow)} % in products, residues and losses`,
        actual: `${inPercent(flow.declared)} %`,
        remedy: `Declare where the ${element} is: residues, losses, or another batch; or check the masses and assays.`
      })
    )
    return
  }
  const few = compare(flow.products, subtract(bands.low, slack.below)) < 0
  const balanced = compare(flow.main, add(ONE, slack.above)) <= 0
  const many = balanced && compare(flow.main, add(bands.high, slack.above)) > 0
  if (!few && !many) return
  const actual = few ? flow.products : flow.main
  review.findings.push(
    reportLesser('MB_ELEMENT_LOSS', {
      pointer: '/outputs',
      message: `${inPercent(actual)} % of the ${element} is recovered, which is unusually ${few ? 'little' : 'much'}.`,
      expected: `${inPercent(bands.low)} to ${inPercent(bands.high)} %`,
      actual: `${inPercent(actual)} %`,
      remedy: few
        ? 'Check the masses and assays of the outputs.'
        : `Check whether every input is named${severalMains ? ', and give what only arises beside the product (swarf, scrap) the role co_product' : ''}.`
    })
  )
}

function inPercent(share: Rational): string {
  return readable(multiply(share, rational(100n)))
}
