import { isUtf8 } from 'node:buffer'
import { CsvError, type Options, parse as parser } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import type { CellFinding, CellPlace } from './cell-finding.ts'
import { cellFinding, columnLetter } from './cell-finding.ts'

/** Cells as text, trimmed of spaces; row and column numbers are those of the spreadsheet. */
export interface Sheet {
  readonly delimiter: ',' | ';'
  readonly headers: readonly string[]
  /** Rows below the header that hold something. */
  readonly rows: readonly SheetRow[]
}

export interface SheetRow {
  /** As the spreadsheet counts, so the first row of data is 2. */
  readonly row: number
  readonly cells: readonly string[]
}

/** What one upload may hold. */
export const sheetLimits = { bytes: 20_000_000, rows: 100_000, columns: 400, cellLength: 2_000 }

/**
 * Reads CSV as spreadsheets write it: comma or semicolon, quoted cells, a byte order mark in front,
 * rows that are empty. UTF-8 only: a file with another encoding in some rows is refused, because
 * nobody can tell afterwards which letter was meant. Null when a finding forbids going on.
 */
export function readSheet(bytes: Uint8Array, findings: CellFinding[]): Sheet | null {
  const begun = begin(bytes, findings)
  if (begun === null) return null
  try {
    for (const cells of parse(begun.text, optionsOf(begun))) begun.rows.add(cells)
  } catch (error) {
    findings.push(syntaxFinding(error))
    return null
  }
  return begun.rows.sheet(begun, findings)
}

/** Characters that are cut into cells before others have a turn. */
const SLICE = 32_768

/** As `readSheet`, letting others have a turn in between: for a service that is asked meanwhile. */
export async function readSheetInTurns(
  bytes: Uint8Array,
  findings: CellFinding[]
): Promise<Sheet | null> {
  const begun = begin(bytes, findings)
  if (begun === null) return null
  try {
    await cutInTurns(begun)
  } catch (error) {
    findings.push(syntaxFinding(error))
    return null
  }
  return begun.rows.sheet(begun, findings)
}

async function cutInTurns(begun: Begun): Promise<void> {
  const { text, rows } = begun
  const cutting = parser(optionsOf(begun))
  let failure: unknown
  const ended = new Promise<void>((resolve) => {
    cutting.on('data', (cells: string[]) => rows.add(cells))
    cutting.on('error', (error) => {
      failure = error
      resolve()
    })
    cutting.on('end', resolve)
  })
  for (let from = 0; from < text.length && failure === undefined; from += SLICE) {
    cutting.write(text.slice(from, from + SLICE))
    await new Promise((resolve) => setImmediate(resolve))
  }
  cutting.end()
  await ended
  if (failure !== undefined) throw failure
}

interface Begun {
  readonly text: string
  readonly delimiter: Sheet['delimiter']
  readonly rows: Rows
}

function begin(bytes: Uint8Array, findings: CellFinding[]): Begun | null {
  const text = decode(bytes, findings)
  if (text === null) return null
  const delimiter = delimiterOf(text, findings)
  return delimiter === null ? null : { text, delimiter, rows: new Rows() }
}

function optionsOf({ delimiter }: Begun): Options {
  return { delimiter, relax_column_count: true, skip_empty_lines: false }
}

/** Rows as they are cut, held against the limits one by one. */
class Rows {
  #headers: readonly string[] | null = null
  readonly #rows: SheetRow[] = []
  #read = 0
  #found: CellFinding | null = null
  #width = 0

  add(record: readonly string[]): void {
    const cells = record.map((cell) => cell.trim())
    this.#read += 1
    this.#width = cells.length
    if (this.#headers === null) {
      this.#headers = cells
      return
    }
    if (this.#found !== null || cells.every((cell) => cell === '')) return
    const row = { row: this.#read, cells }
    this.#found = widthFinding(this.#headers, row)
    if (this.#rows.length <= sheetLimits.rows) this.#rows.push(row)
  }

  sheet({ text, delimiter }: Begun, findings: CellFinding[]): Sheet | null {
    const headers = this.#headers ?? []
    const found = sizeFinding(headers, this.#rows) ?? this.#found ?? this.#cutFinding(headers, text)
    if (found) findings.push(found)
    return found ? null : { delimiter, headers, rows: this.#rows }
  }

  /**
   * A last row without its line end and without all of its cells: the last of them may be a part of
   * what was meant, and rows may be missing of any event. Spreadsheets do leave out empty cells at the
   * end of a row, but never the line end.
   */
  #cutFinding(headers: readonly string[], text: string): CellFinding | null {
    if (/[\r\n]\s*$/.test(text) || this.#width >= headers.length) return null
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

function decode(bytes: Uint8Array, findings: CellFinding[]): string | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = encodingFinding(buffer)
  if (found) {
    findings.push(found)
    return null
  }
  return buffer.toString('utf8').replace(/^\uFEFF/, '')
}

function encodingFinding(buffer: Buffer): CellFinding | null {
  const remedy = 'Save the sheet as "CSV UTF-8" and submit it again.'
  if (buffer.length > sheetLimits.bytes) {
    return cellFinding(
      'CSV_LIMIT',
      { row: 1 },
      {
        message: 'The file is too large.',
        expected: `at most ${sheetLimits.bytes / 1_000_000} MB`,
        actual: `${(buffer.length / 1_000_000).toFixed(1)} MB`,
        remedy: 'Split it; every row of one event must stay in one file.'
      }
    )
  }
  if (buffer.includes(0)) {
    return cellFinding(
      'CSV_ENCODING',
      { row: 1 },
      {
        message: 'The file is not a CSV file in UTF-8 (it may be UTF-16, or a workbook).',
        remedy
      }
    )
  }
  if (isUtf8(buffer)) return null
  return cellFinding(
    'CSV_ENCODING',
    { row: rowOfFirstInvalidByte(buffer) },
    {
      message: 'From this row on the file is not UTF-8: it mixes encodings or uses another one.',
      remedy
    }
  )
}

/** The decoder replaces exactly what is invalid, so both texts agree up to the first bad byte. */
function rowOfFirstInvalidByte(buffer: Buffer): number {
  const replaced = Buffer.from(buffer.toString('utf8'))
  let offset = 0
  while (offset < buffer.length && buffer[offset] === replaced[offset]) offset += 1
  return buffer.toString('latin1', 0, offset).split(/\r\n|\n|\r/).length
}

/** Headers hold neither comma nor semicolon, so the first line decides. */
function delimiterOf(text: string, findings: CellFinding[]): Sheet['delimiter'] | null {
  const header = text.split(/\r\n|\n|\r/, 1)[0] ?? ''
  if (header.trim() === '') {
    findings.push(
      cellFinding(
        'CSV_EMPTY',
        { row: 1 },
        {
          message: text.trim() === '' ? 'The file is empty.' : 'The first row is empty.',
          remedy: 'Put the header row of the template in the first row.'
        }
      )
    )
    return null
  }
  const comma = header.includes(',')
  if (comma !== header.includes(';')) return comma ? ',' : ';'
  findings.push(
    cellFinding(
      'CSV_DELIMITER',
      { row: 1 },
      {
        message: comma
          ? 'The header row holds both commas and semicolons.'
          : 'The header row holds neither commas nor semicolons.',
        expected: 'cells separated by comma, or by semicolon',
        remedy: 'Export the sheet again as CSV, not as text with tabs.'
      }
    )
  )
  return null
}

/** Quotation marks are all that can be wrong with the cells of a text. */
function syntaxFinding(error: unknown): CellFinding {
  if (!(error instanceof CsvError)) throw error
  const row = Number(error['records'] ?? 0) + 1
  return cellFinding(
    'CSV_SYNTAX',
    { row },
    {
      message: 'Quotation marks do not match in this row.',
      remedy: 'A cell that holds quotation marks is quoted, with each of them doubled.'
    }
  )
}

function sizeFinding(headers: readonly string[], rows: readonly SheetRow[]): CellFinding | null {
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
  if (rows.length <= sheetLimits.rows && headers.length <= sheetLimits.columns) return null
  return cellFinding(
    'CSV_LIMIT',
    { row: 1 },
    {
      message: 'The sheet has too many rows or columns.',
      expected: `at most ${sheetLimits.rows} rows and ${sheetLimits.columns} columns`,
      actual: `${rows.length > sheetLimits.rows ? 'more' : rows.length} rows and ${headers.length} columns`,
      remedy: 'Split the file; every row of one event must stay in one file.'
    }
  )
}

function widthFinding(headers: readonly string[], { row, cells }: SheetRow): CellFinding | null {
  const beyond = cells.findIndex((cell, index) => index >= headers.length && cell !== '')
  if (beyond !== -1) {
    return cellFinding('CSV_CELLS', placeOf({ headers }, row, beyond), {
      message: 'The row has more cells than the header row.',
      expected: `${headers.length} cells`,
      actual: `${cells.length} cells`,
      remedy: 'A cell that holds a comma or semicolon must be in quotation marks.'
    })
  }
  const long = cells.findIndex((cell) => cell.length > sheetLimits.cellLength)
  if (long === -1) return null
  return cellFinding('CSV_LIMIT', placeOf({ headers }, row, long), {
    message: 'The cell is too long.',
    expected: `at most ${sheetLimits.cellLength} characters`,
    actual: `${cells[long]?.length} characters`
  })
}
