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
