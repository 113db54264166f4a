import { type CellFinding, cellFinding, columnLetter, placeOf } from '../csv/cell-finding.ts'
import type { CellNature } from '../csv/cell-nature.ts'
import { Rows, type Sheet } from '../csv/sheet-rows.ts'
import { sheetLimits } from '../csv/sheet-size.ts'
import { type CellRange, MOST_COLUMNS } from './cell-reference.ts'
import { refuse } from './refuse.ts'
import type { SheetTaker } from './sheet-visitor.ts'

/** Rows times columns: what a sheet costs in memory, as far to the right as its rows go. */
const MOST_CELLS = 4_000_000
const MOST_MERGED = 10_000
/** So many places of one kind are told. */
const SHOWN = 20

/** Rows of a worksheet as CSV has them, with what is hidden or merged among them. */
export class RowsTaker implements SheetTaker {
  readonly #rows = new Rows(null, false)
  readonly #hidden = new Uint8Array(MOST_COLUMNS)
  readonly #merged: CellRange[] = []
  readonly #hiddenColumns = new Set<number>()
  readonly #hiddenRows: number[] = []
  #headers: readonly string[] | null = null
  #last = 0
  #count = 0
  #cells = 0
  #texts: string[] = []
  #natures: (CellNature | undefined)[] | null = null

  hiddenColumns(first: number, last: number): void {
    this.#hidden.fill(1, first, last + 1)
  }

  merged(range: CellRange): void {
    this.#merged.push(range)
    if (this.#merged.length > MOST_MERGED) this.#refuseSize(`${MOST_MERGED} merged cells`)
  }

  cell(row: number, column: number, text: string, nature: CellNature | undefined): void {
    this.#cells += column + 1 - this.#texts.length
    if (this.#cells > MOST_CELLS) this.#refuseSize(`${MOST_CELLS} cells`)
    while (this.#texts.length < column) this.#texts.push('')
    this.#texts.push(text)
    if (nature) {
      this.#natures ??= []
      this.#natures[column] = nature
    }
    if (this.#hidden[column] === 1 && row > 1) this.#hiddenColumns.add(column)
  }

  rowEnds(row: number, hidden: boolean): void {
    if (this.#texts.length === 0) return
    if (this.#headers === null && row > 1) this.#add(1, [], null)
    if (hidden) this.#hiddenRows.push(row)
    this.#refuseBeyond()
    this.#add(row, this.#texts, this.#natures)
    this.#last = row
    this.#texts = []
    this.#natures = null
  }

  sheet(findings: CellFinding[], notes: readonly CellFinding[]): Sheet | null {
    const sheet = this.#headers === null ? this.#empty(findings) : this.#rows.sheet('', findings)
    const headers = this.#headers ?? []
    findings.push(...this.#hiddenFindings(headers), ...this.#mergedFindings(headers))
    return sheet && findings.length === 0 ? { ...sheet, notes } : null
  }

  #add(row: number, texts: readonly string[], natures: readonly (CellNature | undefined)[] | null) {
    this.#headers ??= texts
    this.#rows.add(texts, natures ? { row, natures } : { row })
  }

  /** At once: the rest would be read for nothing. */
  #refuseBeyond(): void {
    const { rows, columns } = sheetLimits
    this.#count += 1
    if (this.#count > rows + 1) this.#refuseSize(`${rows} rows`)
    if (this.#headers === null && this.#texts.length > columns) {
      this.#refuseSize(`${columns} columns`)
    }
  }

  #empty(findings: CellFinding[]): null {
    const message = 'The sheet is empty.'
    const remedy = 'Put the header row of the template in the first row.'
    findings.push(cellFinding('CSV_EMPTY', { row: 1 }, { message, remedy }))
    return null
  }

  #hiddenFindings(headers: readonly string[]): CellFinding[] {
    const remedy =
      'Show all rows and columns (clear the filter) and look at them; delete what is not to be recorded, then save.'
    const rows = this.#hiddenRows
    const columns = [...this.#hiddenColumns].sort((a, b) => a - b)
    const told: CellFinding[] = []
    if (rows.length > 0) {
      const message = `Hidden rows hold something: ${listed(rows.map(String))}.`
      told.push(cellFinding('XLSX_HIDDEN', { row: rows[0] ?? 1 }, { message, remedy }))
    }
    if (columns.length > 0) {
      const message = `Hidden columns hold something: ${listed(columns.map(columnLetter))}.`
      const { column = '' } = placeOf({ headers }, 1, columns[0] ?? 0)
      told.push(cellFinding('XLSX_HIDDEN', { row: 1, column }, { message, remedy }))
    }
    return told
  }

  /** Of merged cells only the first holds something: for the others nothing would be recorded. */
  #mergedFindings(headers: readonly string[]): CellFinding[] {
    return this.#merged
      .filter(({ from }) => from.row <= this.#last && from.column < headers.length)
      .slice(0, SHOWN)
      .map(({ from, to }) => {
        const name = `${columnLetter(from.column)}${from.row}:${columnLetter(to.column)}${to.row}`
        return cellFinding('XLSX_MERGED', placeOf({ headers }, from.row, from.column), {
          message: `The cells ${name} are merged: only the first of them holds something.`,
          remedy: 'Unmerge them and write into each row what belongs to it.'
        })
      })
  }

  #refuseSize(most: string): never {
    return refuse('XLSX_LIMIT', {
      message: 'The sheet holds too much.',
      expected: `at most ${most}`,
      remedy:
        'Delete what stands right of the columns and below the rows of the template, or split the sheet.'
    })
  }
}

function listed(names: readonly string[]): string {
  const more = names.length - SHOWN
  return `${names.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
