import type { Finding, Severity } from '../../domain/finding.ts'

/** A cell as people name it in a spreadsheet; the header row is row 1. */
export interface CellPlace {
  readonly row: number
  /** Letter and header, for example `F (mass_value)`; absent where the whole row is meant. */
  readonly column?: string
}

/** A finding about a sheet: it names a cell where findings about JSON name a pointer. */
export interface CellFinding extends Omit<Finding, 'pointer'> {
  readonly place: CellPlace
}

/** What a sheet may be refused for before any rule of the books looks at it. */
export const sheetCodes = {
  CSV_ENCODING: { severity: 'error', title: 'The file is not UTF-8 throughout' },
  CSV_EMPTY: { severity: 'error', title: 'The file holds no rows' },
  CSV_LIMIT: { severity: 'error', title: 'The file is larger than one upload may be' },
  CSV_DELIMITER: {
    severity: 'error',
    title: 'The cells are separated neither by comma nor by semicolon'
  },
  CSV_SYNTAX: { severity: 'error', title: 'Quotation marks do not match' },
  CSV_TEMPLATE: { severity: 'error', title: 'The header row is not that of a template' },
  CSV_COLUMN_UNKNOWN: { severity: 'error', title: 'The template has no such column' },
  CSV_COLUMN_MISSING: { severity: 'error', title: 'A column of the template is missing' },
  CSV_COLUMN_REPEATED: { severity: 'error', title: 'Two columns have the same name' },
  CSV_CUT_OFF: { severity: 'error', title: 'The file ends in the middle of a row' },
  CSV_CELLS: { severity: 'error', title: 'A row has more cells than the header row' },
  CSV_FORMULA: { severity: 'error', title: 'A cell holds a formula or looks like one' },
  CSV_ERROR_VALUE: { severity: 'error', title: 'A cell holds an error value of the spreadsheet' },
  CSV_LOST_CHARACTER: { severity: 'error', title: 'A character was lost when the file was saved' },
  CSV_HIDDEN_CHARACTER: { severity: 'error', title: 'A cell holds a character that nobody sees' },
  CSV_REWRITTEN: {
    severity: 'warning',
    title: 'The spreadsheet may have made a date or a power of ten of a name'
  },
  CSV_DECIMAL_COMMA: { severity: 'error', title: 'A number is written with a decimal comma' },
  CSV_THOUSANDS: { severity: 'error', title: 'A number is written with thousands separators' },
  CSV_THOUSANDS_POINT: {
    severity: 'warning',
    title: 'A point may have been meant as a thousands separator'
  },
  CSV_SCIENTIFIC: {
    severity: 'error',
    title: 'The spreadsheet rewrote a number as a power of ten'
  },
  CSV_NUMBER: { severity: 'error', title: 'Not a plain decimal number' },
  CSV_BOOLEAN: { severity: 'error', title: 'Neither true nor false' },
  CSV_TIME: { severity: 'error', title: 'Not a time in RFC 3339 UTC' },
  CSV_VALUE_MISSING: { severity: 'error', title: 'A cell that the row needs is empty' },
  CSV_NOT_FOR_LINE: {
    severity: 'error',
    title: 'A cell is filled that this kind of line does not have'
  },
  CSV_LINE: { severity: 'error', title: 'The kind of line is not one of the template' },
  CSV_EVENT_DIFFERS: { severity: 'error', title: 'Rows of one event disagree about the event' },
  CSV_NAMIBIA: {
    severity: 'warning',
    title: 'NA was read as Namibia, and may have been meant as "not available"'
  },
  CSV_DECLARED: {
    severity: 'error',
    title: 'A declared history is not written as the template asks'
  },
  XLSX_FILE: { severity: 'error', title: 'The file is no sound workbook' },
  XLSX_KIND: { severity: 'error', title: 'The file is another kind of workbook, or holds macros' },
  XLSX_LIMIT: { severity: 'error', title: 'The workbook holds more than is read of one' },
  XLSX_SHEET: { severity: 'error', title: 'It is not clear which sheet is meant' },
  XLSX_SHEETS_LEFT: { severity: 'warning', title: 'Only one sheet of the workbook was read' },
  XLSX_HIDDEN: { severity: 'error', title: 'Hidden rows or columns hold something' },
  XLSX_MERGED: { severity: 'error', title: 'Cells are merged' },
  XLSX_FORMULA: { severity: 'error', title: 'A formula has no value that was calculated' },
  XLSX_FORMAT: { severity: 'error', title: 'A cell shows something else than it holds' },
  XLSX_LOOKS: { severity: 'error', title: 'A cell is struck out, or a piece of it is raised' },
  XLSX_DATE: {
    severity: 'error',
    title: 'A cell holds a date where none belongs, or a part of one'
  },
  XLSX_UTC: { severity: 'info', title: 'A date of the spreadsheet was read as a time in UTC' },
  XLSX_TRUTH: { severity: 'error', title: 'A cell holds a truth value where none belongs' },
  XLSX_DIGITS: {
    severity: 'warning',
    title: 'A calculated number has more digits than a spreadsheet shows; 15 were taken'
  }
} as const satisfies Record<string, { readonly severity: Severity; readonly title: string }>

export type SheetCode = keyof typeof sheetCodes

/** What is wrong with a cell, before it is known where it stands. */
export interface CellProblem extends Pick<Finding, 'message' | 'expected' | 'remedy'> {
  readonly code: SheetCode
}

/** A finding of this table; the severity comes with the code. */
export function cellFinding(
  code: SheetCode,
  place: CellPlace,
  detail: Pick<Finding, 'message' | 'expected' | 'actual' | 'remedy'>
): CellFinding {
  return { rule: 'csv', code, severity: sheetCodes[code].severity, place, ...detail }
}

/** Stands for findings that are left out because they are of the kind of the last that is told. */
export function moreOfTheKind(
  { rule, code, severity, place }: CellFinding,
  more: number
): CellFinding {
  return {
    rule,
    code,
    severity,
    place,
    message: `Behind this row there are ${more} more of the kind.`,
    remedy: 'Mend those that are told and check again: mostly it is one mistake many times.'
  }
}

/** `A`, `Z`, `AA` ... for a column counted from 0, as spreadsheets name it. */
export function columnLetter(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26))
  return index < 26 ? letter : columnLetter(Math.floor(index / 26) - 1) + letter
}

/** The place of a cell, with the letter and the header of its column. */
export function placeOf(
  sheet: { readonly headers: readonly string[] },
  row: number,
  index: number
): CellPlace {
  const header = sheet.headers[index]
  const letter = columnLetter(index)
  return { row, column: header ? `${letter} (${header})` : letter }
}
