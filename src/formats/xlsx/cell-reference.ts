/** What a spreadsheet has at most. */
export const MOST_ROWS = 1_048_576
export const MOST_COLUMNS = 16_384

const REFERENCE = /^\$?([A-Z]{1,3})\$?([1-9]\d{0,6})$/

export interface CellReference {
  /** From 1, as the spreadsheet counts. */
  readonly row: number
  /** From 0. */
  readonly column: number
}

/** `C5` as row and column; null for what no sheet has. */
export function cellReference(text: string): CellReference | null {
  const [, letters = '', digits = ''] = REFERENCE.exec(text) ?? []
  if (letters === '') return null
  let column = 0
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64
  const row = Number(digits)
  return row > MOST_ROWS || column > MOST_COLUMNS ? null : { row, column: column - 1 }
}

export interface CellRange {
  readonly from: CellReference
  readonly to: CellReference
}

/** `A1:C5`. */
export function cellRange(text: string): CellRange | null {
  const [first = '', last = first] = text.split(':', 2)
  const from = cellReference(first)
  const to = cellReference(last)
  return from && to && { from, to }
}
