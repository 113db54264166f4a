import { type AssayTotals, assayTotals } from '../../chemistry/assay-totals.ts'
import type { Finding } from '../../finding.ts'
import {
  add,
  compare,
  divide,
  formatDecimal,
  multiply,
  type Rational,
  rational,
  subtract,
  ZERO
} from '../../quantity/rational.ts'
import type { Reference } from '../../reference.ts'
import type { Assay } from '../event.ts'
import type { ProductFacts } from '../table.ts'
import { parameter } from './parameter.ts'
import { report } from './table.ts'

interface Subject {
  readonly assay: Assay
  readonly product: ProductFacts | null
  readonly pointer: string
}

/**
 * R4 for the assay as a whole: percent was not mistaken for a fraction, TREO is the sum of its
 * oxides, everything adds up. Expects lines that have been reviewed. A fraction in place of percent
 * is reported alone, since it upsets every sum.
 */
export function reviewTotals(subject: Subject, reference: Reference): Finding[] {
  const totals = assayTotals(subject.assay, reference.chemistry, reference.units)
  const fraction = reviewFraction(subject, totals, reference)
  if (fraction.length > 0) return fraction
  const sum = reviewSum(subject, totals, reference)
  return [
    ...reviewTreo(subject, totals, reference),
    ...(sum.length > 0 ? sum : reviewBound(subject, totals, reference))
  ]
}

/** N37: 0.60 stated as percent where 60 is meant. */
function reviewFraction(
  { assay, product, pointer }: Subject,
  totals: AssayTotals,
  { rules }: Reference
): Finding[] {
  if (assay.unit !== PERCENT) return []
  const maximum = parameter(rules.r4.sumMaximumPct)
  const floor = product?.rareEarthFloorPct
  const treo = totals.treo ?? (assay.basis === 'TREO' ? null : totals.oxides.stated)
  if (floor !== undefined && treo && positive(treo) && compare(treo, parameter(floor)) <= 0) {
    return [fraction(totals.treo ? `${pointer}/treo` : `${pointer}/values`, treo)]
  }
  const least = parameter(rules.r4.completeMinimumPct)
  const whole = assay.basis === 'TREO' ? totals.oxides.stated : totals.all.stated
  const closes = assay.complete || assay.basis === 'TREO'
  const within = compare(whole, hundredth(least)) >= 0 && compare(whole, hundredth(maximum)) <= 0
  return closes && within ? [fraction(`${pointer}/values`, whole)] : []
}

function fraction(pointer: string, value: Rational): Finding {
  return report('PCT_FRACTION', {
    pointer,
    message: 'The unit is percent, but the figures look like fractions of one.',
    expected: `percent, for instance ${trimmed(multiply(value, HUNDRED))}`,
    actual: trimmed(value),
    remedy: 'Multiply the values by 100, or correct the unit.'
  })
}

/**
 * TREO is the sum of the rare-earth oxides within the tolerance. Whoever states it lists them all;
 * an oxide that is listed as null leaves the sum open below.
 */
function reviewTreo(
  { assay, pointer }: Subject,
  totals: AssayTotals,
  { rules }: Reference
): Finding[] {
  if (totals.treo === null) return []
  const expected = assay.basis === 'TREO' ? HUNDRED : totals.treo
  const tolerance = multiply(expected, parameter(rules.r4.treoTolerance))
  const { stated, most, open } = totals.oxides
  const tooMuch = compare(stated, add(expected, tolerance)) > 0
  const tooLittle = !open && compare(most, subtract(expected, tolerance)) < 0
  if (!tooMuch && !tooLittle) return []
  return [
    report('ASSAY_TREO_MISMATCH', {
      pointer: assay.basis === 'TREO' ? `${pointer}/values` : `${pointer}/treo`,
      message:
        assay.basis === 'TREO'
          ? 'The parts of TREO do not add up to 100 %.'
          : 'TREO is not the sum of the rare-earth oxides.',
      expected: `${trimmed(expected)} % within ${trimmed(multiply(parameter(rules.r4.treoTolerance), HUNDRED))} % of it`,
      actual: `${trimmed(stated)} %`,
      remedy: tooMuch
        ? 'Check the basis: oxides weigh more than their elements.'
        : 'List every rare-earth oxide, null for those not assayed, or leave `treo` out.'
    })
  ]
}

function reviewSum(
  { assay, pointer }: Subject,
  totals: AssayTotals,
  { rules }: Reference
): Finding[] {
  const maximum = parameter(rules.r4.sumMaximumPct)
  const minimum = parameter(rules.r4.completeMinimumPct)
  const tooMuch = compare(totals.all.stated, maximum) > 0
  const tooLittle = assay.complete && compare(totals.all.most, minimum) < 0
  if (!tooMuch && !tooLittle) return []
  return [
    report('ASSAY_SUM', {
      pointer: `${pointer}/values`,
      message: tooMuch
        ? 'The assay adds up to more than the material.'
        : 'The assay says it is complete, but does not add up to the material.',
      expected: assay.complete
        ? `${rules.r4.completeMinimumPct} to ${rules.r4.sumMaximumPct} %`
        : `at most ${rules.r4.sumMaximumPct} %`,
      actual: `${trimmed(totals.all.stated)} %`,
      remedy: tooMuch
        ? 'Check the values and the basis: percent of dry mass, oxides or elements.'
        : 'State what is missing, or leave `complete` out where the product allows it.'
    })
  ]
}

/**
 * Where all rare earths are bound, 99 % of elements leave no room for what binds them: figures of
 * oxides were stated as elements. It would bring a sixth more of each into the books than there is.
 */
function reviewBound(
  { assay, product, pointer }: Subject,
  totals: AssayTotals,
  { rules }: Reference
): Finding[] {
  if (!product?.rareEarthsBound || assay.basis === 'TREO') return []
  const { stated } = totals.lightest
  if (compare(stated, parameter(rules.r4.sumMaximumPct)) <= 0) return []
  return [
    report('ASSAY_SUM', {
      pointer: `${pointer}/values`,
      message: `${product.name} holds no rare earth as metal, and as oxides those of the assay weigh more than the material.`,
      expected: `at most ${rules.r4.sumMaximumPct} % as oxides Ln2O3`,
      actual: `${trimmed(stated)} %`,
      remedy:
        'Where the figures are those of oxides, say so: basis oxide, and Nd2O3 instead of Nd. Else check them and the product class.'
    })
  ]
}

const HUNDRED = rational(100n)

/** Rec 20 code. */
const PERCENT = 'P1'

function hundredth(value: Rational): Rational {
  return divide(value, HUNDRED)
}

function positive(value: Rational): boolean {
  return compare(value, ZERO) > 0
}

/** At most four places, for people to read. */
function trimmed(value: Rational): string {
  return formatDecimal(value, 4).replace(/\.?0+$/, '')
}
