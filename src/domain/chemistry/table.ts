export interface ElementFacts {
  readonly symbol: string
  readonly name: string
  readonly z: number
  /** Decimal text, g/mol. */
  readonly atomicMass: string
  /** The oxide in which a rare earth is conventionally reported, e.g. `Pr6O11`. */
  readonly reportedOxide?: string
  readonly group: 'LREE' | 'HREE' | 'REE' | 'other'
  /** Why an assay that states it is refused, e.g. promethium. */
  readonly refusal?: string
}

export interface ChemistryTable {
  readonly elements: ReadonlyMap<string, ElementFacts>
  /** The 17 rare earths less promethium, which has no stable isotope and is refused. */
  readonly rareEarths: ReadonlySet<string>
}
