import { type Amount, parseAmount, TREO_KEY } from '../../chemistry/assay.ts'
import { compoundOf, elementFraction } from '../../chemistry/formula.ts'
import type { ChemistryTable } from '../../chemistry/table.ts'
import type { Finding } from '../../finding.ts'
import {
  add,
  compare,
  divide,
  formatDecimal,
  multiply,
  ONE,
  parseDecimal,
  type Rational,
  rational,
  subtract,
  ZERO
} from '../../quantity/rational.ts'
import type { UnitTable } from '../../quantity/unit.ts'
import type { Reference } from '../../reference.ts'
import type { Assay } from '../event.ts'
import type { ProductFacts } from '../table.ts'
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
  const totals = totalsOf(subject.assay, reference)
  const fraction = reviewFraction(subject, totals, reference)
  if (fraction.length > 0) return fraction
  return [...reviewTreo(subject, totals, reference), ...reviewSum(subject, totals, reference)]
}

/** Percentages; of the dry mass unless said otherwise. */
interface Totals {
  readonly treo: Rational | null
  /** Rare earths among the values, as the oxides in which they are reported. */
  readonly oxides: Total
  /** Everything: values (TREO in that basis) and trace. */
  readonly all: Total
}

interface Total {
  readonly stated: Rational
  /** With bounds at their limit. */
  readonly most: Rational
  /** Some line of the total is null. */
  readonly open: boolean
}

function totalsOf(assay: Assay, { chemistry, units }: Reference): Totals {
  const scale = percentScale(assay.unit, units)
  const values = linesOf(assay.values, scale)
  const trace = assay.trace
    ? linesOf(assay.trace.values, percentScale(assay.trace.unit, units))
    : []
  const treo = parseDecimal(assay.treo ?? '')
  const treoPct = treo && multiply(treo, scale)
  const oxides = values.flatMap((line) => asReportedOxides(line, chemistry))
  const whole =
    assay.basis === 'TREO' && treoPct
      ? [{ key: TREO_KEY, amount: { kind: 'stated', value: treoPct } } as const, ...trace]
      : [...values, ...trace]
  return { treo: treoPct, oxides: total(oxides), all: total(whole) }
}

interface Line {
  readonly key: string
  /** In percent; null for not assayed. */
  readonly amount: Amount | null
}

function linesOf(values: Assay['values'], scale: Rational): Line[] {
  return Object.entries(values).map(([key, text]) => {
    const amount = text === null ? null : parseAmount(text)
    return { key, amount: amount && { ...amount, value: multiply(amount.value, scale) } }
  })
}

/** A line once for every rare earth in it, as percent of the oxide in which that is reported. */
function asReportedOxides(line: Line, chemistry: ChemistryTable): Line[] {
  const fractions = compoundOf(line.key, chemistry)?.fractions ?? new Map<string, Rational>()
  return [...fractions].flatMap(([symbol, fraction]) => {
    const oxide = chemistry.elements.get(symbol)?.reportedOxide
    if (oxide === undefined || !chemistry.rareEarths.has(symbol)) return []
    if (oxide === line.key || line.amount === null) return [line]
    const factor = divide(fraction, elementFraction(oxide, symbol, chemistry))
    return [{ ...line, amount: { ...line.amount, value: multiply(line.amount.value, factor) } }]
  })
}

function total(lines: readonly Line[]): Total {
  let stated = ZERO
  let bounds = ZERO
  for (const { amount } of lines) {
    if (amount?.kind === 'stated') stated = add(stated, amount.value)
    else if (amount?.kind === 'bound') bounds = add(bounds, amount.value)
  }
  return {
    stated,
    most: add(stated, bounds),
    open: lines.some((line) => line.amount === null)
  }
}

/** N37: 0.60 stated as percent where 60 is meant. */
function reviewFraction(
  { assay, product, pointer }: Subject,
  totals: Totals,
  { rules, units }: Reference
): Finding[] {
  if (compare(percentScale(assay.unit, units), ONE) !== 0) return []
  const maximum = decimal(rules.r4.sumMaximumPct)
  const floor = product?.rareEarthFloorPct
  const treo = totals.treo ?? (assay.basis === 'TREO' ? null : totals.oxides.stated)
  if (floor !== undefined && treo && positive(treo) && compare(treo, decimal(floor)) <= 0) {
    return [fraction(totals.treo ? `${pointer}/treo` : `${pointer}/values`, treo)]
  }
  const least = decimal(rules.r4.completeMinimumPct)
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
function reviewTreo({ assay, pointer }: Subject, totals: Totals, { rules }: Reference): Finding[] {
  if (totals.treo === null) return []
  const expected = assay.basis === 'TREO' ? HUNDRED : totals.treo
  const tolerance = multiply(expected, decimal(rules.r4.treoTolerance))
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
      expected: `${trimmed(expected)} % within ${trimmed(multiply(decimal(rules.r4.treoTolerance), HUNDRED))} % of it`,
      actual: `${trimmed(stated)} %`,
      remedy: tooMuch
        ? 'Check the basis: oxides weigh more than their elements.'
        : 'List every rare-earth oxide, null for those not assayed, or leave `treo` out.'
    })
  ]
}

function reviewSum({ assay, pointer }: Subject, totals: Totals, { rules }: Reference): Finding[] {
  const maximum = decimal(rules.r4.sumMaximumPct)
  const minimum = decimal(rules.r4.completeMinimumPct)
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

const HUNDRED = rational(100n)

function percentScale(unit: string, units: UnitTable): Rational {
  return multiply(decimal(units.get(unit)?.factor ?? '0'), HUNDRED)
}

function hundredth(value: Rational): Rational {
  return divide(value, HUNDRED)
}

function positive(value: Rational): boolean {
  return compare(value, ZERO) > 0
}

function decimal(text: string): Rational {
  return parseDecimal(text) ?? ZERO
}

/** At most four places, for people to read. */
function trimmed(value: Rational): string {
  return formatDecimal(value, 4).replace(/\.?0+$/, '')
}
