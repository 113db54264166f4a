import type { CellKind } from './cell-nature.ts'

/** A column of a template: its header, what its cells hold and where they go in the event. */
export interface Column {
  /** The header; of a family (`assay:Nd2O3`) the part before the colon. */
  readonly name: string
  readonly kind: CellKind
  /** Way from the event or from the line to the value; a number is an index of an array. */
  readonly path: readonly (string | number)[]
  readonly required?: boolean
  /** Columns of this name repeat with another word behind the colon. */
  readonly family?: Family
  /** One sentence for docs/csv-templates.md. */
  readonly meaning: string
  readonly example: string
}

/**
 * How the word behind the colon enters the document: as a member name, as `key` of an entry in a
 * list whose `value` the cell is, or as element and step of a declared history.
 */
export type Family =
  | { readonly as: 'member' }
  | { readonly as: 'entry'; readonly key: string; readonly value: string }
  | { readonly as: 'declared' }
