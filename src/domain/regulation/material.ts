import type { Rational } from '../quantity/rational.ts'
import { compare, parseDecimal } from '../quantity/rational.ts'
import type { CoveredMaterial, DfarsClause } from './rule-set.ts'

/** The covered material that an assay shows; undefined when it shows none, or fits several. */
export function materialOf(
  composition: ReadonlyMap<string, Rational>,
  clause: DfarsClause
): CoveredMaterial | undefined {
  const shown = clause.materials.filter((material) => shows(material, composition))
  return shown.length === 1 ? shown[0] : undefined
}

function shows(material: CoveredMaterial, composition: ReadonlyMap<string, Rational>): boolean {
  return Object.entries(material.recognizedBy).every(([element, least]) =>
    atLeast(composition.get(element), least)
  )
}

/** True when the value is known and reaches the bound, a decimal text. */
export function atLeast(value: Rational | undefined, bound: string): boolean {
  const limit = parseDecimal(bound)
  return value !== undefined && limit !== null && compare(value, limit) >= 0
}
