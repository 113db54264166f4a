import type { Finding } from '../../domain/finding.ts'
import type { UnitTable } from '../../domain/quantity/unit.ts'
import { type CellFinding, cellFinding } from '../../formats/csv/cell-finding.ts'
import {
  type OpenSheet,
  type ReadingOptions,
  type SheetEvent,
  tellOfEvents
} from '../../formats/csv/read-events.ts'
import { MOST_SERVED, ToldCells } from '../../formats/csv/told-cells.ts'
import type { Queryable } from '../../storage/database.ts'
import type { Place } from '../../storage/imports/import-work.ts'
import type { ImportRow } from '../../storage/imports/imports.ts'
import { Breath } from '../breath.ts'
import type { PlacedFinding } from './import-record.ts'
import { ImportRefused } from './import-refused.ts'
import type { ImportItem } from './import-source.ts'
import { uploadBytes } from './upload-bytes.ts'

const JSON_TYPE = 'application/json'

export interface SheetTerms {
  readonly place: Place
  readonly units: UnitTable
  readonly documentLimitBytes: number
  /** Of CSV or a workbook; only findings where the sheet as a whole cannot be read. */
  readonly open: (
    bytes: Buffer,
    options: ReadingOptions
  ) => Promise<OpenSheet | readonly CellFinding[]>
  readonly onTotal: (total: number) => Promise<void>
}

/**
 * The events of a sheet, from a place on. The sheet is read as a whole, because the rows of one event
 * may lie apart; its events are made one by one. Rows that belong to no event refuse the sheet:
 * nobody knows of which event they are missing. What is told of the whole comes with the first event.
 */
export async function* sheetItems(
  db: Queryable,
  job: ImportRow,
  { place, open, onTotal, units, documentLimitBytes }: SheetTerms
): AsyncGenerator<ImportItem> {
  const { organization } = job
  const terms = { organization, units, mostFindings: MOST_SERVED }
  const opened = await open(await wholeUpload(db, job), terms)
  const told = new ToldCells(MOST_SERVED)
  const breath = new Breath()
  if (!('template' in opened)) {
    told.add(opened)
    throw refusal(told)
  }
  const { findings, notes } = opened
  if (findings.length > 0) {
    told.add([...findings, ...notes])
    for (const _ of tellOfEvents(opened, told)) await breath.take()
    throw refusal(told)
  }
  await onTotal(opened.count)
  let { items } = place
  for (const event of opened.eventsFrom(items)) {
    await breath.take()
    if (event === null) continue
    const findings = [...(items === 0 ? notes : []), ...event.told.all()]
    items += 1
    const bytesRead = items === opened.count ? Number(job.size) : 0
    yield sheetItem(event, { findings, documentLimitBytes }, { items, line: event.row, bytesRead })
  }
}

/** Nothing else holds it, so that it is gone when the sheet is open. */
async function wholeUpload(db: Queryable, job: ImportRow): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(Number(job.size))
  let at = 0
  for await (const part of uploadBytes(db, job, 0)) at += part.copy(bytes, at)
  return bytes.subarray(0, at)
}

function refusal(told: ToldCells): ImportRefused {
  const message = 'The sheet as a whole cannot be read; nothing was recorded.'
  return new ImportRefused({ code: 'BODY_INVALID', message, findings: told.all() })
}

function sheetItem(
  { name, row, event }: SheetEvent,
  {
    findings,
    documentLimitBytes
  }: { readonly findings: readonly CellFinding[]; readonly documentLimitBytes: number },
  next: Place
): ImportItem {
  const bytes = event && Buffer.from(JSON.stringify(event.document))
  const fits = bytes !== null && bytes.length <= documentLimitBytes
  const long = bytes && !fits ? [tooLong(row, bytes.length, documentLimitBytes)] : []
  const content = fits ? { bytes, mediaType: JSON_TYPE } : { findings: [...findings, ...long] }
  const placed = (finding: Finding): PlacedFinding => {
    const place = event?.locate(finding.pointer)
    return place ? { ...finding, place } : finding
  }
  return { line: row, name, next, content, placed, ...(fits ? { noted: findings } : {}) }
}

/** As a line of NDJSON may be no longer. */
function tooLong(row: number, length: number, most: number): CellFinding {
  return cellFinding(
    'CSV_LIMIT',
    { row },
    {
      message: 'The event of these rows is too long.',
      expected: `at most ${most} bytes as a JSON document`,
      actual: `${length} bytes`,
      remedy: 'Give rows that are another event another name in the column event.'
    }
  )
}
