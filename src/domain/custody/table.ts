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
  /** Not every material goes through it: it counts where it was done, and is not missed where it was not. */
  readonly ifDone?: boolean
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
  /** No rare earth is in it as metal: as oxides Ln2O3 they weigh no more than the lot. */
  readonly rareEarthsBound?: true
  /** Arises beside a product: where it is used again by whoever made it, it is rework. */
  readonly scrap?: true
  readonly note?: string
}

export type ProductTable = ReadonlyMap<string, ProductFacts>

/** Percent ranges by element symbol, `RE` for the sum of the rare earths, `Nd+Pr` for two. */
export type CompositionRanges = Readonly<Record<string, readonly string[]>>

/** Composition of a family of magnets, percent of the uncoated magnet. */
export interface MagnetFacts {
  readonly id: string
  readonly name: string
  /** The family is recognized by at least these percentages and less than those. */
  readonly from: Readonly<Record<string, string>>
  readonly below: Readonly<Record<string, string>>
  readonly typical: CompositionRanges
  readonly hard: CompositionRanges
}

/** How the rare earths of a deposit are distributed: percent of TREO, as oxides, by element. */
export interface DepositFacts {
  readonly id: string
  readonly name: string
  readonly country: string
  readonly type: string
  readonly shares: Readonly<Record<string, string>>
}

/** What counts as a source of an element: a percentage of it, or a class that holds it by nature. */
export interface ElementSource {
  readonly minimumPct: string
  readonly classes: readonly string[]
}

/** Parameters of the rules of the books, by rule, from data/custody-rules.json. Decimals are text. */
export interface RuleParameters {
  /** Names this dated set; every event stores it. */
  readonly version: string
  readonly r3: {
    readonly balanceSet: readonly string[]
    readonly tolerance: { readonly chemistry: string; readonly ore: string }
    /** Part of the output mass that is always forgiven. */
    readonly outputMassAllowance: string
    /** Part of a mass by which two weighings of one thing may differ. */
    readonly weighing: string
    /** Part of the output mass that elements outside the balance set may gain as pick-up. */
    readonly pickup: string
    /** Elements that air, water and reagents bring along; never balanced. */
    readonly ambientElements: readonly string[]
    /** Alloys of these families have a source of iron and one of boron. */
    readonly alloySources: {
      readonly families: readonly string[]
      readonly iron: ElementSource
      readonly boron: ElementSource
    }
  }
  readonly r4: {
    readonly sumMaximumPct: string
    readonly completeMinimumPct: string
    readonly treoTolerance: string
    /** Which products the bounds of magnets judge. */
    readonly grade: {
      readonly families: readonly string[]
      readonly uncoatedClasses: readonly string[]
      readonly coatedClasses: readonly string[]
    }
    readonly radioactivity: {
      readonly minerals: readonly string[]
      /** Classes in which the name of the mineral decides. */
      readonly mineralClasses: readonly string[]
      /** Classes that always state thorium and uranium. */
      readonly classes: readonly string[]
      readonly becquerelPerMilligram: { readonly Th: string; readonly U: string }
      readonly licenceAboveBqPerGram: string
      /** Kind of the evidence that refers to a licence. */
      readonly licenceEvidence: string
    }
    readonly signature: { readonly differencePct: string; readonly factor: string }
  }
  readonly r5: {
    /** Part of a main product from which an element is a target. */
    readonly targetShare: string
    /** Part of the magnets' mass that a coating may add. */
    readonly coatingMassGain: string
  }
  readonly r6: {
    /** Part by which pieces of a nominal mass may differ from what they weigh together. */
    readonly pieceTolerance: string
  }
  readonly r7: {
    readonly futureSkewSeconds: number
  }
  readonly r9: {
    /** Part of the shipped mass by which a receiver's scale may read more. */
    readonly overReceiptTolerance: string
    /** Part of the shipped mass that may be lost on the way before it is remarkable. */
    readonly transitLoss: string
  }
  readonly r8: {
    /** Days after its latest event until an open campaign is told. */
    readonly openAfterDays: number
  }
  readonly r10: {
    readonly maximumAgeDays: number
    readonly maximumTransitDays: number
  }
  readonly r15: {
    /** By how much the allocation shares of a run may exceed 1. */
    readonly allocationTolerance: string
    /** Percent by which a claim may exceed what the inputs support, for rounding. */
    readonly tolerancePct: string
  }
  /** Elements whose origins and steps are tracked. */
  readonly lineageElements: readonly string[]
}
