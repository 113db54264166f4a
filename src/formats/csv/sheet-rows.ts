import type { CellFinding } from './cell-finding.ts'
import { cellFinding, moreOfTheKind, placeOf } from './cell-finding.ts'
import type { CellNature } from './cell-nature.ts'
import {
  cellsFindings,
  isHeader,
  longFinding,
  misplacedHeader,
  mixedEncodings,
  spoiledHeaders,
  swallowedRows
} from './row-findings.ts'
import { columnsOf, sheetLimits, sizeFinding, tooLarge } from './sheet-size.ts'
import { swallowingCell } from './swallowed-rows.ts'

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
    if (headers === null) this.#begin(row)
    if (this.#read > MOST_READ) this.#forbid(tooLarge(this.#read, columnsOf(this.#headers ?? [])))
    if (this.#forbidden) return
    const mixed = this.#mixed ? mixedEncodings(this.#headers ?? [], row) : null
    if (mixed) this.#forbid(mixed)
    if (mixed || headers === null || cells.every((cell) => cell === '')) return
    const misplaced = this.#isHeader ? null : misplacedHeader(headers, row)
    const swallowing = swallowingCell(record, headers.length, this.#delimiter)
    if (misplaced) this.#forbid(misplaced)
    else if (swallowing !== -1) this.#keep(row, [swallowedRows(headers, row, swallowing)])
    else this.#keep(row, cellsFindings(headers, row, this.#delimiter))
  }

  /** Everything else is held against the headers, so they are bounded first. */
  #begin(row: SheetRow): void {
    const { cells } = row
    this.#headers = cells
    this.#isHeader = isHeader(cells)
    const long = cells.findIndex((cell) => cell.length > sheetLimits.cellLength)
    if (long !== -1) this.#forbid(longFinding([], row, long))
    else if (columnsOf(cells) > sheetLimits.columns) this.#forbid(tooLarge(0, columnsOf(cells)))
    else this.#found.push(...spoiledHeaders(row))
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
