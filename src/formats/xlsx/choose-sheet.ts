import { type CellFinding, cellFinding } from '../csv/cell-finding.ts'
import { templates } from '../csv/template.ts'
import { cutText } from '../cut-text.ts'
import { malformed, refuse } from './refuse.ts'

export interface NamedSheet {
  readonly name: string
  /** Null where it lies in another file. */
  readonly path: string | null
  readonly hidden: boolean
}

const NAMES = templates.map(({ id }) => id)

/**
 * The only sheet, the one that is named like a template, or else the first one. The others are named in a
 * note: what somebody wrote there is not recorded, and that is not to be found out later.
 */
export function chooseSheet(sheets: readonly NamedSheet[]): {
  readonly chosen: string
  readonly notes: readonly CellFinding[]
} {
  const visible = sheets.filter(({ hidden }) => !hidden)
  const named = visible.filter(({ name }) => NAMES.some((id) => id === name.trim().toLowerCase()))
  if (named.length > 1) {
    refuse('XLSX_SHEET', {
      message: `Several sheets are named like a template: ${listed(named)}.`,
      expected: 'one of them',
      remedy:
        'Save each of them as a workbook of its own, and send these in the order in which it happened.'
    })
  }
  const chosen = named[0] ?? visible[0]
  if (!chosen) {
    refuse('XLSX_SHEET', {
      message: sheets.length > 0 ? 'Every sheet is hidden.' : 'The workbook has no sheet.',
      remedy: 'Show the sheet that holds the rows of the template, and save the workbook again.'
    })
  }
  if (chosen.path === null) return malformed(`The sheet “${shown(chosen)}” is not in the file.`)
  const left = sheets.filter((sheet) => sheet !== chosen)
  return { chosen: chosen.path, notes: left.length === 0 ? [] : [leftOut(chosen, left)] }
}

function leftOut(chosen: NamedSheet, left: readonly NamedSheet[]): CellFinding {
  const place = { row: 1 }
  return cellFinding('XLSX_SHEETS_LEFT', place, {
    message: `Only the sheet “${shown(chosen)}” is read; not read: ${listed(left)}.`,
    remedy: `If another one is meant: name it ${NAMES.join(', ')} or move it to the front. Rows of others need a file of their own.`
  })
}

const MOST_NAMES = 10

function listed(sheets: readonly NamedSheet[]): string {
  const names = sheets.slice(0, MOST_NAMES).map((sheet) => `“${shown(sheet)}”`)
  return `${names.join(', ')}${sheets.length > MOST_NAMES ? ' and others' : ''}`
}

function shown({ name }: NamedSheet): string {
  return cutText(name, 31)
}
