import { cutText } from '../cut-text.ts'
import { type CellFinding, cellFinding, placeOf } from './cell-finding.ts'
import type { Sheet, SheetRow } from './sheet-rows.ts'
import { sheetLimits } from './sheet-size.ts'

/** Both are in every template. */
const HEADERS = ['event', 'facility']

export function isHeader(cells: readonly string[]): boolean {
  return HEADERS.every((header) => cells.includes(header))
}

/** A title, an empty row or `sep=;` stands above the header row. */
export function misplacedHeader(
  headers: readonly string[],
  { row, cells }: SheetRow
): CellFinding | null {
  if (!isHeader(cells)) return null
  return cellFinding(
    'CSV_TEMPLATE',
    { row },
    {
      message: `The header row of the template is row ${row}, not the first.`,
      actual: headers
        .filter((header) => header !== '')
        .slice(0, 8)
        .join(', '),
      remedy: 'Delete the rows above it, then save or export again.'
    }
  )
}

/** Two sheets were put below each other, each with its header row. */
function repeatedHeader(headers: readonly string[], { row, cells }: SheetRow): CellFinding | null {
  if (!isHeader(cells)) return null
  const isSame = headers.every((header, index) => header === (cells[index] ?? ''))
  return cellFinding(
    'CSV_TEMPLATE',
    { row },
    {
      message: `Row ${row} is a header row again.`,
      remedy: isSame
        ? 'Delete this row: the first row is the header row of all that are below it.'
        : 'Send what is below it as a file of its own: its columns are others than those of the first row.'
    }
  )
}

/**
 * Spreadsheets give every row as many cells as the header row. Where commas separate them, one more is
 * the trace of a comma that was not meant so, such as 99,9: what is behind it stands one column too far
 * right, and that may fit there as well.
 */
function widthFinding(
  headers: readonly string[],
  { row, cells }: SheetRow,
  delimiter: Sheet['delimiter']
): CellFinding | null {
  const beyond = cells.findIndex(
    (cell, index) => index >= headers.length && (cell !== '' || delimiter === ',')
  )
  if (beyond === -1) return null
  return cellFinding('CSV_CELLS', placeOf({ headers }, row, beyond), {
    message: 'The row has more cells than the header row.',
    expected: `${headers.length} cells`,
    actual: `${cells.length} cells`,
    remedy:
      delimiter === null
        ? 'Empty the cell, or give its column a header of the template.'
        : 'A cell that holds a comma or semicolon must be in quotation marks; decimals have a point.'
  })
}

/** What is wrong with the cells of a row, whatever they say. */
export function cellsFindings(
  headers: readonly string[],
  row: SheetRow,
  delimiter: Sheet['delimiter']
): readonly CellFinding[] {
  const repeated = repeatedHeader(headers, row)
  if (repeated) return [repeated]
  const beyond = widthFinding(headers, row, delimiter)
  const long = row.cells.flatMap((cell, index) =>
    cell.length > sheetLimits.cellLength ? [longFinding(headers, row, index)] : []
  )
  return beyond ? [beyond, ...long] : long
}

/** What a workbook shows of a header cell, where that is something else than it holds, or it is struck out. */
export function spoiledHeaders({ row, cells, natures = [] }: SheetRow): readonly CellFinding[] {
  return natures.flatMap((nature, index) => {
    const text = cells[index] ?? ''
    const { problem } = nature?.as('text', text) ?? {}
    if (problem?.code !== 'XLSX_LOOKS' && problem?.code !== 'XLSX_FORMAT') return []
    const { code, ...detail } = problem
    return [cellFinding(code, placeOf({ headers: cells }, row, index), { actual: text, ...detail })]
  })
}

/** Of a row with a cell that took others. */
export function swallowedRows(
  headers: readonly string[],
  { row, cells }: SheetRow,
  index: number
): CellFinding {
  return cellFinding('CSV_SYNTAX', placeOf({ headers }, row, index), {
    message: 'A quotation mark that is not closed took whole rows into this cell.',
    expected: 'one cell',
    actual: cutText(cells[index] ?? '', 100),
    remedy:
      'Delete the quotation mark that stands before the cell in the file, and the one behind it; one that belongs to the text is doubled, in a cell that is quoted.'
  })
}

export function longFinding(
  headers: readonly string[],
  { row, cells }: SheetRow,
  index: number
): CellFinding {
  return cellFinding('CSV_LIMIT', placeOf({ headers }, row, index), {
    message: 'The cell is too long.',
    expected: `at most ${sheetLimits.cellLength} characters`,
    actual: `${cells[index]?.length} characters`,
    remedy: 'Shorten it; a long text belongs in a document that evidence_href names.'
  })
}

/** The first cell that lost a character where the bytes are not UTF-8 throughout. */
export function mixedEncodings(headers: readonly string[], row: SheetRow): CellFinding | null {
  const at = row.cells.findIndex((cell) => cell.includes('\uFFFD'))
  if (at === -1) return null
  return cellFinding('CSV_ENCODING', placeOf({ headers }, row.row, at), {
    message: 'From this cell on the file is not UTF-8: it mixes encodings or uses another one.',
    remedy: 'Save the sheet as "CSV UTF-8" and submit it again.'
  })
}
