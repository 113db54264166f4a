import type { CarbonFootprint } from './carbon-footprint.ts'
import type { DeclaredUnit } from './product.ts'
import type { DatedVersion } from './usable-version.ts'

/** What the registry knows of a declaration that another one builds on. */
export interface IncludedEpd {
  readonly id: string
  /** Every submitted version, oldest first. */
  readonly versions: readonly (DatedVersion & { readonly version: string })[]
  /**
   * What the version says that is named, else the newest one that stands, else the newest that stood once;
   * null where none was ever published.
   */
  readonly content: IncludedContent | null
}

export interface IncludedContent {
  readonly version: string
  /** The last stage that its product went through. */
  readonly stage: string
  /** Ids of the registered declarations that it includes itself. */
  readonly includes: readonly string[]
  readonly footprint: CarbonFootprint
  readonly declaredUnit: DeclaredUnit
}

/** By id, with all that they include in turn; ids that are not registered are missing. */
export type IncludedEpds = ReadonlyMap<string, IncludedEpd>
