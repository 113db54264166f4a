import type { EpdResult } from './result.ts'
import type { CountedUnit } from './table.ts'

/** The unit of an ILCD unit group; undefined for a group that is not in the table. */
export function unitOfGroup(uuid: string, units: readonly CountedUnit[]): CountedUnit | undefined {
  return units.find(({ groups }) => groups.includes(uuid.toLowerCase()))
}

/** The unit that a text means: our spelling, or one that the table lists; nothing is guessed. */
export function unitSpelled(text: string, units: readonly CountedUnit[]): CountedUnit | undefined {
  const written = text.trim()
  return units.find(({ unit, spellings }) => unit === written || spellings.includes(written))
}

/** The unit that figures are counted in: by the group where that is known, else by the text. */
export function countedUnit(
  { unit, unitGroup }: Pick<EpdResult, 'unit' | 'unitGroup'>,
  units: readonly CountedUnit[]
): CountedUnit | undefined {
  const ofGroup = unitGroup === undefined ? undefined : unitOfGroup(unitGroup, units)
  return ofGroup ?? unitSpelled(unit, units)
}
