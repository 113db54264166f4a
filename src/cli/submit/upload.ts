import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { UnitTable } from '../../domain/quantity/unit.ts'
import { UnnamedEvents } from '../../domain/unnamed-events.ts'
import type { CellPlace } from '../../formats/csv/cell-finding.ts'
import { type CsvReading, readCsvEvents } from '../../formats/csv/read-events.ts'
import { eventTypes } from '../../formats/native/event.ts'
import { splitLines } from '../../formats/ndjson.ts'
import { readXlsxEvents } from '../../formats/xlsx/read-events.ts'
import { unreadable, usageError } from '../exit.ts'
import { wrongEnding } from '../file-ending.ts'
import type { PlacedFinding } from '../findings.ts'
import { namedEvent } from './named-event.ts'

/** A file that is ready to be sent. */
export type Upload = EpdUpload | EventUpload

export interface EpdUpload {
  readonly kind: 'epd'
  readonly file: string
  readonly bytes: Buffer
}

export interface EventUpload {
  readonly kind: 'events'
  readonly file: string
  readonly documents: readonly EventDocument[]
  /** True where whose it is matters: ids of its events follow from that. */
  readonly isSomebodys: boolean
  /** Warnings that reading the file gave; errors stop it. */
  readonly findings: readonly PlacedFinding[]
}

/** One event, and how to say where something in it stands in the file. */
export interface EventDocument {
  readonly bytes: Buffer
  readonly where: (pointer: string) => string
}

/** The file could be read but must not be sent. */
export interface SpoiledFile {
  readonly kind: 'spoiled'
  readonly file: string
  readonly findings: readonly PlacedFinding[]
}

export interface UploadOptions {
  /** What a `.json` file holds, when it does not say so itself. */
  readonly as?: 'event' | 'epd' | undefined
  /** Whose events these are, and whose lot numbers a sheet means. */
  readonly organization: string
  /** To tell more of a sheet that is refused. */
  readonly units?: UnitTable
}

/** A file as it was when it was read: a pipe can be read only once. */
export interface FileContent {
  readonly file: string
  /** With its point and in small letters: what the file is taken for. */
  readonly extension: string
  readonly bytes: Buffer
}

const SHEETS: ReadonlyMap<string, typeof readXlsxEvents> = new Map([
  ['.csv', async (bytes, options) => readCsvEvents(bytes, options)],
  ['.xlsx', readXlsxEvents]
])

/** Takes a file by its extension: `.csv`, `.xlsx`, `.ndjson`, `.jsonl` or `.json`. */
export async function readUpload(
  { file, extension, bytes }: FileContent,
  options: UploadOptions
): Promise<Upload | SpoiledFile> {
  const readSheet = SHEETS.get(extension)
  if (readSheet) {
    const { organization, units } = options
    return sheetUpload(file, await readSheet(bytes, { organization, ...(units ? { units } : {}) }))
  }
  switch (extension) {
    case '.ndjson':
    case '.jsonl':
      return linesUpload(file, bytes, options.organization)
    case '.json':
      return jsonUpload(file, bytes, options)
    default:
      throw wrongEnding(file, extension, ['.json', '.ndjson', '.jsonl', '.csv', '.xlsx'])
  }
}

/** `-` is standard input, which has no name to be taken by. */
const STANDARD_INPUT = '-'

/** What a file holds, or standard input, of which `type` says what it is. */
export async function readContent(file: string, type: string | undefined): Promise<FileContent> {
  const piped = file === STANDARD_INPUT
  if (piped && type === undefined) {
    throw usageError('Say with --type what standard input holds: json, ndjson, csv or xlsx.')
  }
  const extension = piped ? `.${type}` : extname(file).toLowerCase()
  try {
    return piped
      ? { file: 'standard input', extension, bytes: await buffer(process.stdin) }
      : { file, extension, bytes: readFileSync(file) }
  } catch (error) {
    throw unreadable(file, error)
  }
}

function sheetUpload(file: string, reading: CsvReading): EventUpload | SpoiledFile {
  const findings = reading.findings.map(({ place, ...finding }) => ({
    ...finding,
    where: cellName(place)
  }))
  if (findings.some(({ severity }) => severity === 'error')) {
    return { kind: 'spoiled', file, findings }
  }
  const documents = reading.events.map((event) => ({
    bytes: Buffer.from(JSON.stringify(event.document)),
    where: (pointer: string) => cellName(event.locate(pointer) ?? { row: 1 })
  }))
  return { kind: 'events', file, documents, isSomebodys: true, findings }
}

function cellName({ row, column }: CellPlace): string {
  return column === undefined ? `row ${row}` : `row ${row}, column ${column}`
}

function linesUpload(file: string, bytes: Buffer, organization: string): EventUpload {
  const names = new UnnamedEvents(organization)
  let isSomebodys = false
  const documents = splitLines(bytes).map(({ line, bytes: document }): EventDocument => {
    const named = namedEvent(document, names)
    isSomebodys ||= named !== document
    return {
      bytes: named,
      where: (pointer) => `line ${line}${pointer === '' ? '' : `, ${pointer}`}`
    }
  })
  return { kind: 'events', file, documents, isSomebodys, findings: [] }
}

function jsonUpload(
  file: string,
  bytes: Buffer,
  { as, organization }: Pick<UploadOptions, 'as' | 'organization'>
): Upload {
  const kind = as ?? kindOf(file, bytes)
  if (kind === 'epd') return { kind: 'epd', file, bytes }
  if (kind === 'event') {
    const where = (pointer: string) => (pointer === '' ? 'the document' : pointer)
    const named = namedEvent(bytes, new UnnamedEvents(organization))
    const documents = [{ bytes: named, where }]
    return { kind: 'events', file, documents, isSomebodys: named !== bytes, findings: [] }
  }
  throw usageError(
    `${file}: this is neither an event nor an EPD by its content; say --as event or --as epd.`
  )
}

/** Only a guess about where to send the bytes; the service reads them strictly. */
function kindOf(file: string, bytes: Buffer): 'event' | 'epd' | undefined {
  let value: unknown
  const text = bytes.toString('utf8')
  if (text.startsWith('\uFEFF')) {
    throw usageError(`${file} starts with a byte order mark: save it as UTF-8 without one.`)
  }
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw usageError(`${file} is not JSON: ${error instanceof Error ? error.message : error}.`)
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { type, declaredUnit, results } = value as Record<string, unknown>
  if (eventTypes.some((known) => known === type)) return 'event'
  return declaredUnit !== undefined || results !== undefined ? 'epd' : undefined
}
