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
import type { DeclaredUnit, MaterialProperty, Quantity } from './product.ts'
import { propertyFactor, statesNoUnit } from './property-unit.ts'
import type { EpdRuleParameters } from './table.ts'

const MICROGRAMS_PER_KILOGRAM = 1_000_000_000n

/** What turns a unit that is not one of mass into kilograms, by what the unit measures. */
const PER_UNIT: Readonly<Record<string, readonly MaterialProperty['property'][]>> = {
  volume: ['gross_density', 'bulk_density'],
  area: ['grammage'],
  length: ['linear_density'],
  count: ['weight_per_piece']
}

/** What units and properties are turned into kilograms by. */
export interface MassTables {
  readonly units: UnitTable
  readonly epd: { readonly rules: Pick<EpdRuleParameters, 'properties'> }
}

/**
 * Kilograms of one declared unit: its own mass, the mass stated beside it, or its volume, area,
 * length or number times what is stated that one of it weighs. Null where none of them is known.
 */
export function declaredMassKg(unit: DeclaredUnit, tables: MassTables): Rational | null {
  const { units } = tables
  return (
    massKg(unit, units) ?? (unit.mass ? massKg(unit.mass, units) : propertyMassKg(unit, tables))
  )
}

/** The properties that say what the declared unit weighs, as they are stated. */
export function weighingProperties(
  { unit, properties }: DeclaredUnit,
  { units }: Pick<MassTables, 'units'>
): readonly MaterialProperty[] {
  const weighing = PER_UNIT[units.get(unit)?.quantity ?? ''] ?? []
  return properties.filter(({ property }) => weighing.includes(property))
}

/** Kilograms of a quantity of mass; null for any other unit. */
export function massKg({ value, unit }: Quantity, units: UnitTable): Rational | null {
  const micrograms = exactMicrograms(value, unit, units)
  return micrograms && rational(micrograms.n, micrograms.d * MICROGRAMS_PER_KILOGRAM)
}

function propertyMassKg(unit: DeclaredUnit, tables: MassTables): Rational | null {
  const perOne = weighingProperties(unit, tables).flatMap((each) => perUnit(each, tables))[0]
  const facts = tables.units.get(unit.unit)
  const [amount, factor] = [unit.value, facts?.factor ?? ''].map(parseDecimal)
  if (!amount || !factor || !perOne || compare(perOne, ZERO) <= 0) return null
  return multiply(multiply(amount, factor), perOne)
}

/** Properties are stated with exponents as well: Java writes large and small numbers so. */
function perUnit(stated: MaterialProperty, { epd }: MassTables): Rational | [] {
  const factor = propertyFactor(stated, epd.rules.properties.units)
  // Without a unit it is too little to weigh by.
  if (!factor || statesNoUnit(stated.unit)) return []
  return multiply(parseAmount(stated.value)?.value ?? ZERO, factor)
}
