import { type CellFinding, type CellPlace, cellFinding, placeOf } from './cell-finding.ts'
import { Draft } from './draft.ts'
import { missingColumns } from './header.ts'
import { enterRow, enterShared, kindOf, missingValue, type RowContext } from './row.ts'
import type { SheetRow } from './sheet-rows.ts'
import type { LineKind } from './template.ts'
import type { ToldCells } from './told-cells.ts'

/** The rows that say the same in the column `event`. */
export interface EventRows {
  readonly name: string
  readonly rows: readonly SheetRow[]
}

export interface SheetEvents {
  readonly groups: readonly EventRows[]
  /** Rows that do not say of which event they are; each is among the findings. */
  readonly strays: readonly SheetRow[]
}

/** Rows by event, in the order in which the events first come up. */
export function eventRows(context: RowContext): SheetEvents {
  const column = context.header.columns.find(({ header }) => header === 'event')
  if (!column) {
    context.findings.push(missingColumn('event'))
    return { groups: [], strays: [] }
  }
  const groups = new Map<string, SheetRow[]>()
  const strays: SheetRow[] = []
  for (const row of context.sheet.rows) {
    const name = row.cells[column.index] ?? ''
    if (name === '') {
      context.findings.push(missingEvent(placeOf(context.sheet, row.row, column.index)))
      strays.push(row)
      continue
    }
    const group = groups.get(name)
    if (group) group.push(row)
    else groups.set(name, [row])
  }
  return { groups: [...groups].map(([name, rows]) => ({ name, rows })), strays }
}

function missingEvent(place: CellPlace): CellFinding {
  return cellFinding('CSV_VALUE_MISSING', place, {
    message: 'event is empty, so nobody knows of which event this row is.',
    remedy: 'Fill event in every row: rows of one event have the same text there.'
  })
}

export interface EventContext extends RowContext {
  readonly findings: ToldCells
}

/**
 * The document of an event as far as its cells can be read; what keeps others from it is among the findings.
 * Stops behind every row, so that others may have a turn.
 */
export function* draftEvent({ rows }: EventRows, context: EventContext): Generator<null, Draft> {
  const draft = yield* draftRows(rows, context)
  const [first] = rows
  if (first) requireEventCells(draft, first, context)
  if (first) fillCampaign(draft, { row: first.row })
  return draft
}

/** What only feeds a campaign has no row for what is made, and what is only tapped none for what goes in. */
function fillCampaign(draft: Draft, place: CellPlace): void {
  if (draft.get(['campaign']) === undefined) return
  for (const side of ['inputs', 'outputs']) {
    if (draft.get([side]) === undefined) draft.set([side], [], place)
  }
}

/** As `draftEvent`, of some rows of an event: what belongs to all of them may stand in others. */
export function* draftRows(
  rows: readonly SheetRow[],
  context: EventContext
): Generator<null, Draft> {
  const draft = new Draft()
  const kinds = new Set<LineKind>()
  const [first] = rows
  draft.set(['type'], context.header.template.id, { row: first?.row ?? 1 })
  draft.mark([], { row: first?.row ?? 1 })
  for (const row of rows) {
    const kind = kindOf(row, context)
    if (!kind) {
      enterShared(row, draft, context)
      continue
    }
    if (!kinds.has(kind)) {
      kinds.add(kind)
      context.findings.add(missingColumns(context.header, kind).map(missingColumn))
    }
    enterRow(row, kind, draft, context)
    yield null
  }
  return draft
}

/** Event columns may be empty on later rows, but not on all of them. */
function requireEventCells(draft: Draft, first: SheetRow, context: EventContext): void {
  const { columns } = context.header
  for (const { event, index } of columns) {
    if (!event?.required || event.path.length === 0) continue
    const place = placeOf(context.sheet, first.row, index)
    if (draft.get(event.path) === undefined && !context.findings.isAbout(place.column)) {
      context.findings.push(missingValue(event.name, place))
    }
  }
}

function missingColumn(name: string): CellFinding {
  return cellFinding(
    'CSV_COLUMN_MISSING',
    { row: 1 },
    {
      message: `The column ${name} is missing.`,
      remedy: `Add the column ${name}; the template (GET /schemas/csv/…) has it.`
    }
  )
}
