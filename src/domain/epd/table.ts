import type { KnownPcr, ProfileTable } from './profile/profile.ts'

/** The tables of facts that declarations are read and checked by, from `data/`. */
export interface EpdTables {
  readonly indicators: IndicatorTable
  readonly methods: ReadonlyMap<string, MethodFacts>
  readonly modules: ModuleTable
  readonly countedUnits: readonly CountedUnit[]
  readonly bands: readonly PlausibilityBand[]
  readonly profiles: ProfileTable
  readonly pcrs: readonly KnownPcr[]
  readonly rules: EpdRuleParameters
  readonly archive: ArchiveLimits
}

/** By code. */
export type IndicatorTable = ReadonlyMap<string, IndicatorFacts>

export interface IndicatorFacts {
  readonly code: string
  readonly group: IndicatorGroup
  readonly name: { readonly en: string; readonly de: string }
  readonly definitions: readonly IndicatorDefinition[]
}

/** The five groups of EN 15804+A2, what +A2 replaced, and what single countries ask for. */
export type IndicatorGroup =
  | 'core'
  | 'additional'
  | 'resource'
  | 'waste'
  | 'output'
  | 'former'
  | 'national'

/** What an indicator means under one method; null where it does not depend on one. */
export interface IndicatorDefinition {
  readonly method: string | null
  /** ILCD id; methods may share one and differ by version only. */
  readonly uuid: string
  readonly version: string | null
  /** Our spelling. */
  readonly unit: string
  /** What an edition before counted in: those figures are not the same, and no mistake. */
  readonly formerUnit?: string
  /** ILCD unit groups that mean this unit. */
  readonly unitGroups: readonly string[]
}

/** What figures are counted in, however it is written. */
export interface CountedUnit {
  /** Our spelling. */
  readonly unit: string
  /** UN/ECE Recommendation 20, where it is a unit of commerce. */
  readonly rec20: string | null
  /** As openEPD spells it; null where it knows no such unit. */
  readonly openEpd: string | null
  /** ILCD unit groups whose reference unit it is; none for multiples of their units. */
  readonly groups: readonly string[]
  /** Texts that mean exactly this unit. */
  readonly spellings: readonly string[]
}

/** A set of characterization factors. */
export interface MethodFacts {
  readonly id: string
  readonly name: string
  /** Null where no standard that is checked here asks for it. */
  readonly standard: string | null
  /** The ILCD compliance source that tells methods apart where indicators share ids. */
  readonly compliance: string | null
  /** What it counts indicators in, by code, where the table of indicators does not define it. */
  readonly units?: Readonly<Record<string, string>>
  /** Where these units are from, and what of it was read. */
  readonly source?: string
}

/** Information modules of EN 15804 in the order of the life cycle, by id. */
export type ModuleTable = ReadonlyMap<string, ModuleFacts>

export interface ModuleFacts {
  readonly id: string
  readonly name: string
  readonly group: 'product' | 'construction' | 'use' | 'end_of_life' | 'beyond'
  /** The modules that it is the sum of. */
  readonly parts: readonly string[]
}

/** What a figure for one kilogram of a product usually is, and what it can be at all. */
export interface PlausibilityBand {
  readonly id: string
  readonly products: readonly string[]
  /** Null: where the declaration does not say, or says mixed. */
  readonly feed: 'primary' | 'secondary' | null
  /** Codes that mean the same figure under different methods. */
  readonly indicators: readonly string[]
  readonly warn: readonly [string, string]
  readonly refuse: readonly [string, string] | null
  readonly source: string
}

/** A total that is the sum of others wherever all are stated. */
export interface SumOfParts {
  readonly total: string
  readonly parts: readonly string[]
  /** Parts that are all 0 beside a total say that nobody split it. */
  readonly mayBeUnsplit: boolean
}

/** Parameters of the checks, from data/epd-rules.json. Decimals are text. */
export interface EpdRuleParameters {
  /** Names this dated set; every accepted version stores it. */
  readonly version: string
  readonly validity: { readonly maximumYears: number }
  readonly allocation: { readonly tolerance: string }
  readonly composition: { readonly minimumPct: string; readonly maximumPct: string }
  readonly massAgreement: { readonly tolerance: string }
  readonly properties: {
    readonly tolerance: string
    /** What one of a unit is in the unit that properties are compared in, by property and spelling. */
    readonly units: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
  readonly update: {
    /** Part of the value before: a larger change makes an update due. */
    readonly limit: string
    /** Pointers into the model, `*` for any name, below which a change is editorial. */
    readonly editorial: readonly string[]
    /** Pointers below which a change, unless it is editorial, requires a new calculation. */
    readonly basis: readonly string[]
  }
  readonly sums: {
    readonly totals: readonly SumOfParts[]
    /** Part of the largest figure by which a sum may miss, beyond the stated digits. */
    readonly tolerance: string
  }
  readonly electricity: {
    /** More per kilowatt-hour is no electricity that anybody makes. */
    readonly maximumKgPerKwh: string
  }
  readonly inventory: {
    /** How the ids of elementary flows end. */
    readonly elementaryFlowNode: string
    /** So many times the sum of the inputs is too much for an emission. */
    readonly heaviestOutput: number
  }
  readonly credit: {
    readonly total: string
    readonly explainedBy: string
    readonly module: string
  }
}

/** How much an archive of declarations may hold, from data/epd-archive-limits.json. */
export interface ArchiveLimits {
  readonly archiveBytes: number
  /** Files and folders. */
  readonly entries: number
  /** Of one file, unpacked. */
  readonly entryBytes: number
  /** Of all files, unpacked. */
  readonly totalBytes: number
  /** Unpacked to packed size of one file. */
  readonly ratio: number
  /** Folders and file of a path. */
  readonly depth: number
  readonly pathLength: number
  /** Of all data sets that are read, unpacked. */
  readonly dataSetBytes: number
  /** Of all data sets that are read. */
  readonly elements: number
  readonly declarations: number
}

/** The definition that holds for a result of this method; undefined where there is none. */
export function definitionOf(
  indicator: IndicatorFacts,
  method: string | null
): IndicatorDefinition | undefined {
  return indicator.definitions.find(
    (definition) => definition.method === null || definition.method === method
  )
}
