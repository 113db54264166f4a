import { isHeader } from './row-findings.ts'

/** A double click opens a text with the separator of the country, which is a semicolon where decimals have a comma. */
export const SEPARATE_REMEDY =
  'Start from the workbook (GET /schemas/xlsx/transform.xlsx and the like), or open the template by Data > From Text/CSV with comma as separator, and copy your rows into it.'

/** True where the spreadsheet did not cut the header row: all of it stands in its first cell. */
export function isUnseparated(headers: readonly string[]): boolean {
  const [first = '', ...others] = headers
  return others.every((cell) => cell === '') && isHeader(first.split(/[,;\t]/))
}
