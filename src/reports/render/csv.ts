import { stringify } from 'csv-stringify/sync'
import { spreadsheetText } from '../../domain/spreadsheet-text.ts'

/** What a cell may hold. Null is an empty cell; decimals come as the text they were computed as. */
export type Cell = string | number | boolean | null

/** One column of a table; units belong in the header (`net_mass_kg`). */
export interface Column<Row> {
  readonly header: string
  readonly cell: (row: Row) => Cell
}

/** Rows that are written at once. */
const ROWS = 64

/**
 * A table as CSV (RFC 4180: UTF-8, comma, CRLF, quotes where needed, a header line). Cells that a
 * spreadsheet would run as a formula are made text by a leading apostrophe; numbers stay numbers.
 */
export function renderCsv<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>): string {
  return [...csvPieces(columns, rows)].join('')
}

/** The same text in pieces, none of which takes long. */
export function* csvPieces<Row>(
  columns: readonly Column<Row>[],
  rows: Iterable<Row>
): Generator<string> {
  let lines = [columns.map((column) => column.header)]
  for (const row of rows) {
    lines.push(columns.map((column) => safeText(column.cell(row))))
    if (lines.length < ROWS) continue
    yield written(lines)
    lines = []
  }
  yield written(lines)
}

function written(lines: readonly (readonly string[])[]): string {
  return stringify(lines as string[][], { record_delimiter: '\r\n' })
}

const NUMBER = /^-?\d+(?:\.\d+)?$/

function safeText(cell: Cell): string {
  if (cell === null) return ''
  const text = String(cell)
  return NUMBER.test(text) ? text : spreadsheetText(text)
}
