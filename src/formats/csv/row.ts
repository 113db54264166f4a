import type { UnitTable } from '../../domain/quantity/unit.ts'
import type { Cell, CellValue } from './cell.ts'
import { readCell } from './cell.ts'
import type { CellFinding, CellPlace } from './cell-finding.ts'
import { cellFinding, placeOf } from './cell-finding.ts'
import type { Column } from './column.ts'
import { readDeclared } from './declared.ts'
import type { Draft, Path } from './draft.ts'
import { finishLine, type LineContext } from './finish-line.ts'
import type { BoundColumn, BoundHeader } from './header.ts'
import { isLineColumn } from './header.ts'
import type { Sheet, SheetRow } from './sheet-rows.ts'
import { LINE_COLUMN, type LineKind } from './template.ts'

/** What rows are read with. */
export interface RowContext extends LineContext {
  readonly units?: UnitTable
  readonly sheet: Sheet
  readonly header: BoundHeader
}

/** The kind of line that a row says it is; null with a finding when there is no such kind. */
export function kindOf(row: SheetRow, context: RowContext): LineKind | null {
  const { template, columns } = context.header
  const [only, ...others] = template.lines
  if (only && others.length === 0) return only
  const column = columns.find(({ header }) => isLineColumn(template, header))
  const said = column ? readCell(cellAt(row, column, context), 'text', context.findings) : ''
  if (said === undefined) return null
  const kind = template.lines.find(({ id }) => id === said)
  if (kind) return kind
  context.findings.push(
    cellFinding(
      'CSV_LINE',
      column ? placeOf(context.sheet, row.row, column.index) : { row: row.row },
      {
        message:
          said === ''
            ? 'The row does not say what kind of line it is.'
            : `There is no line ${said}.`,
        expected: template.lines.map(({ id }) => id).join(', '),
        actual: String(said),
        remedy: `Fill the column ${LINE_COLUMN}.`
      }
    )
  )
  return null
}

/** Puts the cells of a row into the event: shared ones once, the others into a line of their own. */
export function enterRow(row: SheetRow, kind: LineKind, draft: Draft, context: RowContext): void {
  const lines = draft.get([kind.into])
  const at: Path = [kind.into, Array.isArray(lines) ? lines.length : 0]
  draft.mark([kind.into], { row: row.row })
  draft.set(at, {}, { row: row.row })
  let declares = false
  for (const bound of context.header.columns) {
    const cell = cellAt(row, bound, context)
    const own = bound.line.get(kind.id)
    if (cell.text !== '' && own?.family?.as === 'declared') declares = true
    if (cell.text === '') requireCell(own ?? bound.event, cell.place, context)
    else if (own) enterLineCell(cell, own, bound, at, draft, context)
    else if (bound.event) enterEventCell(cell, bound.event, draft, context)
    else if (bound.line.size > 0) context.findings.push(notForLine(cell, kind))
  }
  finishLine(at, draft, declares, context)
}

function cellAt(row: SheetRow, { index }: BoundColumn, { sheet }: RowContext): Cell {
  return {
    text: row.cells[index] ?? '',
    place: placeOf(sheet, row.row, index),
    delimiter: sheet.delimiter,
    nature: row.natures?.[index]
  }
}

/** What a row says of its event, where it cannot be told what else it is. */
export function enterShared(row: SheetRow, draft: Draft, context: RowContext): void {
  for (const bound of context.header.columns) {
    const cell = cellAt(row, bound, context)
    if (bound.event && cell.text !== '') enterEventCell(cell, bound.event, draft, context)
  }
}

/** An event cell may be left out on rows after the first; the whole event is checked at its end. */
function requireCell(column: Column | undefined, place: CellPlace, context: RowContext): void {
  if (!column?.required || context.header.template.event.includes(column)) return
  context.findings.push(missingValue(column.name, place))
}

/** Finding for a cell that must not be empty. */
export function missingValue(name: string, place: CellPlace): CellFinding {
  return cellFinding('CSV_VALUE_MISSING', place, {
    message: `${name} is empty.`,
    remedy: `Fill ${name} in this row.`
  })
}

function enterEventCell(cell: Cell, column: Column, draft: Draft, context: RowContext): void {
  const value = readCell(cell, column.kind, context.findings)
  if (value === undefined || column.path.length === 0) return
  if (draft.agrees(column.path, value)) {
    if (draft.get(column.path) === undefined) draft.set(column.path, value, cell.place)
    return
  }
  context.findings.push(
    cellFinding('CSV_EVENT_DIFFERS', cell.place, {
      message: `Rows of one event disagree about ${column.name}.`,
      expected: String(draft.get(column.path)),
      actual: cell.text,
      remedy: 'Write the same in every row of the event, or leave it empty after its first row.'
    })
  )
}

function enterLineCell(
  cell: Cell,
  column: Column,
  bound: BoundColumn,
  at: Path,
  draft: Draft,
  context: RowContext
): void {
  const key = bound.key ?? ''
  if (column.family?.as === 'declared') {
    for (const line of readDeclared(cell, key, context.findings)) {
      append(draft, [...at, ...column.path], line, cell.place)
    }
    return
  }
  const value = readCell(cell, column.kind, context.findings)
  if (value === undefined) return
  if (column.family?.as === 'entry') {
    enterEntry(
      draft,
      [...at, ...column.path],
      { ...column.family, name: key, is: value },
      cell.place
    )
    return
  }
  const path = column.family ? [...column.path, key] : column.path
  draft.set([...at, ...path], value, cell.place)
}

/** Entries of one list that have the same key are one entry. */
function enterEntry(
  draft: Draft,
  list: Path,
  entry: {
    readonly key: string
    readonly value: string
    readonly name: string
    readonly is: CellValue
  },
  place: CellPlace
): void {
  const present = draft.get(list)
  const entries = Array.isArray(present) ? (present as Record<string, unknown>[]) : []
  const found = entries.findIndex((other) => other[entry.key] === entry.name)
  if (found === -1) append(draft, list, { [entry.key]: entry.name, [entry.value]: entry.is }, place)
  else draft.set([...list, found, entry.value], entry.is, place)
}

function append(draft: Draft, list: Path, value: unknown, place: CellPlace): void {
  const present = draft.get(list)
  draft.set([...list, Array.isArray(present) ? present.length : 0], value, place)
}

function notForLine(cell: Cell, kind: LineKind): CellFinding {
  return cellFinding('CSV_NOT_FOR_LINE', cell.place, {
    message: `A line ${kind.id} has no such cell.`,
    actual: cell.text,
    remedy: 'Empty the cell, or check the kind of line.'
  })
}
