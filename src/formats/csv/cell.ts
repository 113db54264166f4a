import type { CellFinding, CellPlace, CellProblem } from './cell-finding.ts'
import { cellFinding } from './cell-finding.ts'
import { amountProblem, numberProblem } from './cell-number.ts'
import { isDate, isPower } from './rewritten.ts'
import type { Sheet } from './sheet-rows.ts'
import { spoiledCell } from './spoiled-cell.ts'

/**
 * What a cell may hold. `amount` is a decimal or a bound such as `<0.05`; `list` is several words;
 * `name` is text by which something is found again.
 * Spreadsheets rewrite numbers, dates and truth values by themselves, so these are checked here;
 * everything else is text for the schema to judge.
 */
export type CellKind =
  | 'text'
  | 'name'
  | 'decimal'
  | 'amount'
  | 'count'
  | 'boolean'
  | 'time'
  | 'list'

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
  const problem = spoiledCell(cell.text) ?? KINDS[kind].problem(cell)
  if (!problem) return KINDS[kind].value(cell.text)
  const { code, ...detail } = problem
  const finding = cellFinding(code, cell.place, { actual: cell.text, ...detail })
  findings.push(finding)
  return finding.severity === 'error' ? undefined : KINDS[kind].value(cell.text)
}

interface KindReader {
  readonly problem: (cell: Cell) => CellProblem | null
  readonly value: (text: string) => CellValue
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/

const asText = (text: string) => text

const KINDS: Readonly<Record<CellKind, KindReader>> = {
  text: { problem: () => null, value: asText },
  name: { problem: nameProblem, value: asText },
  decimal: { problem: (cell) => numberProblem(cell.text, cell.delimiter), value: asText },
  amount: { problem: (cell) => amountProblem(cell.text, cell.delimiter), value: asText },
  count: { problem: countProblem, value: Number },
  boolean: { problem: booleanProblem, value: (text) => text.toLowerCase() === 'true' },
  time: { problem: timeProblem, value: asText },
  list: {
    problem: () => null,
    value: (text) => text.split(/[\s>|+]+/).filter((word) => word !== '')
  }
}

/** Lot numbers such as `2-1`, `FEB-31` or `12E15`: what the spreadsheet made of them names another batch. */
function nameProblem({ text }: Cell): CellProblem | null {
  if (!isDate(text) && !isPower(text)) return null
  return {
    code: 'CSV_REWRITTEN',
    message: `The spreadsheet may have made ${isDate(text) ? 'a date' : 'a power of ten'} of this name; it is taken as it stands.`,
    expected: 'the name as it was given',
    remedy:
      'If it was rewritten: format the column as text, type the name again and export once more.'
  }
}

function countProblem({ text }: Cell): CellProblem | null {
  if (/^[1-9]\d{0,8}$/.test(text)) return null
  return {
    code: 'CSV_NUMBER',
    message: 'This is not a number of pieces.',
    expected: 'a whole number from 1 to 999999999',
    remedy: 'Write digits only.'
  }
}

function booleanProblem({ text }: Cell): CellProblem | null {
  if (/^(true|false)$/i.test(text)) return null
  return {
    code: 'CSV_BOOLEAN',
    message: 'This is neither true nor false.',
    expected: 'true or false',
    remedy: 'Write the English word, whatever the language of the spreadsheet.'
  }
}

function timeProblem({ text }: Cell): CellProblem | null {
  if (TIME.test(text)) return null
  return {
    code: 'CSV_TIME',
    message: 'This is not a time in RFC 3339 UTC.',
    expected: 'year-month-dayThour:minute:secondZ, for example 2026-09-30T14:00:00Z',
    remedy: 'Format the column as text, so that the spreadsheet does not rewrite it.'
  }
}
