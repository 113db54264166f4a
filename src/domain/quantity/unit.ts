/** UN/ECE Recommendation 20 units that the registry knows. */
export interface UnitFacts {
  readonly code: string
  readonly name: string
  readonly quantity:
    | 'mass'
    | 'fraction'
    | 'count'
    | 'energy'
    | 'volume'
    | 'area'
    | 'length'
    | 'radioactivity'
    | 'activity_concentration'
  /** Exact decimal factor to the base unit of the quantity (kg, 1 ...); null where not convertible. */
  readonly factor: string | null
  /** Why a unit that exists cannot be used as it is, e.g. gross mass. */
  readonly refusal?: string
  /** What people write instead of the code, lower case; several units may share one (`tons`). */
  readonly aliases: readonly string[]
}

export type UnitTable = ReadonlyMap<string, UnitFacts>

/**
 * The units of a quantity that somebody who wrote `text` may have meant, in the order of the table:
 * `tons` may stand for TNE, STN or LTN, `kgm` for KGM. Empty when nothing fits.
 */
export function suggestUnits(
  text: string,
  quantity: UnitFacts['quantity'],
  units: UnitTable
): UnitFacts[] {
  const written = text.trim().toLowerCase()
  return [...units.values()].filter(
    (unit) =>
      unit.quantity === quantity &&
      unit.factor !== null &&
      (unit.code.toLowerCase() === written || unit.aliases.includes(written))
  )
}
