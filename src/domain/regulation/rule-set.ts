/**
 * The shape of data/rules/dfars-252.225-7052.json. Dates, places, elements, thresholds and
 * exceptions are facts of the file, each with its cite; the code only knows how to apply them.
 */
export interface DfarsRuleSet {
  readonly id: string
  readonly effectiveFrom: string
  /** Date of this revision of the file; part of the rule version of every report. */
  readonly revision: string
  readonly title: string
  readonly statute: string
  readonly clauses: readonly DfarsClause[]
}

/** One published text of the clause, selected by its date as printed, e.g. `MAY 2024`. */
export interface DfarsClause {
  readonly id: string
  readonly effectiveFrom: string
  readonly coveredCountries: Cited<readonly string[]>
  readonly reviewPlaces: Cited<readonly string[]>
  /** ISO 3166-2 code -> the ISO 3166-1 code of the same place. */
  readonly placeAliases: Cited<Readonly<Record<string, string>>>
  readonly materials: readonly CoveredMaterial[]
  readonly readings: Readonly<Record<Reading, string>> & {
    /** Decimal fraction of the mass of the magnet. */
    readonly conservativeThresholdFraction: string
  }
  readonly versions: readonly DatedScope[]
  readonly substitutes: {
    readonly steps: Readonly<Record<string, readonly string[]>>
    readonly cite: string
  }
  readonly physicalOrigin: {
    readonly unevidencedBy: readonly string[]
    readonly unverifiedStatuses: readonly string[]
    readonly cite: string
  }
  readonly endItem: { readonly cite: string; readonly text: string }
  readonly exceptions: readonly ExceptionRule[]
  readonly notes: readonly ClauseNote[]
}

/**
 * `literal`: the elements that the clause names. `conservative`: every tracked element that makes
 * up at least the threshold. Both are always shown.
 */
export type Reading = 'literal' | 'conservative'

export const READINGS: readonly Reading[] = ['literal', 'conservative']

interface Cited<Codes> {
  readonly codes: Codes
  readonly cite: string
}

export interface CoveredMaterial {
  readonly id: MaterialId
  readonly name: string
  readonly cite: string
  readonly namedElements: readonly string[]
  readonly namedCite: string
  /** Element -> least mass fraction by which an assay shows the material. */
  readonly recognizedBy: Readonly<Record<string, string>>
}

export type MaterialId = 'NdFeB' | 'SmCo'

/** Calendar dates, both ends included; an absent end is open. */
export interface DateRange {
  readonly from?: string
  readonly until?: string
}

/** What the clause reaches for deliveries in a range of dates. */
export interface DatedScope extends DateRange {
  readonly id: string
  readonly verbs: readonly string[]
  readonly scope: string
  readonly cite: string
  /** Ids of data/steps.json, in the order of the chain. */
  readonly steps: readonly string[]
  /** True where recycled material is asked for what was done with it before it was scrap. */
  readonly firstLife: boolean
}

interface ExceptionTerms extends DateRange {
  readonly id: string
  readonly cite: string
  readonly text: string
}

export interface CotsRule extends ExceptionTerms {
  readonly rule: 'cots'
  readonly lostIf: {
    readonly fact: 'tungstenSharePct' | 'coveredMaterialSharePct'
    readonly atLeastPct: string
    readonly what: string
    /** A share that is not declared is a condition of the exception, or leaves it undetermined. */
    readonly undeclared: 'condition' | 'undetermined'
    readonly cite: string
  }
  /** Cite of the text that takes the exception from loose mill products. */
  readonly lostForMillProduct?: string
}

export interface MillProductRule extends ExceptionTerms {
  readonly rule: 'mill-product'
}

export interface ElectronicDeviceRule extends ExceptionTerms {
  readonly rule: 'electronic-device'
  readonly condition: string
}

export interface UsRecycledRule extends ExceptionTerms {
  readonly rule: 'us-recycled'
  readonly material: MaterialId
  readonly country: string
  readonly millingStep: string
  readonly sinteringStep: string
  /** Feed classes that are recycled material. */
  readonly feedClasses: readonly string[]
}

/** An exception whose only fact is that the requester declares it. */
export interface DeclaredRule extends ExceptionTerms {
  readonly rule: 'declared'
  readonly fact: 'simplifiedAcquisition' | 'outsideUnitedStates' | 'nonavailability'
}

export type ExceptionRule =
  | CotsRule
  | MillProductRule
  | ElectronicDeviceRule
  | UsRecycledRule
  | DeclaredRule

/** Something to know although it changes no verdict. */
export interface ClauseNote {
  readonly material: MaterialId
  readonly exceptions: readonly string[]
  readonly cite: string
  readonly text: string
}
