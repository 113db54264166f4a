import { type CellFinding, cellFinding } from './cell-finding.ts'
import type { SheetRow } from './sheet-rows.ts'

/** What one upload may hold. */
export const sheetLimits = { bytes: 20_000_000, rows: 100_000, columns: 400, cellLength: 2_000 }

/** What is wrong with the sheet as a whole, empty or too large. */
export function sizeFinding(columns: number, rows: readonly SheetRow[]): CellFinding | null {
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
export function columnsOf(headers: readonly string[]): number {
  return headers.findLastIndex((header) => header !== '') + 1
}

export function tooLarge(rows: number, columns: number): CellFinding {
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
