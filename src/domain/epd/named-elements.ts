import { compoundOf } from '../chemistry/formula.ts'
import type { ChemistryTable } from '../chemistry/table.ts'
import type { Composition } from './product.ts'
import { wordsOf } from './words.ts'

/** Parts of a name that may be formulas: `Nd2O3` in `Neodymium oxide (Nd2O3), 99.5 %`. */
const BETWEEN = /[^A-Za-z0-9()[\]·•⋅]+/
/** Tells formulas from words and short forms: `SiO2` and `NdFeB`, and neither `As` nor `PVC`. */
const FORMULA = /\d|[A-Z][a-z]?[A-Z]\w*[a-z]|[A-Z][a-z][A-Z]/
/** As elements are spelled elsewhere; data/elements.json has the American names. */
const SPELLINGS: Readonly<Record<string, string>> = {
  aluminium: 'aluminum',
  caesium: 'cesium',
  sulphur: 'sulfur'
}

/** Symbols of the elements that a composition names, alone, in a compound or by their names. */
export function namedElements(
  { basis, components }: Composition,
  chemistry: ChemistryTable
): readonly string[] {
  const product = components.filter(({ packaging }) => packaging !== true)
  return product.flatMap(({ substance }) => {
    if (basis === 'element') return [substance]
    if (basis === 'oxide') return atomsOf(substance, chemistry)
    return inWords(substance, chemistry)
  })
}

function atomsOf(formula: string, chemistry: ChemistryTable): readonly string[] {
  return [...(compoundOf(formula, chemistry)?.atoms.keys() ?? [])]
}

/** Other formats name substances as people do; CAS numbers are no help, as compounds have their own. */
function inWords(substance: string, chemistry: ChemistryTable): readonly string[] {
  const whole = substance.trim()
  const formulas = whole
    .split(BETWEEN)
    .map(unwrapped)
    .filter((part) => part === whole || FORMULA.test(part))
  const symbols = formulas.flatMap((part) =>
    FORMULA.test(part) || chemistry.elements.has(part) ? atomsOf(part, chemistry) : []
  )
  const words = new Set(wordsOf(whole).map((word) => SPELLINGS[word] ?? word))
  const named = [...chemistry.elements.values()].filter(({ name }) => words.has(name))
  return [...symbols, ...named.map(({ symbol }) => symbol)]
}

/** `(Nd2O3)` is what stands in the brackets; those of `Nd(OH)3` belong to it. */
function unwrapped(part: string): string {
  return /^[([](.*)[)\]]$/.exec(part)?.[1] ?? part
}
