import { exactMicrograms } from '../quantity/mass.ts'
import { multiply, parseDecimal, type Rational, rational } from '../quantity/rational.ts'
import type { UnitTable } from '../quantity/unit.ts'
import type { DeclaredUnit, Quantity } from './product.ts'

const MICROGRAMS_PER_KILOGRAM = 1_000_000_000n

/** What turns a unit that is not one of mass into kilograms, by what the unit measures. */
const PER_UNIT: Readonly<
  Record<string, { readonly properties: readonly string[]; readonly unit: RegExp }>
> = {
  volume: { properties: ['gross_density', 'bulk_density'], unit: /^kg\/m(3|\^3|³)$/ },
  area: { properties: ['grammage'], unit: /^kg\/m(2|\^2|²)$/ },
  length: { properties: ['linear_density'], unit: /^kg\/m$/ }
}

/**
 * Kilograms of one declared unit: its own mass, the mass stated beside it, or its volume, area or
 * length times the density that is stated for it. Null where none of them is known.
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
  if (!stated || !facts || facts.factor === null) return null
  const numbers = [unit.value, facts.factor, stated.value].map(parseDecimal)
  return numbers.reduce<Rational | null>(
    (product, number) => (product && number ? multiply(product, number) : null),
    rational(1n)
  )
}
