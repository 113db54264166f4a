import { canonicalHash } from '../../domain/canonical-json.ts'
import { isUuid, uuidFrom } from '../../domain/ids.ts'
import type { CellFinding, CellPlace } from './cell-finding.ts'
import { cellFinding } from './cell-finding.ts'
import { Draft } from './draft.ts'
import { bindHeader, missingColumns } from './header.ts'
import { enterRow, kindOf, missingValue, type RowContext } from './row.ts'
import { placeOf, readSheet, type SheetRow } from './sheet.ts'
import type { TemplateId } from './template.ts'

/** One event document that a sheet holds, in the words of schemas/event.json. */
export interface CsvEvent {
  /** What its rows say in the column `event`. */
  readonly name: string
  readonly document: Readonly<Record<string, unknown>>
  /** The cell or row that a JSON pointer into the document came from. */
  readonly locate: (pointer: string) => CellPlace | null
}

export interface CsvReading {
  readonly template: TemplateId | null
  /** Empty when a finding is an error: a sheet is taken as a whole or not at all. */
  readonly events: readonly CsvEvent[]
  readonly findings: readonly CellFinding[]
}

/**
 * Reads a sheet that follows one of the templates of schemas/csv into event documents. One row is
 * one batch line, rows with the same `event` form one event. Cells become strings exactly as they
 * stand; what a spreadsheet may have rewritten is refused with row and column.
 *
 * @param options.organization whose number a batch is named by where the sheet does not say.
 */
export function readCsvEvents(
  bytes: Uint8Array,
  options: { readonly organization?: string } = {}
): CsvReading {
  const findings: CellFinding[] = []
  const sheet = readSheet(bytes, findings)
  const header = sheet && bindHeader(sheet, findings)
  if (!header) return { template: null, events: [], findings }
  const context: RowContext = { ...options, sheet, header, findings }
  const drafts = eventRows(context).map((group) => draftEvent(group, context))
  const refused = findings.some((finding) => finding.severity === 'error')
  return {
    template: header.template.id,
    events: refused ? [] : drafts.map(({ name, draft }) => finish(name, draft)),
    findings
  }
}

interface EventRows {
  readonly name: string
  readonly rows: readonly SheetRow[]
}

/** Rows by event, in the order in which the events first come up. */
function eventRows(context: RowContext): EventRows[] {
  const column = context.header.columns.find(({ header }) => header === 'event')
  if (!column) {
    context.findings.push(missingColumn('event'))
    return []
  }
  const groups = new Map<string, SheetRow[]>()
  for (const row of context.sheet.rows) {
    const name = row.cells[column.index] ?? ''
    if (name === '') {
      context.findings.push(missingValue('event', placeOf(context.sheet, row.row, column.index)))
      continue
    }
    const group = groups.get(name)
    if (group) group.push(row)
    else groups.set(name, [row])
  }
  return [...groups].map(([name, rows]) => ({ name, rows }))
}

function draftEvent(
  { name, rows }: EventRows,
  context: RowContext
): { name: string; draft: Draft } {
  const draft = new Draft()
  const [first] = rows
  draft.set(['type'], context.header.template.id, { row: first?.row ?? 1 })
  draft.mark([], { row: first?.row ?? 1 })
  for (const row of rows) {
    const kind = kindOf(row, context)
    if (!kind) continue
    reportMissingColumns(missingColumns(context.header, kind), context)
    enterRow(row, kind, draft, context)
  }
  if (first) requireEventCells(draft, first, context)
  return { name, draft }
}

/** Event columns may be empty on later rows, but not on all of them. */
function requireEventCells(draft: Draft, first: SheetRow, context: RowContext): void {
  const { columns } = context.header
  for (const { event, index } of columns) {
    if (!event?.required || event.path.length === 0) continue
    const place = placeOf(context.sheet, first.row, index)
    const spoiled = context.findings.some((other) => other.place.column === place.column)
    if (draft.get(event.path) === undefined && !spoiled) {
      context.findings.push(missingValue(event.name, place))
    }
  }
}

function reportMissingColumns(names: readonly string[], context: RowContext): void {
  for (const name of names) {
    const finding = missingColumn(name)
    const told = context.findings.some(({ message }) => message === finding.message)
    if (!told) context.findings.push(finding)
  }
}

function missingColumn(name: string): CellFinding {
  return cellFinding(
    'CSV_COLUMN_MISSING',
    { row: 1 },
    {
      message: `The column ${name} is missing.`,
      remedy: `Add the column ${name}; the template in schemas/csv has it.`
    }
  )
}

/**
 * The id follows from the content, so that uploading the same sheet again repeats the event instead
 * of recording it twice, while a changed row makes another one.
 */
function finish(name: string, draft: Draft): CsvEvent {
  const { document } = draft
  const id = isUuid(name)
    ? name
    : uuidFrom('csv-event', name, canonicalHash(document).toString('hex'))
  return {
    name,
    document: { id, ...document },
    locate: (pointer) => draft.locate(pointer)
  }
}
