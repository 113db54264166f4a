import type { CellFinding, CellPlace } from './cell-finding.ts'
import { cellFinding, columnLetter, moreOfTheKind } from './cell-finding.ts'
import type { CellNature } from './cell-nature.ts'

/** Cells as text, trimmed of spaces; row and column numbers are those of the spreadsheet. */
export interface Sheet {
  /** Null in a workbook, where nothing separates cells. */
  readonly delimiter: ',' | ';' | null
  readonly headers: readonly string[]
  /** By their index, columns without a header that hold something. */
  readonly unheaded: ReadonlySet<number>
  /** Rows below the header that hold something. */
  readonly rows: readonly SheetRow[]
  /** What is told of the sheet as a whole although it is read. */
  readonly notes?: readonly CellFinding[]
}

export interface SheetRow {
  /** As the spreadsheet counts, so the first row of data is 2. */
  readonly row: number
  readonly cells: readonly string[]
  /** By the index of the cell; of a workbook. */
  readonly natures?: readonly (CellNature | undefined)[] | undefined
}

/** So many findings about the shape of rows are told. */
const MOST_TOLD = 100

/** What one upload may hold. */
export const sheetLimits = { bytes: 20_000_000, rows: 100_000, columns: 400, cellLength: 2_000 }

/** So many rows a spreadsheet has, all that are empty among them. */
const MOST_READ = 1_048_576

/** Rows as they are cut, held against the limits one by one. */
export class Rows {
  #headers: readonly string[] | null = null
  /** True where the first row is the header row of a template, as far as can be told at a glance. */
  #isHeader = false
  readonly #unheaded = new Set<number>()
  readonly #rows: SheetRow[] = []
  #read = 0
  readonly #delimiter: Sheet['delimiter']
  readonly #mixed: boolean
  readonly #found: CellFinding[] = []
  /** Rows that are wrong beyond those that are told. */
  #more = 0
  #forbidden = false
  #width = 0

  /** `mixed` where some bytes were not UTF-8. */
  constructor(delimiter: Sheet['delimiter'], mixed: boolean) {
    this.#delimiter = delimiter
    this.#mixed = mixed
  }

  /** Of a workbook with the number of the row and what it knows of the cells. */
  add(record: readonly string[], known: Partial<Omit<SheetRow, 'cells'>> = {}): void {
    const cells = record.map((cell) => cell.trim())
    this.#read = known.row ?? this.#read + 1
    this.#width = cells.length
    const row = { ...known, row: this.#read, cells }
    const headers = this.#headers
    if (headers === null) this.#begin(cells)
    if (this.#read > MOST_READ) this.#forbid(tooLarge(this.#read, columnsOf(this.#headers ?? [])))
    if (this.#forbidden) return
    const mixed = this.#mixed ? mixedEncodings(this.#headers ?? [], row) : null
    if (mixed) this.#forbid(mixed)
    if (mixed || headers === null || cells.every((cell) => cell === '')) return
    const misplaced = this.#isHeader ? null : misplacedHeader(headers, row)
    if (misplaced) this.#forbid(misplaced)
    else this.#keep(row, cellsFindings(headers, row, this.#delimiter))
  }

  /** Everything else is held against the headers, so they are bounded first. */
  #begin(cells: readonly string[]): void {
    this.#headers = cells
    this.#isHeader = isHeader(cells)
    const long = cells.findIndex((cell) => cell.length > sheetLimits.cellLength)
    if (long !== -1) this.#forbid(longFinding([], { row: 1, cells }, long))
    else if (columnsOf(cells) > sheetLimits.columns) this.#forbid(tooLarge(0, columnsOf(cells)))
  }

  /** True where it is refused whatever else it holds. */
  get isForbidden(): boolean {
    return this.#forbidden
  }

  /** Where the sheet as a whole is another than it should be, nothing can be said of its rows. */
  #forbid(finding: CellFinding): void {
    this.#forbidden = true
    this.#found.splice(0, Infinity, finding)
    this.#more = 0
  }

  #keep(row: SheetRow, found: readonly CellFinding[]): void {
    if (this.#found.length < MOST_TOLD) this.#found.push(...found)
    else if (found.length > 0) this.#more += 1
    if (this.#found.length > 0 || this.#rows.length > sheetLimits.rows) return
    this.#rows.push(row)
    row.cells.forEach((cell, index) => {
      if (cell !== '' && this.#headers?.[index] === '') this.#unheaded.add(index)
    })
  }

  /** What was read of a text, or null with what forbids going on. */
  sheet(text: string, findings: CellFinding[]): Sheet | null {
    const headers = this.#headers ?? []
    if (this.#found.length > 0) {
      findings.push(...this.#found.slice(0, MOST_TOLD), ...this.#leftOut())
      return null
    }
    const unheaded = this.#unheaded
    const columns = [...unheaded].reduce(
      (most, index) => Math.max(most, index + 1),
      columnsOf(headers)
    )
    const found = sizeFinding(columns, this.#rows) ?? this.#cutFinding(headers, text)
    if (found) {
      findings.push(found)
      return null
    }
    const used = headers.slice(0, columns)
    return { delimiter: this.#delimiter, headers: used, unheaded, rows: this.#rows }
  }

  #leftOut(): readonly CellFinding[] {
    const last = this.#found.at(-1)
    return this.#more === 0 || !last ? [] : [moreOfTheKind(last, this.#more)]
  }

  /**
   * A last row without its line end and without all of its cells: the last of them may be a part of
   * what was meant, and rows may be missing of any event. Spreadsheets do leave out empty cells at the
   * end of a row, but never the line end.
   */
  #cutFinding(headers: readonly string[], text: string): CellFinding | null {
    if (this.#delimiter === null || this.#width >= headers.length) return null
    const behind = text.slice(text.trimEnd().length)
    if (/[\r\n]/.test(behind)) return null
    const place = placeOf({ headers }, this.#read, this.#width - 1)
    return cellFinding('CSV_CUT_OFF', place, {
      message: 'The file ends in the middle of this row.',
      expected: `${headers.length} cells and a line end`,
      actual: `${this.#width} cells`,
      remedy:
        'Export the sheet again, or copy the whole file: what is behind this place is missing.'
    })
  }
}

/** The place of a cell, with the letter and the header of its column. */
export function placeOf(sheet: Pick<Sheet, 'headers'>, row: number, index: number): CellPlace {
  const header = sheet.headers[index]
  const letter = columnLetter(index)
  return { row, column: header ? `${letter} (${header})` : letter }
}

function sizeFinding(columns: number, rows: readonly SheetRow[]): CellFinding | null {
  if (rows.length === 0) {
    return cellFinding(
      'CSV_EMPTY',
      { row: 2 },
      {
        message: 'There are no rows below the header.',
        remedy: 'Add one row for each batch line.'
      }
    )
  }
  if (rows.length <= sheetLimits.rows && columns <= sheetLimits.columns) return null
  return tooLarge(rows.length, columns)
}

/** What was once formatted is exported as empty columns. */
function columnsOf(headers: readonly string[]): number {
  return headers.findLastIndex((header) => header !== '') + 1
}

function tooLarge(rows: number, columns: number): CellFinding {
  return cellFinding(
    'CSV_LIMIT',
    { row: 1 },
    {
      message: 'The sheet has too many rows or columns.',
      expected: `at most ${sheetLimits.rows} rows and ${sheetLimits.columns} columns`,
      actual: rows > sheetLimits.rows ? 'more rows' : `${columns} columns`,
      remedy: 'Split the file; every row of one event must stay in one file.'
    }
  )
}

/** Both are in every template. */
const HEADERS = ['event', 'facility']

function isHeader(cells: readonly string[]): boolean {
  return HEADERS.every((header) => cells.includes(header))
}

/** A title, an empty row or `sep=;` stands above the header row. */
function misplacedHeader(headers: readonly string[], { row, cells }: SheetRow): CellFinding | null {
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
function cellsFindings(
  headers: readonly string[],
  row: SheetRow,
  delimiter: Sheet['delimiter']
): readonly CellFinding[] {
  const beyond = widthFinding(headers, row, delimiter)
  const long = row.cells.flatMap((cell, index) =>
    cell.length > sheetLimits.cellLength ? [longFinding(headers, row, index)] : []
  )
  return beyond ? [beyond, ...long] : long
}

function longFinding(
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
function mixedEncodings(headers: readonly string[], row: SheetRow): CellFinding | null {
  const at = row.cells.findIndex((cell) => cell.includes('\uFFFD'))
  if (at === -1) return null
  return cellFinding('CSV_ENCODING', placeOf({ headers }, row.row, at), {
    message: 'From this cell on the file is not UTF-8: it mixes encodings or uses another one.',
    remedy: 'Save the sheet as "CSV UTF-8" and submit it again.'
  })
}
