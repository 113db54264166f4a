import { RegistryError } from '../../errors.ts'
import {
  type CellFinding,
  type CellPlace,
  cellFinding,
  type SheetCode
} from '../csv/cell-finding.ts'

/** What ends the reading of a workbook. */
export class WorkbookRefused extends Error {
  readonly findings: readonly CellFinding[]

  constructor(findings: readonly CellFinding[]) {
    super('the workbook is refused')
    this.findings = findings
  }
}

/** For a workbook that can be read by no part of it. */
export function refuse(
  code: SheetCode,
  detail: Parameters<typeof cellFinding>[2],
  place: CellPlace = { row: 1 }
): never {
  throw new WorkbookRefused([cellFinding(code, place, detail)])
}

const SAVE_AGAIN =
  'Open the file in a spreadsheet and save it again as .xlsx; delete rows (also empty ones that are only formatted), sheets and pictures that are not needed. Put many rows into several workbooks, or save the sheet as CSV.'

/** For what is built as no program builds it: a part that is missing, cells out of order. */
export function malformed(message: string, place?: CellPlace): never {
  return refuse('XLSX_FILE', { message, remedy: SAVE_AGAIN }, place)
}

/** What archives and XML are refused for, as findings of the workbook; anything else is thrown on. */
export function fileFindings(error: unknown, part?: string): readonly CellFinding[] {
  if (error instanceof WorkbookRefused) return error.findings
  if (!(error instanceof RegistryError)) throw error
  const told = error.details.length > 0 ? error.details : [error]
  return told.map(({ message }) =>
    cellFinding(
      'XLSX_FILE',
      { row: 1 },
      { message: part === undefined ? message : `${part}: ${message}`, remedy: SAVE_AGAIN }
    )
  )
}
