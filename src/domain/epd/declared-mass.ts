import { exactMicrograms } from '../quantity/mass.ts'
import {
  compare,
  multiply,
  parseDecimal,
  type Rational,
  rational,
  ZERO
} from '../quantity/rational.ts'
import type { UnitTable } from '../quantity/unit.ts'
import { parseAmount } from './amount.ts'
import type { DeclaredUnit, Quantity } from './product.ts'

const MICROGRAMS_PER_KILOGRAM = 1_000_000_000n

/** What turns a unit that is not one of mass into kilograms, by what the unit measures. */
const PER_UNIT: Readonly<
  Record<string, { readonly properties: readonly string[]; readonly unit: RegExp }>
> = {
  volume: { properties: ['gross_density', 'bulk_density'], unit: /^kg\/m(3|\^3|³)$/ },
  area: { properties: ['grammage'], unit: /^kg\/m(2|\^2|²)$/ },
  length: { properties: ['linear_density'], unit: /^kg\/m$/ },
  count: { properties: ['weight_per_piece'], unit: /^kg$/ }
}

/**
 * Kilograms of one declared unit: its own mass, the mass stated beside it, or its volume, area,
 * length or number times what is stated that one of it weighs. Null where none of them is known.
 */
export function declaredMassKg(unit: DeclaredUnit, units: UnitTable): Rational | null {
  return massKg(unit, units) ?? (unit.mass ? massKg(unit.mass, units) : propertyMassKg(unit, units))
}

/** Kilograms of a quantity of mass; null for any other unit. */
export function massKg({ value, unit }: Quantity, units: UnitTable): Rational | null {
  const micrograms = exactMicrograms(value, unit, units)
  return micrograms && rational(micrograms.n, micrograms.d * MICROGRAMS_PER_KILOGRAM)
}

function propertyMassKg(unit: DeclaredUnit, units: UnitTable): Rational | null {
  const facts = units.get(unit.unit)
  const per = PER_UNIT[facts?.quantity ?? '']
  const stated = unit.properties.find(
    (each) => per?.properties.includes(each.property) && per.unit.test(each.unit.trim())
  )
  // Properties are stated with exponents as well: Java writes large and small numbers so.
  const perOne = parseAmount(stated?.value ?? '')?.value ?? ZERO
  const [amount, factor] = [unit.value, facts?.factor ?? ''].map(parseDecimal)
  if (!amount || !factor || compare(perOne, ZERO) <= 0) return null
  return multiply(multiply(amount, factor), perOne)
}
