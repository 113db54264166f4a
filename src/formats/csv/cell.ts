import type { Finding } from '../../domain/finding.ts'
import type { CellFinding, CellPlace, SheetCode } from './cell-finding.ts'
import { cellFinding } from './cell-finding.ts'
import type { Sheet } from './sheet.ts'

/**
 * What a cell may hold. `amount` is a decimal or a bound such as `<0.05`; `list` is several words.
 * Spreadsheets rewrite numbers, dates and truth values by themselves, so these are checked here;
 * everything else is text for the schema to judge.
 */
export type CellKind = 'text' | 'decimal' | 'amount' | 'count' | 'boolean' | 'time' | 'list'

export type CellValue = string | number | boolean | readonly string[]

export interface Cell {
  readonly text: string
  readonly place: CellPlace
  readonly delimiter: Sheet['delimiter']
}

/** The value of a cell that is not empty, or undefined with a finding. Nothing is converted. */
export function readCell(
  cell: Cell,
  kind: CellKind,
  findings: CellFinding[]
): CellValue | undefined {
  const problem = spoiled(cell) ?? KINDS[kind].problem(cell)
  if (!problem) return KINDS[kind].value(cell.text)
  const { code, ...detail } = problem
  const finding = cellFinding(code, cell.place, { actual: cell.text, ...detail })
  findings.push(finding)
  return finding.severity === 'error' ? undefined : KINDS[kind].value(cell.text)
}

interface Problem extends Pick<Finding, 'message' | 'expected' | 'remedy'> {
  readonly code: SheetCode
}

interface KindReader {
  readonly problem: (cell: Cell) => Problem | null
  readonly value: (text: string) => CellValue
}

const DECIMAL = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/

const asText = (text: string) => text

const KINDS: Readonly<Record<CellKind, KindReader>> = {
  text: { problem: () => null, value: asText },
  decimal: { problem: (cell) => numberProblem(cell.text, cell.delimiter), value: asText },
  amount: {
    problem: (cell) => numberProblem(cell.text.replace(/^</, ''), cell.delimiter),
    value: asText
  },
  count: { problem: countProblem, value: Number },
  boolean: { problem: booleanProblem, value: (text) => text.toLowerCase() === 'true' },
  time: { problem: timeProblem, value: asText },
  list: {
    problem: () => null,
    value: (text) => text.split(/[\s>|+]+/).filter((word) => word !== '')
  }
}

/** Also full-width signs, and signs behind what nobody sees: spreadsheets take both for a formula. */
const FORMULA = /^[\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u

/** What no cell may hold, whatever its column. */
function spoiled({ text }: Cell): Problem | null {
  if (FORMULA.test(text) && !DECIMAL.test(text)) {
    return {
      code: 'CSV_FORMULA',
      message: 'The cell holds a formula, or text that a spreadsheet takes for one.',
      expected: 'a value',
      remedy: 'Replace it by its value (copy, then paste values); start text with a letter.'
    }
  }
  if (/^#(REF!|N\/A|DIV\/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|BEZUG!|WERT!|NV)/i.test(text)) {
    return {
      code: 'CSV_ERROR_VALUE',
      message: 'The cell holds an error value of the spreadsheet.',
      remedy: 'Mend the formula behind it, then export again.'
    }
  }
  if (!text.includes('\uFFFD')) return null
  return {
    code: 'CSV_LOST_CHARACTER',
    message: 'A character was lost when the file was saved in another encoding.',
    remedy: 'Type the word again and save the sheet as "CSV UTF-8".'
  }
}

function numberProblem(text: string, delimiter: Sheet['delimiter']): Problem | null {
  if (DECIMAL.test(text)) return pointProblem(text, delimiter)
  if (/^-?\d+([.,]\d+)?e[+-]?\d+$/i.test(text)) {
    return {
      code: 'CSV_SCIENTIFIC',
      message: 'The spreadsheet wrote the number as a power of ten, and may have dropped digits.',
      expected: 'all digits, for example 100000',
      remedy: 'Format the column as text, type the number again and export once more.'
    }
  }
  if (/^-?\d+,\d+$/.test(text)) {
    return {
      code: 'CSV_DECIMAL_COMMA',
      message: 'The number is written with a comma. Nothing is converted silently.',
      expected: text.replace(',', '.'),
      remedy: 'Write a point as decimal separator and no thousands separator.'
    }
  }
  if (/^-?\d{1,3}([.,'’\s\u00A0\u202F]\d{3})+([.,]\d+)?$/.test(text)) {
    return {
      code: 'CSV_THOUSANDS',
      message: 'The number is written with thousands separators.',
      expected: 'digits and at most one decimal point, for example 1234567.5',
      remedy: 'Format the column without thousands separators and export again.'
    }
  }
  return {
    code: 'CSV_NUMBER',
    message: 'This is not a plain decimal number.',
    expected:
      'digits and at most one decimal point, for example 1250.5; the unit has its own column',
    remedy: 'Leave the cell empty where nothing was measured; never write 0 for that.'
  }
}

/** Where semicolons separate cells, commas separate decimals, and 1.000 may have meant 1000. */
function pointProblem(text: string, delimiter: Sheet['delimiter']): Problem | null {
  if (delimiter !== ';' || !/^-?[1-9]\d{0,2}\.\d{3}$/.test(text)) return null
  return {
    code: 'CSV_THOUSANDS_POINT',
    message: `The point is read as decimal point: ${text} is less than ${Number(text) + 1}.`,
    expected: `${text} as it stands, or ${text.replace('.', '')} if thousands were meant`,
    remedy: 'If thousands were meant, remove the point.'
  }
}

function countProblem({ text }: Cell): Problem | null {
  if (/^[1-9]\d{0,8}$/.test(text)) return null
  return {
    code: 'CSV_NUMBER',
    message: 'This is not a number of pieces.',
    expected: 'a whole number from 1 to 999999999',
    remedy: 'Write digits only.'
  }
}

function booleanProblem({ text }: Cell): Problem | null {
  if (/^(true|false)$/i.test(text)) return null
  return {
    code: 'CSV_BOOLEAN',
    message: 'This is neither true nor false.',
    expected: 'true or false',
    remedy: 'Write the English word, whatever the language of the spreadsheet.'
  }
}

function timeProblem({ text }: Cell): Problem | null {
  if (TIME.test(text)) return null
  return {
    code: 'CSV_TIME',
    message: 'This is not a time in RFC 3339 UTC.',
    expected: 'year-month-dayThour:minute:secondZ, for example 2026-09-30T14:00:00Z',
    remedy: 'Format the column as text, so that the spreadsheet does not rewrite it.'
  }
}
