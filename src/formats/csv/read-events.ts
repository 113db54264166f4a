import { canonicalHash } from '../../domain/canonical-json.ts'
import { isUuid, uuidFrom } from '../../domain/ids.ts'
import type { UnitTable } from '../../domain/quantity/unit.ts'
import { foundBeside, type ReadSoFar } from './beside.ts'
import type { CellFinding, CellPlace } from './cell-finding.ts'
import type { Draft } from './draft.ts'
import { draftEvent, draftRows, type EventRows, eventRows } from './event-rows.ts'
import { sizeOfEvent } from './event-size.ts'
import { bindHeader } from './header.ts'
import { inOneOrder } from './one-order.ts'
import type { RowContext } from './row.ts'
import { readSheet, readSheetInTurns } from './sheet.ts'
import type { Sheet, SheetRow } from './sheet-rows.ts'
import type { TemplateId } from './template.ts'
import { ToldCells } from './told-cells.ts'

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

export interface ReadingOptions {
  /** Whose number a batch is named by where the sheet does not say. */
  readonly organization?: string
  /** To tell wrong units also in rows that are refused for something else. */
  readonly units?: UnitTable
  /** So many findings of a code are kept of an event; all where nobody says. */
  readonly mostFindings?: number
}

/**
 * Reads a sheet that follows one of the templates of schemas/csv into event documents. One row is
 * one batch line, rows with the same `event` form one event. Cells become strings exactly as they
 * stand; what a spreadsheet may have rewritten is refused with row and column.
 */
export function readCsvEvents(bytes: Uint8Array, options: ReadingOptions = {}): CsvReading {
  const findings: CellFinding[] = []
  const sheet = readSheet(bytes, findings)
  const opened = sheet && openSheet(sheet, findings, options)
  return opened ? wholeSheet(opened) : { template: null, events: [], findings }
}

/** Everything that an open sheet holds. */
export function wholeSheet(opened: OpenSheet): CsvReading {
  const events = [...opened.eventsFrom(0)].flatMap((event) => event ?? [])
  const { findings, notes } = opened
  const isRefused = (told: readonly CellFinding[]) =>
    told.some(({ severity }) => severity === 'error')
  const refused = isRefused(findings) || events.some((event) => event.event === null)
  const told = events.flatMap(({ event, told }) =>
    refused && event ? [...told.all(), ...opened.beside(event, told.all())] : told.all()
  )
  return {
    template: opened.template,
    events: refused ? [] : events.flatMap(({ event }) => event ?? []),
    findings: toldOnce([...findings, ...notes, ...told])
  }
}

/** An event of a sheet that is read one by one; `event` is null where a finding is an error. */
export interface SheetEvent {
  readonly name: string
  /** Its first row. */
  readonly row: number
  readonly rowCount: number
  readonly event: CsvEvent | null
  readonly told: ToldCells
}

/** A sheet whose events are read when they are asked for. */
export interface OpenSheet {
  readonly template: TemplateId
  /** Rows that belong to no event. */
  readonly findings: readonly CellFinding[]
  /** What is told of the sheet as a whole although it is read. */
  readonly notes: readonly CellFinding[]
  readonly count: number
  /** In the order in which they first come up, from one on, counted from 0; null where others may have a turn. */
  eventsFrom(first: number): Generator<SheetEvent | null>
  /** What else can be told of an event that is refused together with others. */
  beside(event: CsvEvent, told: readonly CellFinding[]): readonly CellFinding[]
}

/**
 * As `readCsvEvents`, with findings for each event, so that one that is spoiled does not keep the
 * others out. Only findings where the sheet as a whole cannot be read.
 */
export async function openCsvEvents(
  bytes: Uint8Array,
  options: ReadingOptions = {}
): Promise<OpenSheet | readonly CellFinding[]> {
  const findings: CellFinding[] = []
  const sheet = await readSheetInTurns(bytes, findings)
  return (sheet && openSheet(sheet, findings, options)) ?? findings
}

type SheetContext = RowContext & ReadingOptions

/** Null where the header row is none of a template. */
export function openSheet(
  sheet: Sheet,
  findings: CellFinding[],
  options: ReadingOptions
): OpenSheet | null {
  const header = bindHeader(sheet, findings)
  if (!header) return null
  const context = { ...options, sheet, header, findings }
  if (!header.sound) {
    findings.push(...alsoWrong(context))
    return null
  }
  const { groups, strays } = eventRows(context)
  findings.push(...wrongInStrays(strays, context))
  function* eventsFrom(first: number): Generator<SheetEvent | null> {
    for (const group of groups.slice(first)) yield yield* sheetEvent(group, context)
  }
  const { notes = [] } = sheet
  const beside = (event: CsvEvent, told: readonly CellFinding[]) =>
    foundBeside(event, told, options.units)
  const { id } = header.template
  return { template: id, findings, notes, count: groups.length, eventsFrom, beside }
}

/** So many rows are looked at beside a header row that is wrong, of those without an event and beside these ... */
const ROWS_BESIDE = 500
/** ... and of wide sheets no more than hold so many cells, since nobody else has a turn meanwhile. */
const CELLS_BESIDE = 25_000

function someRows({ headers }: Sheet, rows: readonly SheetRow[]): readonly SheetRow[] {
  return rows.slice(0, Math.min(ROWS_BESIDE, Math.ceil(CELLS_BESIDE / headers.length)))
}

/**
 * Tells what is wrong with the events of a sheet that is refused for rows without one, so that all can be mended
 * at once. Stops where others may have a turn.
 */
export function* tellOfEvents(opened: OpenSheet, told: ToldCells): Generator<null> {
  let rows = 0
  for (const read of opened.eventsFrom(0)) {
    yield null
    if (read === null) continue
    told.addAll(read.told)
    if (read.event) told.add(opened.beside(read.event, read.told.all()))
    rows += read.rowCount
    if (rows >= ROWS_BESIDE) return
  }
}

/** What is wrong with the cells of columns that are known, so that all can be mended at once. */
function alsoWrong(context: SheetContext): readonly CellFinding[] {
  const rows = someRows(context.sheet, context.sheet.rows)
  const beside = { ...context, sheet: { ...context.sheet, rows }, findings: [] }
  const { groups, strays } = eventRows(beside)
  const events = groups.flatMap((group) => finished(sheetEvent(group, beside)).told.all())
  return toldOnce([...beside.findings, ...wrongInStrays(strays, context), ...events])
}

/** What else is wrong in rows that do not say of which event they are. */
function wrongInStrays(strays: readonly SheetRow[], context: RowContext): readonly CellFinding[] {
  const found = someRows(context.sheet, strays).flatMap((row) => {
    const findings = new ToldCells()
    const draft = finished(draftRows([row], { ...context, findings }))
    return [...findings.all(), ...foundBeside(readSoFar(draft), findings.all(), context.units)]
  })
  return toldOnce(found)
}

function* sheetEvent(
  group: EventRows,
  context: Omit<SheetContext, 'findings'>
): Generator<null, SheetEvent> {
  const { name, rows } = group
  const told = new ToldCells(context.mostFindings)
  const so = { name, row: rows[0]?.row ?? 1, rowCount: rows.length, told }
  const large = sizeOfEvent(group)
  if (large) {
    told.push(large)
    return { ...so, event: null }
  }
  const draft = yield* draftEvent(group, { ...context, findings: told })
  if (!told.isRefused) return { ...so, event: finish(name, draft, context) }
  told.add(foundBeside(readSoFar(draft), told.all(), context.units))
  return { ...so, event: null }
}

/** What comes of it, without a turn for others in between. */
function finished<Result>(work: Generator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}

function readSoFar(draft: Draft): ReadSoFar {
  return { document: draft.document, locate: (pointer) => draft.locate(pointer) }
}

/** A missing column is missing for every event, and named once. */
function toldOnce(findings: readonly CellFinding[]): CellFinding[] {
  const told = new Set<string>()
  return findings.filter(({ code, message }) => {
    if (code !== 'CSV_COLUMN_MISSING') return true
    if (told.has(message)) return false
    told.add(message)
    return true
  })
}

/**
 * The id follows from whose the event is, its name and its content, so that uploading the same sheet again
 * repeats the event instead of recording it twice, while a changed row makes another one. How rows and
 * columns are sorted says nothing.
 */
function finish(name: string, draft: Draft, { organization = '' }: ReadingOptions): CsvEvent {
  const { document, before } = inOneOrder(draft.document)
  const id = isUuid(name)
    ? name
    : uuidFrom('csv-event', organization, name, canonicalHash(document).toString('hex'))
  return {
    name,
    document: { id, ...document },
    locate: (pointer) => draft.locate(before(pointer))
  }
}
