import { stringify } from 'csv-stringify/sync'
import { spreadsheetText } from '../../domain/spreadsheet-text.ts'

/** What a cell may hold. Null is an empty cell; decimals come as the text they were computed as. */
export type Cell = string | number | boolean | null

/** One column of a table; units belong in the header (`net_mass_kg`). */
export interface Column<Row> {
  readonly header: string
  readonly cell: (row: Row) => Cell
}

/**
 * A table as CSV (RFC 4180: UTF-8, comma, CRLF, quotes where needed, a header line). Cells that a
 * spreadsheet would run as a formula are made text by a leading apostrophe; numbers stay numbers.
 */
export function renderCsv<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>): string {
  const lines = [columns.map((column) => column.header)]
  for (const row of rows) lines.push(columns.map((column) => safeText(column.cell(row))))
  return stringify(lines, { record_delimiter: '\r\n' })
}

const NUMBER = /^-?\d+(?:\.\d+)?$/

function safeText(cell: Cell): string {
  if (cell === null) return ''
  const text = String(cell)
  return NUMBER.test(text) ? text : spreadsheetText(text)
}
