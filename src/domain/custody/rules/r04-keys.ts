import { compoundOf } from '../../chemistry/formula.ts'
import type { ChemistryTable } from '../../chemistry/table.ts'
import type { Assay } from '../event.ts'

/** Loss on ignition: water, carbonate and hydroxyl driven off. It counts in the sum, as no element. */
const LOSS_ON_IGNITION = 'LOI'

/** Reported as elements among oxides, because they replace the oxygen instead of binding it. */
const REPORTED_AS_ELEMENTS: ReadonlySet<string> = new Set(['F', 'Cl', 'S'])

interface KeyProblem {
  readonly message: string
  readonly expected: string
  readonly remedy: string
}

/** R4: why a key cannot stand in an assay of this basis; null when it can. */
export function keyProblem(
  key: string,
  basis: Assay['basis'],
  chemistry: ChemistryTable
): KeyProblem | null {
  if (key === LOSS_ON_IGNITION && basis === 'oxide') return null
  const atoms = compoundOf(key, chemistry)?.atoms
  if (atoms === undefined) return unknown(key, basis)
  for (const symbol of atoms.keys()) {
    const refusal = chemistry.elements.get(symbol)?.refusal
    if (refusal !== undefined) {
      return { message: `${key} cannot be assayed.`, expected: EXPECTED[basis], remedy: refusal }
    }
  }
  return basis === 'compound' ? null : BY_BASIS[basis](key, atoms, chemistry)
}

const EXPECTED = {
  element: 'the symbol of an element, such as Nd',
  oxide: 'an oxide, such as Nd2O3',
  TREO: 'the oxide of a rare earth, such as Nd2O3',
  compound: 'a chemical formula, such as NdF3 or Nd2(CO3)3·8H2O'
} as const satisfies Record<Assay['basis'], string>

type Atoms = ReadonlyMap<string, number>
type Check = (key: string, atoms: Atoms, chemistry: ChemistryTable) => KeyProblem | null

const BY_BASIS: Record<'element' | 'oxide' | 'TREO', Check> = {
  element: (key, atoms, chemistry) => {
    if (chemistry.elements.has(key)) return null
    const symbols = [...atoms.keys()].filter((symbol) => symbol !== 'O')
    return {
      message: `${key} is not an element, but the basis is element.`,
      expected: EXPECTED.element,
      remedy: `State the element (${symbols.join(', ') || 'O'}), or choose the basis oxide or compound.`
    }
  },
  oxide: (key, atoms, chemistry) => {
    if (isOxide(atoms) || REPORTED_AS_ELEMENTS.has(key)) return null
    return {
      message: `${key} is not an oxide, but the basis is oxide.`,
      expected: EXPECTED.oxide,
      remedy: `State ${oxideOf(key, chemistry)}, or choose the basis element or compound.`
    }
  },
  TREO: (key, atoms, chemistry) => {
    if (isOxide(atoms) && [...atoms.keys()].some((each) => chemistry.rareEarths.has(each))) {
      return null
    }
    return {
      message: `${key} is not the oxide of a rare earth, but the basis is TREO.`,
      expected: EXPECTED.TREO,
      remedy: chemistry.rareEarths.has(key)
        ? `State ${oxideOf(key, chemistry)}.`
        : 'Move it to `trace` as an element, or choose the basis oxide.'
    }
  }
}

function isOxide(atoms: Atoms): boolean {
  return atoms.size === 2 && atoms.has('O')
}

function oxideOf(key: string, chemistry: ChemistryTable): string {
  return chemistry.elements.get(key)?.reportedOxide ?? 'the oxide'
}

function unknown(key: string, basis: Assay['basis']): KeyProblem {
  if (/^(TREO|REO|LREO|HREO|TREE|TRE)$/i.test(key)) {
    return {
      message: `${key} is a total, not a constituent.`,
      expected: EXPECTED[basis],
      remedy: 'State the total rare-earth oxide as `treo`.'
    }
  }
  return {
    message: `${key} is not a formula of known elements.`,
    expected: EXPECTED[basis],
    remedy: 'Check the spelling; capitals matter (Nd2O3, not ND2O3 or nd2o3).'
  }
}
