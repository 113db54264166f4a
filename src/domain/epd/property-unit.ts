import { ONE, parseDecimal, type Rational } from '../quantity/rational.ts'
import type { MaterialProperty } from './product.ts'
import type { EpdRuleParameters } from './table.ts'

type Units = EpdRuleParameters['properties']['units']

/**
 * What one of the unit of a property is in the unit that it is compared in, the first of its table: 1000
 * for a density in g/cm3. Without a unit it is in that one; null for units that nobody knows.
 */
export function propertyFactor(
  { property, unit }: Pick<MaterialProperty, 'property' | 'unit'>,
  units: Units
): Rational | null {
  const known = units[property]
  if (!known || statesNoUnit(unit)) return ONE
  const spelled = unit.replaceAll(/[\s^]/g, '').replaceAll('²', '2').replaceAll('³', '3')
  return parseDecimal(known[spelled.toLowerCase()] ?? '')
}

/** Nothing, or how others write it. */
export function statesNoUnit(unit: string): boolean {
  return ['', '-'].includes(unit.trim())
}

/** The units that a property is read in. */
export function unitsOfProperty(property: MaterialProperty['property'], units: Units): string[] {
  return Object.keys(units[property] ?? {})
}
