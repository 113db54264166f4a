import { exactMicrograms } from '../quantity/mass.ts'
import { multiply, parseDecimal, type Rational, rational } from '../quantity/rational.ts'
import type { UnitTable } from '../quantity/unit.ts'
import type { DeclaredUnit, MaterialProperty, Quantity } from './product.ts'

const MICROGRAMS_PER_KILOGRAM = 1_000_000_000n
const DENSITIES: readonly MaterialProperty['property'][] = ['gross_density', 'bulk_density']

/**
 * Kilograms of one declared unit: its own mass, the mass stated beside it, or its volume times a
 * density in kg/m3. Null where none of them is known.
 */
export function declaredMassKg(unit: DeclaredUnit, units: UnitTable): Rational | null {
  return massKg(unit, units) ?? (unit.mass ? massKg(unit.mass, units) : densityMassKg(unit, units))
}

/** Kilograms of a quantity of mass; null for any other unit. */
export function massKg({ value, unit }: Quantity, units: UnitTable): Rational | null {
  const micrograms = exactMicrograms(value, unit, units)
  return micrograms && rational(micrograms.n, micrograms.d * MICROGRAMS_PER_KILOGRAM)
}

function densityMassKg(unit: DeclaredUnit, units: UnitTable): Rational | null {
  const facts = units.get(unit.unit)
  const density = unit.properties.find(
    (property) =>
      DENSITIES.includes(property.property) && /^kg\/m(3|\^3|³)$/.test(property.unit.trim())
  )
  if (facts?.quantity !== 'volume' || facts.factor === null || !density) return null
  const numbers = [unit.value, facts.factor, density.value].map(parseDecimal)
  return numbers.reduce<Rational | null>(
    (product, number) => (product && number ? multiply(product, number) : null),
    rational(1n)
  )
}
