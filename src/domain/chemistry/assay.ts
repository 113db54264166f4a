import type { Assay } from '../custody/event.ts'
import {
  ceiling,
  parseDecimalUnreduced,
  type Rational,
  rational,
  roundHalfEven
} from '../quantity/rational.ts'
import type { UnitTable } from '../quantity/unit.ts'
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
 * Element masses in `dryUg` micrograms of dry material. What is null or absent was not assayed and
 * yields nothing. The oxygen of the bases oxide and TREO is a convention of reporting (the Nd of
 * bastnaesite is reported as Nd2O3), so it is not content; compounds are taken as they are.
 *
 * Expects an assay that `reviewAssay` accepts; lines it would refuse add nothing.
 */
export function elementContent(
  assay: Assay,
  dryUg: bigint,
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
    const most = ceiling({ n: bound.n * dryUg, d: bound.d })
    if (most > 0n) upperBounds.set(symbol, most)
    const content = roundHalfEven({ n: stated.n * dryUg, d: stated.d })
    if (content <= 0n) continue
    micrograms.set(symbol, content)
    if (uncertainty === null) continue
    relativeUncertainty.set(symbol, rational(uncertainty.n * stated.d, uncertainty.d * stated.n))
  }
  return { micrograms, upperBounds, relativeUncertainty }
}

/** The key under which the uncertainty of `treo` is stated. */
export const TREO_KEY = 'treo'

/** One value of an assay: the limit of a bound, or the number of a measurement. */
export interface Amount {
  readonly kind: 'stated' | 'bound'
  /** In the unit of the assay; not in lowest terms. */
  readonly value: Rational
}

/** Reads `12.5` or `<0.05`; null when it is neither. */
export function parseAmount(text: string): Amount | null {
  const bound = text.startsWith('<')
  const value = parseDecimalUnreduced(bound ? text.slice(1) : text)
  return value === null ? null : { kind: bound ? 'bound' : 'stated', value }
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
      fraction: times(line.fraction, treo),
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
  return plus(times(line.uncertainty, treo.value), times(treo.uncertainty, line.fraction))
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
    const fraction = times(amount.value, scale)
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
    const sum = sums.get(symbol) ?? { stated: NIL, bound: NIL, uncertainty: NIL }
    sums.set(symbol, sum)
    if (line.kind === 'bound') sum.bound = plus(sum.bound, times(line.fraction, share))
    else if (line.fraction.n > 0n) addStated(sum, line, share)
  }
}

function addStated(sum: Sum, line: Line, share: Rational): void {
  sum.stated = plus(sum.stated, times(line.fraction, share))
  if (sum.uncertainty === null || line.uncertainty === null) sum.uncertainty = null
  else sum.uncertainty = plus(sum.uncertainty, times(line.uncertainty, share))
}

function scaleOf(unit: string, units: UnitTable): Rational {
  const facts = units.get(unit)
  const factor = facts?.quantity === 'fraction' ? facts.factor : null
  return parseDecimalUnreduced(factor ?? '') ?? NIL
}

function scaled(text: string | undefined, scale: Rational): Rational | null {
  const value = text === undefined ? null : parseDecimalUnreduced(text)
  return value === null ? null : times(value, scale)
}

const NIL: Rational = { n: 0n, d: 1n }

/** Unreduced on purpose: a sum is reduced once, when it is rounded. */
function times(a: Rational, b: Rational): Rational {
  return { n: a.n * b.n, d: a.d * b.d }
}

function plus(a: Rational, b: Rational): Rational {
  if (a.n === 0n) return b
  return a.d === b.d ? { n: a.n + b.n, d: a.d } : { n: a.n * b.d + b.n * a.d, d: a.d * b.d }
}
