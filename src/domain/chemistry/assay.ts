import type { Assay } from '../custody/event.ts'
import {
  addUnreduced,
  ceiling,
  multiplyUnreduced,
  parseDecimalUnreduced,
  type Rational,
  rational,
  roundHalfEven,
  ZERO
} from '../quantity/rational.ts'
import type { UnitTable } from '../quantity/unit.ts'
import { type Amount, parseAmount, TREO_KEY } from './amount.ts'
import { compoundOf } from './formula.ts'
import type { ChemistryTable } from './table.ts'

/** What an assay says of a dry mass, by element symbol. */
export interface ElementContent {
  /** Element mass, rounded once, half to even; only elements of at least one microgram. */
  readonly micrograms: ReadonlyMap<string, bigint>
  /** For values such as `<0.05`: the most that those lines allow, rounded up; never content. */
  readonly upperBounds: ReadonlyMap<string, bigint>
  /** Expanded (k=2) uncertainty over content, where every line that adds to the element states it. */
  readonly relativeUncertainty: ReadonlyMap<string, Rational>
}

/**
 * Element masses in `dry` micrograms of dry material, as it was stated and not rounded. What is null or absent was not assayed and
 * yields nothing. The oxygen of the bases oxide and TREO is a convention of reporting (the Nd of
 * bastnaesite is reported as Nd2O3), so it is not content; compounds are taken as they are.
 *
 * Expects an assay that `reviewAssay` accepts; lines it would refuse add nothing.
 */
export function elementContent(
  assay: Assay,
  dry: Rational,
  table: ChemistryTable,
  units: UnitTable
): ElementContent {
  const sums = new Map<string, Sum>()
  const asOxides = assay.basis === 'oxide' || assay.basis === 'TREO'
  for (const line of valueLines(assay, units)) addLine(sums, line, asOxides, table)
  for (const line of traceLines(assay, units)) addLine(sums, line, false, table)

  const micrograms = new Map<string, bigint>()
  const upperBounds = new Map<string, bigint>()
  const relativeUncertainty = new Map<string, Rational>()
  for (const [symbol, { stated, bound, uncertainty }] of sums) {
    const most = ceiling(multiplyUnreduced(bound, dry))
    if (most > 0n) upperBounds.set(symbol, most)
    const content = roundHalfEven(multiplyUnreduced(stated, dry))
    if (content <= 0n) continue
    micrograms.set(symbol, content)
    if (uncertainty === null) continue
    relativeUncertainty.set(symbol, rational(uncertainty.n * stated.d, uncertainty.d * stated.n))
  }
  return { micrograms, upperBounds, relativeUncertainty }
}

/** A value of the assay as a fraction of the dry mass; not in lowest terms. */
interface Line {
  readonly formula: string
  readonly kind: Amount['kind']
  readonly fraction: Rational
  /** Expanded, as a fraction of the dry mass; null where it is not stated. */
  readonly uncertainty: Rational | null
}

function valueLines(assay: Assay, units: UnitTable): Line[] {
  const scale = scaleOf(assay.unit, units)
  if (assay.basis !== 'TREO') {
    return linesOf(assay.values, scale, (formula) => scaled(assay.uncertainty?.[formula], scale))
  }
  const treo = scaled(assay.treo, scale)
  const ofTreo = scaled(assay.uncertainty?.[TREO_KEY], scale)
  if (treo === null) return []
  return linesOf(assay.values, scale, (formula) => scaled(assay.uncertainty?.[formula], scale)).map(
    (line) => ({
      ...line,
      fraction: multiplyUnreduced(line.fraction, treo),
      uncertainty: ofProduct(line, { value: treo, uncertainty: ofTreo })
    })
  )
}

/** The uncertainty of a product is at most a x U(b) + b x U(a); both must be stated. */
function ofProduct(
  line: Line,
  treo: { readonly value: Rational; readonly uncertainty: Rational | null }
): Rational | null {
  if (line.uncertainty === null || treo.uncertainty === null) return null
  return addUnreduced(
    multiplyUnreduced(line.uncertainty, treo.value),
    multiplyUnreduced(treo.uncertainty, line.fraction)
  )
}

function traceLines(assay: Assay, units: UnitTable): Line[] {
  if (assay.trace === undefined) return []
  return linesOf(assay.trace.values, scaleOf(assay.trace.unit, units), () => null)
}

function linesOf(
  values: Assay['values'],
  scale: Rational,
  uncertaintyOf: (formula: string) => Rational | null
): Line[] {
  return Object.entries(values).flatMap(([formula, text]) => {
    const amount = text === null ? null : parseAmount(text)
    if (amount === null) return []
    const fraction = multiplyUnreduced(amount.value, scale)
    return [{ formula, kind: amount.kind, fraction, uncertainty: uncertaintyOf(formula) }]
  })
}

/** Sums of fractions of the dry mass. Denominators grow, and are reduced once at the end. */
interface Sum {
  stated: Rational
  bound: Rational
  uncertainty: Rational | null
}

function addLine(
  sums: Map<string, Sum>,
  line: Line,
  asOxide: boolean,
  table: ChemistryTable
): void {
  const compound = compoundOf(line.formula, table)
  if (compound === null) return
  for (const [symbol, share] of compound.fractions) {
    if (asOxide && symbol === 'O') continue
    const sum = sums.get(symbol) ?? { stated: ZERO, bound: ZERO, uncertainty: ZERO }
    sums.set(symbol, sum)
    if (line.kind === 'bound')
      sum.bound = addUnreduced(sum.bound, multiplyUnreduced(line.fraction, share))
    else if (line.fraction.n > 0n) addStated(sum, line, share)
  }
}

function addStated(sum: Sum, line: Line, share: Rational): void {
  sum.stated = addUnreduced(sum.stated, multiplyUnreduced(line.fraction, share))
  if (sum.uncertainty === null || line.uncertainty === null) sum.uncertainty = null
  else sum.uncertainty = addUnreduced(sum.uncertainty, multiplyUnreduced(line.uncertainty, share))
}

function scaleOf(unit: string, units: UnitTable): Rational {
  const facts = units.get(unit)
  const factor = facts?.quantity === 'fraction' ? facts.factor : null
  return parseDecimalUnreduced(factor ?? '') ?? ZERO
}

function scaled(text: string | undefined, scale: Rational): Rational | null {
  const value = text === undefined ? null : parseDecimalUnreduced(text)
  return value === null ? null : multiplyUnreduced(value, scale)
}
