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

/**
 * The unit as it is written for readers who know no unit groups: as stated where that means the unit of the
 * group, else that unit. A text that says another one, or nothing, would mislead them.
 */
export function unitInWords(
  result: Pick<EpdResult, 'unit' | 'unitGroup'>,
  units: readonly CountedUnit[]
): string {
  const counted = countedUnit(result, units)
  return counted === undefined || unitSpelled(result.unit, units) === counted
    ? result.unit
    : counted.unit
}
