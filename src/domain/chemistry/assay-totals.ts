import type { Assay } from '../custody/event.ts'
import {
  addUnreduced,
  divide,
  multiplyUnreduced,
  parseDecimalUnreduced,
  type Rational,
  rational,
  ZERO
} from '../quantity/rational.ts'
import type { UnitTable } from '../quantity/unit.ts'
import { type Amount, parseAmount, TREO_KEY } from './amount.ts'
import { compoundOf, elementFraction } from './formula.ts'
import type { ChemistryTable } from './table.ts'

/** What an assay adds up to, in percent of the dry mass unless said otherwise. */
export interface AssayTotals {
  /** As stated; null when it is not. */
  readonly treo: Rational | null
  /** Rare earths among the values, as the oxides they are reported in; of TREO in that basis. */
  readonly oxides: Total
  /** The same as the lightest oxides in which they occur, Ln2O3: no compound holds less beside them. */
  readonly lightest: Total
  /** Everything: the values (in basis TREO its total) and the trace. */
  readonly all: Total
}

/** Percentages are not in lowest terms. */
interface Total {
  readonly stated: Rational
  /** With bounds at their limit. */
  readonly most: Rational
  /** Some line of the total was not assayed. */
  readonly open: boolean
}

/** Adds up an assay whose lines can be read; a line that cannot counts as not assayed. */
export function assayTotals(assay: Assay, table: ChemistryTable, units: UnitTable): AssayTotals {
  const scale = percentScale(assay.unit, units)
  const values = linesOf(assay.values, scale)
  const trace = assay.trace
    ? linesOf(assay.trace.values, percentScale(assay.trace.unit, units))
    : []
  const treo = linesOf({ [TREO_KEY]: assay.treo ?? null }, scale)
  return {
    treo: treo[0]?.amount?.value ?? null,
    oxides: total(values.flatMap((line) => asReportedOxides(line, table))),
    lightest: total(values.flatMap((line) => asLightestOxides(line, table))),
    all: total([...(assay.basis === 'TREO' ? treo : values), ...trace])
  }
}

interface Line {
  readonly key: string
  /** In percent; null for not assayed. */
  readonly amount: Amount | null
}

function linesOf(values: Assay['values'], scale: Rational): Line[] {
  return Object.entries(values).map(([key, text]) => {
    const amount = text === null ? null : parseAmount(text)
    if (amount === null) return { key, amount }
    return { key, amount: { ...amount, value: multiplyUnreduced(amount.value, scale) } }
  })
}

/** The line once for every rare earth in it, as percent of the oxide in which that is reported. */
function asReportedOxides({ key, amount }: Line, table: ChemistryTable): Line[] {
  const factors = compoundOf(key, table)?.reportedOxides.values() ?? []
  return [...factors].map((factor) => ({
    key,
    amount: amount && { ...amount, value: multiplyUnreduced(amount.value, factor) }
  }))
}

function asLightestOxides({ key, amount }: Line, table: ChemistryTable): Line[] {
  const fractions = compoundOf(key, table)?.fractions ?? new Map<string, Rational>()
  return [...fractions].flatMap(([symbol, fraction]) => {
    if (!table.rareEarths.has(symbol)) return []
    const factor = divide(fraction, elementFraction(`${symbol}2O3`, symbol, table))
    return [
      { key, amount: amount && { ...amount, value: multiplyUnreduced(amount.value, factor) } }
    ]
  })
}

function total(lines: readonly Line[]): Total {
  let stated = ZERO
  let bounds = ZERO
  let open = false
  for (const { amount } of lines) {
    if (amount === null) open = true
    else if (amount.kind === 'stated') stated = addUnreduced(stated, amount.value)
    else bounds = addUnreduced(bounds, amount.value)
  }
  return { stated, most: addUnreduced(stated, bounds), open }
}

/** What turns a value in this unit into percent: 1 for percent, 1/10 000 for ppm. */
function percentScale(unit: string, units: UnitTable): Rational {
  const factor = parseDecimalUnreduced(units.get(unit)?.factor ?? '') ?? ZERO
  return rational(factor.n * 100n, factor.d)
}
