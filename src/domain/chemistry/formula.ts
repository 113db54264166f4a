import { add, divide, parseDecimal, type Rational, rational, ZERO } from '../quantity/rational.ts'
import { parseFormula } from './parse-formula.ts'
import type { ChemistryTable } from './table.ts'

export interface Compound {
  /** Atoms by element symbol. */
  readonly atoms: ReadonlyMap<string, number>
  /** Exact mass fraction by element symbol; the fractions add up to 1. */
  readonly fractions: ReadonlyMap<string, Rational>
  /** Rare earths in it: symbol -> mass as its reported oxide over the mass of the compound. */
  readonly reportedOxides: ReadonlyMap<string, Rational>
  /** The same for formulas of the same composition, however written. */
  readonly composition: string
}

/** Formulas are chosen by clients, so what is remembered of them is bounded. */
const MAX_REMEMBERED = 5000

const remembered = new WeakMap<ChemistryTable, Map<string, Compound | null>>()

/** The compound of a formula; null when it cannot be read or names an unknown element. */
export function compoundOf(formula: string, table: ChemistryTable): Compound | null {
  let compounds = remembered.get(table)
  if (compounds === undefined) {
    compounds = new Map()
    remembered.set(table, compounds)
  }
  const known = compounds.get(formula)
  if (known !== undefined) return known
  const compound = weigh(formula, table)
  if (compounds.size >= MAX_REMEMBERED) compounds.clear()
  compounds.set(formula, compound)
  return compound
}

/**
 * The part of the compound's mass that is the element, exactly: `Nd2O3` holds 0.857356... Nd, and
 * no Pr. Throws a RangeError when the formula cannot be read or names an unknown element.
 */
export function elementFraction(formula: string, element: string, table: ChemistryTable): Rational {
  const compound = compoundOf(formula, table)
  if (compound === null) throw new RangeError(`not a formula of known elements: ${formula}`)
  return compound.fractions.get(element) ?? ZERO
}

/** Mass of one mole of the compound, g/mol. Throws as `elementFraction` does. */
export function molarMass(formula: string, table: ChemistryTable): Rational {
  const compound = compoundOf(formula, table)
  if (compound === null) throw new RangeError(`not a formula of known elements: ${formula}`)
  return sumOf(massesOf(compound.atoms, table) ?? new Map())
}

function weigh(formula: string, table: ChemistryTable): Compound | null {
  const atoms = parseFormula(formula)
  const masses = atoms === null ? null : massesOf(atoms, table)
  if (atoms === null || masses === null) return null
  const whole = sumOf(masses)
  const fractions = new Map([...masses].map(([symbol, mass]) => [symbol, divide(mass, whole)]))
  const reportedOxides = new Map(
    [...fractions].flatMap(([symbol, fraction]) => {
      const oxide = reportedOxideOf(symbol, table)
      if (oxide === undefined) return []
      const ofOxide = oxide === formula ? fraction : elementFraction(oxide, symbol, table)
      return [[symbol, divide(fraction, ofOxide)] as const]
    })
  )
  const composition = [...atoms].map(([symbol, count]) => `${symbol}${count}`)
  return { atoms, fractions, reportedOxides, composition: composition.sort().join(' ') }
}

function reportedOxideOf(symbol: string, table: ChemistryTable): string | undefined {
  return table.rareEarths.has(symbol) ? table.elements.get(symbol)?.reportedOxide : undefined
}

function massesOf(
  atoms: ReadonlyMap<string, number>,
  table: ChemistryTable
): Map<string, Rational> | null {
  const masses = new Map<string, Rational>()
  for (const [symbol, count] of atoms) {
    const atomicMass = parseDecimal(table.elements.get(symbol)?.atomicMass ?? '')
    if (atomicMass === null) return null
    masses.set(symbol, rational(atomicMass.n * BigInt(count), atomicMass.d))
  }
  return masses
}

function sumOf(masses: ReadonlyMap<string, Rational>): Rational {
  return [...masses.values()].reduce((sum, mass) => add(sum, mass), ZERO)
}
