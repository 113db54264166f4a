import type { EpdTables } from '../../domain/epd/table.ts'
import type { Finding } from '../../domain/finding.ts'
import type { UnitTable } from '../../domain/quantity/unit.ts'
import { openCsvEvents } from '../../formats/csv/read-events.ts'
import { importFormatOf } from '../../formats/import-formats.ts'
import { LineStream, type StreamedLine } from '../../formats/ndjson-stream.ts'
import { openXlsxEvents } from '../../formats/xlsx/read-events.ts'
import type { Queryable } from '../../storage/database.ts'
import type { Place } from '../../storage/imports/import-work.ts'
import type { ImportRow } from '../../storage/imports/imports.ts'
import { archiveItems } from './archive-source.ts'
import type { PlacedFinding } from './import-record.ts'
import { sheetItems } from './sheet-source.ts'
import { uploadBytes } from './upload-bytes.ts'

/** One document of an upload, or what forbids reading it. */
export interface ImportItem {
  /** Line, row of the sheet, or place in the archive, from 1. */
  readonly line: number
  readonly name: string | null
  /** Where the work goes on behind it. */
  readonly next: Place
  /** The media type is null where only the content tells. */
  readonly content:
    | { readonly bytes: Buffer; readonly mediaType: string | null }
    | { readonly findings: readonly PlacedFinding[] }
  /** A finding about the document, with its cell where the document was a row. */
  readonly placed: (finding: Finding) => PlacedFinding
  /** What is told of it whatever becomes of it: warnings of whoever read it. */
  readonly noted?: readonly PlacedFinding[]
  /** True where the upload ends in it, without a line end. */
  readonly open?: boolean
}

export interface SourceTerms {
  /** The longest document. */
  readonly documentLimitBytes: number
  readonly tables: EpdTables
  readonly units: UnitTable
  /** Told how many items there are, where only reading tells. */
  readonly onTotal: (total: number) => Promise<void>
}

/**
 * The items of an upload from where the work stands, read as they are asked for: never more than a
 * line and a part in memory, or one sheet or archive. Throws `ImportRefused` where the upload as a whole makes
 * no sense.
 */
export function itemsFrom(
  db: Queryable,
  job: ImportRow,
  terms: SourceTerms
): AsyncGenerator<ImportItem> {
  const format = importFormatOf(job.mediaType)?.format
  if (format === 'lines') return lineItems(db, job, terms)
  if (format === 'sheet' || format === 'workbook') {
    const open = format === 'sheet' ? openCsvEvents : openXlsxEvents
    return sheetItems(db, job, { ...terms, place: placeOf(job), open })
  }
  if (format === 'archive') return archiveItems(db, job, placeOf(job), terms)
  throw new RangeError(`imports of ${job.mediaType} are not read`)
}

/** Where the work on an import stands. */
export function placeOf({ items, line, bytesRead }: ImportRow): Place {
  return { items, line, bytesRead: Number(bytesRead) }
}

async function* lineItems(
  db: Queryable,
  job: ImportRow,
  { documentLimitBytes }: SourceTerms
): AsyncGenerator<ImportItem> {
  const place = placeOf(job)
  const lines = new LineStream(documentLimitBytes, place)
  let { items } = place
  const item = (line: StreamedLine): ImportItem => {
    items += 1
    return lineItem(line, items, documentLimitBytes)
  }
  for await (const part of uploadBytes(db, job, place.bytesRead)) {
    for (const line of lines.push(part)) yield item(line)
  }
  for (const line of lines.finish()) yield item(line)
}

function lineItem(
  { line, bytes, length, end, open }: StreamedLine,
  items: number,
  longest: number
): ImportItem {
  const content =
    length > longest ? { findings: [tooLong(length, longest)] } : { bytes, mediaType: null }
  const next = { items, line, bytesRead: end }
  return { line, name: null, next, content, placed: (finding) => finding, open }
}

function tooLong(length: number, longest: number): PlacedFinding {
  return {
    rule: 'import',
    code: 'BODY_TOO_LARGE',
    severity: 'error',
    pointer: '',
    message: `The line has ${length} bytes; a document has at most ${longest}.`,
    remedy: 'One line is one document: check that every document ends with a line feed.'
  }
}
