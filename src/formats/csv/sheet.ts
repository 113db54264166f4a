import { CsvError, type Options, parse as parser } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { type CellFinding, cellFinding } from './cell-finding.ts'
import { decodeSheet } from './sheet-encoding.ts'
import { Rows, type Sheet } from './sheet-rows.ts'
import { isUnseparated, SEPARATE_REMEDY } from './unseparated.ts'

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
  return begun.rows.sheet(begun.text, findings)
}

/** Characters that are cut into cells before others have a turn. */
const SLICE = 8_192

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
  return begun.rows.sheet(begun.text, findings)
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
  const isOver = () => failure !== undefined || rows.isForbidden
  for (let from = 0; from < text.length && !isOver(); from += SLICE) {
    cutting.write(text.slice(from, from + SLICE))
    await new Promise((resolve) => setImmediate(resolve))
  }
  cutting.end()
  await ended
  if (failure !== undefined && !rows.isForbidden) throw failure
}

interface Begun {
  readonly text: string
  readonly delimiter: NonNullable<Sheet['delimiter']>
  readonly rows: Rows
}

function begin(bytes: Uint8Array, findings: CellFinding[]): Begun | null {
  const decoded = decodeSheet(bytes, findings)
  if (decoded === null) return null
  const { text } = decoded
  const delimiter = delimiterOf(text, findings)
  return delimiter && { text, delimiter, rows: new Rows(delimiter, decoded.mixed) }
}

/** Of a row: more than the cells of any have together. */
const MOST_CHARACTERS = 1_000_000

/** Line ends may differ: rows are often put below a header from elsewhere. */
function optionsOf({ delimiter }: Begun): Options {
  const record_delimiter = ['\r\n', '\n', '\r']
  return {
    delimiter,
    record_delimiter,
    relax_column_count: true,
    skip_empty_lines: false,
    max_record_size: MOST_CHARACTERS
  }
}

/** Headers hold neither comma nor semicolon, so the first line decides. */
function delimiterOf(text: string, findings: CellFinding[]): Sheet['delimiter'] {
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
          ? 'The first row holds both commas and semicolons.'
          : 'The first row holds neither commas nor semicolons.',
        expected: 'cells separated by comma, or by semicolon',
        // One of them separates cells, and the other one is in the cell that holds all.
        remedy: isUnseparated(header.replace(/;*$/, '').split(';'))
          ? SEPARATE_REMEDY
          : 'Put the header row of the template first, and export as CSV, not as text with tabs.'
      }
    )
  )
  return null
}

/** Quotation marks are all that can be wrong with the cells of a text, also where a row has no end. */
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
