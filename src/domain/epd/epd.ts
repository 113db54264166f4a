import type { EpdId } from '../ids.ts'
import type { DeclaredUnit, Product, Quantity } from './product.ts'
import type { EpdResult } from './result.ts'
import type { StatedDate } from './stated-date.ts'
import type { Texts } from './texts.ts'

/**
 * An environmental product declaration, whatever format it came in. Decimals are the text that was
 * stated; what a document does not say is absent, never a default.
 */
export interface Epd {
  /** The same for all versions. */
  readonly id: EpdId
  /** As written; see version.ts for its order. */
  readonly version: string
  readonly name: Texts
  readonly owner: Party
  readonly operator?: Party
  readonly practitioner?: Party
  readonly verification?: Verification
  readonly registrationNumber?: string
  readonly pcr?: Pcr
  readonly standards: readonly string[]
  /** The set of characterization factors of results that do not name their own. */
  readonly methodSet?: string
  readonly published?: StatedDate
  readonly validFrom?: StatedDate
  readonly validUntil?: StatedDate
  /** Calendar days between which the data of the own processes were collected. */
  readonly dataPeriod?: { readonly from: string; readonly until: string }
  /** ISO 3166-1 alpha-2, ISO 3166-2 or UN M49 codes. */
  readonly geography: readonly string[]
  readonly sites: readonly Site[]
  readonly product: Product
  readonly declaredUnit: DeclaredUnit
  readonly allocation?: Allocation
  readonly backgroundDatabases: readonly Database[]
  readonly electricity?: Electricity
  readonly dataQuality?: { readonly primaryDataSharePct?: string; readonly statement?: Texts }
  /** kg C per declared unit. */
  readonly biogenicCarbon?: { readonly productKg?: string; readonly packagingKg?: string }
  readonly boundary?: Boundary
  readonly scenarios: readonly Scenario[]
  readonly includes: readonly Included[]
  readonly results: readonly EpdResult[]
  readonly documents: readonly LinkedDocument[]
  readonly note?: Texts
}

export interface Party {
  readonly name: string
  /** Its id where it is registered here. */
  readonly organization?: string
  readonly country?: string
  readonly website?: string
}

/** What the document says about its verification; the kinds are those of ILCD. */
export interface Verification {
  readonly kind:
    | 'dependent_internal'
    | 'independent_internal'
    | 'independent_external'
    | 'accredited_third_party'
    | 'independent_panel'
  readonly verifier?: Party
  readonly date?: StatedDate
  readonly reportHref?: string
}

/** Product category rules (ISO 14025 6.7). */
export interface Pcr {
  readonly id?: string
  readonly name: string
  readonly version?: string
  readonly publisher?: string
  readonly validUntil?: StatedDate
  readonly href?: string
}

export interface Site {
  readonly facility?: string
  readonly name?: string
  readonly country?: string
  readonly region?: string
  /** Part of the production that the figures stand for, 0 to 1. */
  readonly share?: string
}

export interface Allocation {
  readonly method: 'none' | 'mass' | 'economic' | 'physical' | 'system_expansion' | 'other'
  readonly description?: Texts
  readonly shares: readonly { readonly name: string; readonly share: string }[]
}

export interface Database {
  readonly name: string
  readonly version?: string
  /** The ILCD source data set. */
  readonly id?: string
}

export interface Electricity {
  readonly approach: 'market_based' | 'location_based' | 'on_site' | 'mixed'
  readonly description?: Texts
  readonly kgCo2ePerKwh?: string
}

/** Whether upstream is inside decides whether footprints may be added (custody.md, Footprint). */
export interface Boundary {
  readonly kind: BoundaryKind
  /** The modules that are declared. */
  readonly modules: readonly string[]
  readonly exclusions?: Texts
  /** Why a figure for A1-A3 is negative, where that is not uptake of biogenic carbon. */
  readonly credits?: Texts
}

export type BoundaryKind =
  | 'cradle_to_gate'
  | 'gate_to_gate'
  | 'cradle_to_gate_with_options'
  | 'cradle_to_grave'

export interface Scenario {
  readonly id: string
  readonly name?: Texts
  readonly group?: string
  readonly default?: boolean
  readonly description?: Texts
}

/** A declaration whose figures are built into these, with the quantity per declared unit. */
export interface Included {
  readonly epd?: string
  readonly version?: string
  readonly name?: string
  readonly href?: string
  readonly quantity: Quantity
  /** Part of GWP-total of A1-A3 that comes from it, 0 to 1. */
  readonly gwpShare?: string
}

export interface LinkedDocument {
  readonly kind:
    | 'epd_pdf'
    | 'project_report'
    | 'verification_report'
    | 'lci'
    | 'certificate'
    | 'other'
  readonly title?: string
  readonly href: string
  readonly sha256?: string
  readonly mediaType?: string
}
