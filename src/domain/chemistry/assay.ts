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
  for (const line of massFractions(assay, units)) addLine(sums, line, assay.basis, table)

  const micrograms = new Map<string, bigint>()
  const upperBounds = new Map<string, bigint>()
  const relativeUncertainty = new Map<string, Rational>()
  for (const [symbol, sum] of sums) {
    const content = roundHalfEven({ n: sum.stated.n * dryUg, d: sum.stated.d })
    if (content > 0n) micrograms.set(symbol, content)
    const bound = ceiling({ n: sum.bound.n * dryUg, d: sum.bound.d })
    if (bound > 0n) upperBounds.set(symbol, bound)
    if (content > 0n && sum.uncertainty !== null) {
      relativeUncertainty.set(
        symbol,
        rational(sum.uncertainty.n * sum.stated.d, sum.uncertainty.d * sum.stated.n)
      )
    }
  }
  return { micrograms, upperBounds, relativeUncertainty }
}

/** One value of an assay: the limit of a bound, the number of a measurement. */
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
  readonly section: 'values' | 'trace'
  readonly formula: string
  readonly kind: Amount['kind']
  readonly fraction: Rational
  /** Expanded uncertainty, as a fraction of the dry mass. */
  readonly uncertainty: Rational | null
}

/** Sums of fractions of the dry mass. Denominators grow, and are reduced once at the end. */
interface Sum {
  stated: Rational
  bound: Rational
  uncertainty: Rational | null
}

function* massFractions(assay: Assay, units: UnitTable): Generator<Line> {
  const scale = scaleOf(assay.unit, units)
  const treo = assay.basis === 'TREO' ? stated(assay.treo, scale) : ONE
  if (treo !== null) {
    for (const [formula, text] of Object.entries(assay.values)) {
      const amount = text === null ? null : parseAmount(text)
      if (amount === null) continue
      const part = times(amount.value, scale)
      yield {
        section: 'values',
        formula,
        kind: amount.kind,
        fraction: times(part, treo),
        uncertainty: lineUncertainty(assay, formula, { part, treo, scale })
      }
    }
  }
  if (assay.trace === undefined) return
  const traceScale = scaleOf(assay.trace.unit, units)
  for (const [formula, text] of Object.entries(assay.trace.values)) {
    const amount = text === null ? null : parseAmount(text)
    if (amount === null) continue
    const fraction = times(amount.value, traceScale)
    yield { section: 'trace', formula, kind: amount.kind, fraction, uncertainty: null }
  }
}

/**
 * In TREO basis a line is a product, whose uncertainty is at most part x U(treo) + treo x U(part);
 * both must be stated.
 */
function lineUncertainty(
  assay: Assay,
  formula: string,
  line: { part: Rational; treo: Rational; scale: Rational }
): Rational | null {
  const own = stated(assay.uncertainty?.[formula], line.scale)
  if (own === null || assay.basis !== 'TREO') return own
  const ofTreo = stated(assay.uncertainty?.['treo'], line.scale)
  return ofTreo === null ? null : plus(times(own, line.treo), times(ofTreo, line.part))
}

function addLine(
  sums: Map<string, Sum>,
  line: Line,
  basis: Assay['basis'],
  table: ChemistryTable
): void {
  const compound = compoundOf(line.formula, table)
  if (compound === null) return
  const reportedAsOxide = line.section === 'values' && (basis === 'oxide' || basis === 'TREO')
  for (const [symbol, share] of compound.fractions) {
    if (reportedAsOxide && symbol === 'O' && compound.fractions.size > 1) continue
    let sum = sums.get(symbol)
    if (sum === undefined) sums.set(symbol, (sum = { stated: NIL, bound: NIL, uncertainty: NIL }))
    if (line.kind === 'bound') {
      sum.bound = plus(sum.bound, times(line.fraction, share))
    } else if (line.fraction.n > 0n) {
      sum.stated = plus(sum.stated, times(line.fraction, share))
      sum.uncertainty =
        sum.uncertainty === null || line.uncertainty === null
          ? null
          : plus(sum.uncertainty, times(line.uncertainty, share))
    }
  }
}

function scaleOf(unit: string, units: UnitTable): Rational {
  const facts = units.get(unit)
  const factor = facts?.quantity === 'fraction' ? facts.factor : null
  return parseDecimalUnreduced(factor ?? '') ?? NIL
}

function stated(text: string | undefined, scale: Rational): Rational | null {
  const value = text === undefined ? null : parseDecimalUnreduced(text)
  return value === null ? null : times(value, scale)
}

const NIL: Rational = { n: 0n, d: 1n }
const ONE: Rational = { n: 1n, d: 1n }

/** Unreduced on purpose: a sum is reduced once, when it is rounded. */
function times(a: Rational, b: Rational): Rational {
  return { n: a.n * b.n, d: a.d * b.d }
}

function plus(a: Rational, b: Rational): Rational {
  if (a.n === 0n) return b
  return a.d === b.d ? { n: a.n + b.n, d: a.d } : { n: a.n * b.d + b.n * a.d, d: a.d * b.d }
}
