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

/** What turns a unit that is not one of mass into kilograms, by what the unit measures; the first that is stated. */
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
  const own = massKg(unit, units)
  if (own) return own
  if (unit.mass) return massKg(unit.mass, units)
  const [first] = weighedByProperties(unit, tables)
  return first?.[1] ?? null
}

/** The properties that say what the declared unit weighs, whatever order they are stated in. */
export function weighingProperties(
  { unit, properties }: DeclaredUnit,
  { units }: Pick<MassTables, 'units'>
): readonly MaterialProperty[] {
  const weighing = PER_UNIT[units.get(unit)?.quantity ?? ''] ?? []
  return weighing.flatMap((each) => properties.filter(({ property }) => property === each))
}

/** What the declared unit weighs by each of these properties that can be read, the one that counts first. */
export function weighedByProperties(
  unit: DeclaredUnit,
  tables: MassTables
): readonly (readonly [MaterialProperty, kg: Rational])[] {
  const facts = tables.units.get(unit.unit)
  const [amount, factor] = [unit.value, facts?.factor ?? ''].map(parseDecimal)
  if (!amount || !factor) return []
  return weighingProperties(unit, tables).flatMap((stated) => {
    const perOne = perUnit(stated, tables)
    if (!perOne || compare(perOne, ZERO) <= 0) return []
    return [[stated, multiply(multiply(amount, factor), perOne)] as const]
  })
}

/** Kilograms of a quantity of mass; null for any other unit. */
export function massKg({ value, unit }: Quantity, units: UnitTable): Rational | null {
  const micrograms = exactMicrograms(value, unit, units)
  return micrograms && rational(micrograms.n, micrograms.d * MICROGRAMS_PER_KILOGRAM)
}

/** Properties are stated with exponents as well: Java writes large and small numbers so. */
function perUnit(stated: MaterialProperty, { epd }: MassTables): Rational | null {
  const factor = propertyFactor(stated, epd.rules.properties.units)
  // Without a unit it is too little to weigh by.
  if (!factor || statesNoUnit(stated.unit)) return null
  return multiply(parseAmount(stated.value)?.value ?? ZERO, factor)
}
