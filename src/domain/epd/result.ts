import type { Texts } from './texts.ts'

/** All values of one indicator under one method. */
export interface EpdResult {
  /** Code of data/indicators.json, or `urn:uuid:` and an ILCD id that the table does not list. */
  readonly indicator: string
  /** The set of characterization factors where it is not the one of the document; see `methodOf`. */
  readonly method?: string
  readonly name?: Texts
  /** As stated. */
  readonly unit: string
  /** The ILCD unit group, where the format names one: it decides, not the text. */
  readonly unitGroup?: string
  /** The ILCD reference, as stated. */
  readonly reference?: { readonly uuid: string; readonly version?: string }
  /** RFC 6901 pointer of the result in the document that was submitted. */
  readonly pointer: string
  readonly values: readonly EpdValue[]
}

/**
 * One value. `declared` carries the decimal exactly as written; `not_declared` (MND) and
 * `not_assessed` (INA) carry none, and neither of them is zero.
 */
export type EpdValue = Place &
  (
    | { readonly status: 'declared'; readonly text: string }
    | { readonly status: 'not_declared' | 'not_assessed'; readonly text: null }
  )

interface Place {
  readonly module: string
  /** Id of a scenario; null where the module has only one. */
  readonly scenario: string | null
  /** RFC 6901 pointer of the value in the document that was submitted. */
  readonly pointer: string
}
