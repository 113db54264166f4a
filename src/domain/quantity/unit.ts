/** UN/ECE Recommendation 20 units that the registry knows. */
export interface UnitFacts {
  readonly code: string
  readonly name: string
  readonly quantity: 'mass' | 'fraction' | 'count' | 'energy' | 'volume' | 'radioactivity' | 'activity_concentration'
  /** Exact decimal factor to the base unit of the quantity (kg, 1 ...); null where not convertible. */
  readonly factor: string | null
  /** Why a unit that exists cannot be used as it is, e.g. gross mass. */
  readonly refusal?: string
}

export type UnitTable = ReadonlyMap<string, UnitFacts>
