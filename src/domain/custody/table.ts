export interface StageFacts {
  readonly id: string
  readonly name: string
  /** Minimum topological rank; null where any material passes unchanged (storage, transport, trade). */
  readonly order: number | null
  readonly recycling: boolean
  /** Percent of the target elements that leave in the main product, [low, high]. */
  readonly recoveryTypical: readonly [string, string] | null
  readonly recoveryHard: readonly [string, string] | null
  /** False where composition cannot change, so that an assay may be inherited. */
  readonly changesComposition: boolean
  /** Balance tolerance class of rule R3. */
  readonly balance: 'chemistry' | 'ore'
  /** What laws and standards call the stage: an interpretation, null where they are silent. */
  readonly law: StageLaw
}

export interface StageLaw {
  readonly dfars: string | null
  readonly ndaa857: string | null
  readonly crma24: string | null
  readonly crma31: string | null
  readonly en15804: string | null
  readonly cnDecree: string | null
}

export type StageTable = ReadonlyMap<string, StageFacts>

export interface StepFacts {
  readonly id: string
  readonly stages: readonly string[]
  /** Element symbols, `REE` or `*`. */
  readonly requiredFor: readonly string[]
  /** The verb of DFARS 252.225-7052. */
  readonly dfars: string
  /** The column of FY2023 NDAA section 857; null where it has none. */
  readonly ndaa857: string | null
  /** Delivery date from which DFARS asks about the step; null where it always has. */
  readonly dfarsFrom: string | null
  readonly note?: string
}

export type StepTable = readonly StepFacts[]

export interface ProductFacts {
  readonly id: string
  readonly name: string
  /** Stages whose output it may be (last stage of an event). */
  readonly producedBy: readonly string[]
  /** Stages that may consume it (first stage of an event). */
  readonly consumedBy: readonly string[]
  /** How it may enter the books without recorded inputs. */
  readonly entries: readonly string[]
  /** Rule R4 demands a complete assay. */
  readonly completeAssay: boolean
  /** HS headings (4 or 6 digits) that fit. */
  readonly hs: readonly string[]
  /** A magnet alloy family, a powder or a magnet: composition bounds apply. */
  readonly family?: string
  /** Rare earths assayed in such a lot exceed this percentage; less is a fraction, not percent. */
  readonly rareEarthFloorPct?: string
  readonly note?: string
}

export type ProductTable = ReadonlyMap<string, ProductFacts>

/** Parameters of the rules of the books, by rule, from data/custody-rules.json. Decimals are text. */
export interface RuleParameters {
  /** Names this dated set; every event stores it. */
  readonly version: string
  readonly r3: {
    readonly balanceSet: readonly string[]
    readonly tolerance: { readonly chemistry: string; readonly ore: string }
    /** Part of the output mass that is always forgiven. */
    readonly outputMassAllowance: string
    /** Part of the output mass that elements outside the balance set may gain as pick-up. */
    readonly pickup: string
    /** Elements that air, water and reagents bring along; never balanced. */
    readonly ambientElements: readonly string[]
  }
  readonly r4: {
    readonly sumMaximumPct: string
    readonly completeMinimumPct: string
    readonly treoTolerance: string
  }
  readonly r7: {
    readonly futureSkewSeconds: number
  }
  readonly r9: {
    /** Part of the shipped mass by which a receiver's scale may read more. */
    readonly overReceiptTolerance: string
  }
  /** Elements whose origins and steps are tracked. */
  readonly lineageElements: readonly string[]
}
