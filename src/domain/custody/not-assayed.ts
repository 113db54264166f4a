import type { ElementContent } from '../chemistry/assay.ts'
import { type AssayTotals, assayTotals } from '../chemistry/assay-totals.ts'
import type { Compound } from '../chemistry/formula.ts'
import { compoundOf } from '../chemistry/formula.ts'
import type { Rational } from '../quantity/rational.ts'
import {
  add,
  ceiling,
  compare,
  divide,
  multiply,
  ONE,
  rational,
  subtract,
  ZERO
} from '../quantity/rational.ts'
import type { Reference } from '../reference.ts'
import type { Assay } from './event.ts'
import { parameter } from './rules/parameter.ts'

/**
 * R4: not assayed is null, never 0. An assay with a total speaks for what it does not list: that is absent.
 * Of an element that it lists as null, and states in no other line, there may be as much as the total still
 * bears. The bounds of the assay with those, by element, micrograms, rounded up.
 */
export function boundsOf(
  { micrograms, upperBounds }: ElementContent,
  assay: Assay,
  dry: Rational,
  reference: Reference
): ReadonlyMap<string, bigint> {
  const lines = listedAsNull(assay)
  if (lines.length === 0) return upperBounds
  const bounds = new Map(upperBounds)
  const totals = assayTotals(assay, reference.chemistry, reference.units)
  for (const compound of lines.flatMap((key) => compoundOf(key, reference.chemistry) ?? [])) {
    const symbols = [...compound.fractions.keys()].filter(
      (symbol) => !(micrograms.has(symbol) || upperBounds.has(symbol))
    )
    for (const symbol of symbols) {
      const room = roomFor(symbol, { assay, totals, compound }, reference)
      const most = ceiling(multiply(room, dry))
      if (most > (bounds.get(symbol) ?? 0n)) bounds.set(symbol, most)
    }
  }
  return bounds
}

function listedAsNull({ values, trace }: Assay): string[] {
  const lines = [...Object.entries(values), ...Object.entries(trace?.values ?? {})]
  return lines.flatMap(([key, value]) => (value === null ? key : []))
}

/** Their oxygen is a convention of reporting, and no content. */
const AS_OXIDES: readonly Assay['basis'][] = ['oxide', 'TREO']

interface Line {
  readonly assay: Assay
  readonly totals: AssayTotals
  readonly compound: Compound
}

/** Fraction of the dry mass; nothing where no total speaks for the element. */
function roomFor(symbol: string, { assay, totals, compound }: Line, reference: Reference) {
  if (symbol === 'O' && AS_OXIDES.includes(assay.basis)) return ZERO
  const share = compound.fractions.get(symbol) ?? ZERO
  const { sumMaximumPct, treoTolerance } = reference.rules.r4
  const rooms: Rational[] = []
  if (assay.complete) {
    const left = percent(subtract(parameter(sumMaximumPct), totals.all.stated))
    rooms.push(multiply(left, share))
  }
  if (totals.treo !== null && reference.chemistry.rareEarths.has(symbol)) {
    const [whole, part] =
      assay.basis === 'TREO' ? [HUNDRED, percent(totals.treo)] : [totals.treo, ONE]
    const most = multiply(whole, add(ONE, parameter(treoTolerance)))
    const left = multiply(percent(subtract(most, totals.oxides.stated)), part)
    const asOxides = [...compound.reportedOxides.values()].reduce(add, ZERO)
    rooms.push(divide(multiply(left, share), asOxides))
  }
  const [first = ZERO, ...others] = rooms
  return others.reduce((low, room) => (compare(room, low) < 0 ? room : low), first)
}

const HUNDRED = rational(100n)

function percent(value: Rational): Rational {
  return divide(value, HUNDRED)
}
