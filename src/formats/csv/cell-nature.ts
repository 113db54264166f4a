import type { CellProblem } from './cell-finding.ts'

/**
 * What a cell may hold. `amount` is a decimal or a bound such as `<0.05`; `list` is several words;
 * `name` is text by which something is found again, `country` its code.
 * Spreadsheets rewrite numbers, dates and truth values by themselves, so these are checked here;
 * everything else is text for the schema to judge.
 */
export type CellKind =
  | 'text'
  | 'name'
  | 'country'
  | 'decimal'
  | 'amount'
  | 'count'
  | 'boolean'
  | 'time'
  | 'list'

/** What a cell says in a column, and what is told of that. */
export interface ReadAs {
  readonly text: string
  readonly problem?: CellProblem
}

/**
 * What a workbook knows of a cell beyond its text: that it is a number, a date, a truth value, and how
 * it is shown. What that means depends on the column. CSV knows nothing of the kind.
 */
export interface CellNature {
  as(kind: CellKind, text: string): ReadAs
}
