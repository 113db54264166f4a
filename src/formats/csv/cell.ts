import type { CellPlace, CellProblem } from './cell-finding.ts'
import { cellFinding } from './cell-finding.ts'
import type { CellKind, CellNature } from './cell-nature.ts'
import { amountProblem, numberProblem } from './cell-number.ts'
import { isDate, isPower } from './rewritten.ts'
import type { Sheet } from './sheet-rows.ts'
import { spoiledCell } from './spoiled-cell.ts'
import { timeProblem } from './time-problem.ts'
import type { FindingTaker } from './told-cells.ts'

export type CellValue = string | number | boolean | readonly string[]

export interface Cell {
  readonly text: string
  readonly place: CellPlace
  readonly delimiter: Sheet['delimiter']
  readonly nature?: CellNature | undefined
}

/** The value of a cell that is not empty, or undefined with a finding. Nothing is converted. */
export function readCell(
  cell: Cell,
  kind: CellKind,
  findings: FindingTaker
): CellValue | undefined {
  const read = cell.nature?.as(kind, cell.text)
  const known = read ? { ...cell, text: read.text } : cell
  if (read?.problem && isRefused(read.problem, cell, findings)) return undefined
  const problem = spoiledCell(known.text) ?? KINDS[kind].problem(known)
  if (problem && isRefused(problem, known, findings)) return undefined
  return KINDS[kind].value(known.text)
}

/** Tells of the problem; true where it is an error. */
function isRefused({ code, ...detail }: CellProblem, cell: Cell, findings: FindingTaker): boolean {
  const finding = cellFinding(code, cell.place, { actual: cell.text, ...detail })
  findings.push(finding)
  return finding.severity === 'error'
}

interface KindReader {
  readonly problem: (cell: Cell) => CellProblem | null
  readonly value: (text: string) => CellValue
}

const asText = (text: string) => text

const KINDS: Readonly<Record<CellKind, KindReader>> = {
  text: { problem: () => null, value: asText },
  name: { problem: nameProblem, value: asText },
  country: { problem: countryProblem, value: asText },
  decimal: { problem: (cell) => numberProblem(cell.text, cell.delimiter), value: asText },
  amount: { problem: (cell) => amountProblem(cell.text, cell.delimiter), value: asText },
  count: { problem: countProblem, value: Number },
  boolean: { problem: booleanProblem, value: (text) => text.toLowerCase() === 'true' },
  time: { problem: ({ text }) => timeProblem(text), value: asText },
  list: {
    problem: () => null,
    value: (text) => text.split(/[\s>|+]+/).filter((word) => word !== '')
  }
}

/** Lot numbers such as `2-1`, `FEB-31` or `12E15`: what the spreadsheet made of them names another batch. */
function nameProblem({ text }: Cell): CellProblem | null {
  if (text.startsWith("'")) return apostrophe(text)
  if (!isDate(text) && !isPower(text)) return null
  return {
    code: 'CSV_REWRITTEN',
    message: `The spreadsheet may have made ${isDate(text) ? 'a date' : 'a power of ten'} of this name; it is taken as it stands.`,
    expected: 'the name as it was given',
    remedy:
      'If it was rewritten: format the column as text, type the name again and save or export once more.'
  }
}

/** Typed in front of a number it makes text of it, and is no part of the text; programs write it as one. */
function apostrophe(text: string): CellProblem {
  return {
    code: 'CSV_REWRITTEN',
    message: 'The name begins with an apostrophe; it is taken as it stands.',
    expected: text.slice(1),
    remedy: 'If the apostrophe is no part of the name: delete it.'
  }
}

/** Programs for statistics write NA where there is nothing, and Namibia has rare earths. */
function countryProblem({ text }: Cell): CellProblem | null {
  if (text !== 'NA') return null
  return {
    code: 'CSV_NAMIBIA',
    message: 'NA is read as the country Namibia.',
    expected: 'NA if it is Namibia, or nothing',
    remedy: 'Where NA was to say that it is not known, empty the cell.'
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
