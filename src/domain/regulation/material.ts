import type { Rational } from '../quantity/rational.ts'
import { compare, parseDecimal } from '../quantity/rational.ts'

/** A kind of magnet with the least mass fractions, decimal texts, that show it together. */
interface Recognizable {
  readonly recognizedBy: Readonly<Record<string, string>>
}

/** The one of these kinds of magnets that an assay shows; undefined when it shows none, or fits several. */
export function materialOf<Material extends Recognizable>(
  composition: ReadonlyMap<string, Rational>,
  materials: readonly Material[]
): Material | undefined {
  const shown = materials.filter((material) => shows(material, composition))
  return shown.length === 1 ? shown[0] : undefined
}

function shows({ recognizedBy }: Recognizable, composition: ReadonlyMap<string, Rational>) {
  return Object.entries(recognizedBy).every(([element, least]) =>
    atLeast(composition.get(element), least)
  )
}

/** True when the value is known and reaches the bound, a decimal text. */
export function atLeast(value: Rational | undefined, bound: string): boolean {
  const limit = parseDecimal(bound)
  return value !== undefined && limit !== null && compare(value, limit) >= 0
}
