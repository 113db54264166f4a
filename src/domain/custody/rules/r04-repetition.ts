import { type Compound, compoundOf } from '../../chemistry/formula.ts'
import type { ChemistryTable } from '../../chemistry/table.ts'
import type { Finding } from '../../finding.ts'
import { childPointer } from '../../pointer.ts'
import type { Assay } from '../event.ts'
import { report } from './table.ts'

/**
 * R4: what is stated twice would count twice. A rare earth has one oxide, a compound one formula,
 * and what the values hold is not repeated in the trace.
 */
export function reviewRepetition(
  assay: Assay,
  pointer: string,
  chemistry: ChemistryTable
): Finding[] {
  const asOxides = assay.basis === 'oxide' || assay.basis === 'TREO'
  const values = Object.entries(assay.values).flatMap(([key, text]) => {
    const compound = text === null ? null : compoundOf(key, chemistry)
    return compound === null ? [] : [{ key, compound }]
  })
  const inValues = twice(values, (compound) => namesOf(compound, asOxides))
  return [
    ...inValues.map(({ key, other }) => repeated(key, other, childPointer(pointer, 'values', key))),
    ...(assay.trace ? inTrace(assay.trace.values, values, asOxides, pointer) : [])
  ]
}

interface Entry {
  readonly key: string
  readonly compound: Compound
}

/** Entries that share a name with an earlier one. */
function twice(
  entries: readonly Entry[],
  namesOfCompound: (compound: Compound) => readonly string[]
): { key: string; other: string }[] {
  const seen = new Map<string, string>()
  return entries.flatMap(({ key, compound }) => {
    const names = namesOfCompound(compound)
    const other = seen.get(names.find((name) => seen.has(name)) ?? '')
    for (const name of names) seen.set(name, key)
    return other === undefined ? [] : [{ key, other }]
  })
}

/** What a compound may stand for only once among the values. */
function namesOf(compound: Compound, asOxides: boolean): readonly string[] {
  return asOxides && compound.reportedOxides.size > 0
    ? [...compound.reportedOxides.keys()]
    : [compound.composition]
}

/** The oxygen of reported oxides is a convention, so it may be stated in the trace. */
function inTrace(
  trace: Assay['values'],
  values: readonly Entry[],
  asOxides: boolean,
  pointer: string
): Finding[] {
  return Object.entries(trace).flatMap(([element, text]) => {
    if (text === null || (asOxides && element === 'O')) return []
    const other = values.find(({ compound }) => compound.atoms.has(element))
    if (other === undefined) return []
    return [repeated(element, other.key, childPointer(pointer, 'trace', 'values', element))]
  })
}

function repeated(key: string, other: string, pointer: string): Finding {
  return report('ASSAY_DUPLICATE', {
    pointer,
    message: `${key} is counted in ${other} already.`,
    expected: 'each element once',
    actual: `${other} and ${key}`,
    remedy: 'Keep one of the two, or state null for the other.'
  })
}
