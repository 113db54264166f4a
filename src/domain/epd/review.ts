import type { Finding } from '../finding.ts'
import type { Reference } from '../reference.ts'
import type { Epd } from './epd.ts'
import type { Figures } from './figures.ts'
import type { IncludedEpds } from './included.ts'
import type { EpdOrigin } from './origin.ts'
import type { VersionKey } from './version.ts'

/** What a declaration is judged by, besides itself. */
export interface EpdContext {
  readonly reference: Reference
  /** `YYYY-MM-DD` in UTC. */
  readonly today: string
  /** The organization that submits it. */
  readonly submitter: string
  /** The highest version of the declaration that was submitted before; null for the first. */
  readonly current: { readonly version: string; readonly key: VersionKey } | null
  /** The version that it follows: the newest that was published, else the newest; null for none. */
  readonly before?: Epd | null
  /** Those among the organizations that it names that are registered. */
  readonly organizations: ReadonlySet<string>
  /** Those among the facilities that it names that are registered. */
  readonly facilities: ReadonlySet<string>
  /** Profiles to judge by besides those that it claims; absent where none is looked at. */
  readonly profiles?: readonly string[]
  /** Where a document of another format says what the model holds. */
  readonly origin?: EpdOrigin | undefined
  /** The registered ones of those it builds on; absent where no registry is at hand. */
  readonly included?: IncludedEpds
}

/** What every rule is given. */
export interface EpdReview extends EpdContext {
  readonly epd: Epd
  readonly figures: Figures
}

/** Judges one declaration: pure, complete, in the order in which it tells. */
export type EpdRule = (review: EpdReview) => Finding[]
