import { sheetLimits } from './csv/sheet-size.ts'
import { XLSX } from './xlsx/write-workbook.ts'

/** What a file of many documents is made of. */
export type ImportFormat = 'lines' | 'sheet' | 'workbook' | 'archive'

/** What an upload may hold: events, EPDs, or both, each known by its content. */
export const importKinds = ['any', 'events', 'epds'] as const
export type ImportKind = (typeof importKinds)[number]

interface ImportFormatRow {
  readonly format: ImportFormat
  /** The first is the one that we speak of. */
  readonly mediaTypes: readonly [string, ...string[]]
  /** What such a file may hold; the first where nobody says. */
  readonly kinds: readonly [ImportKind, ...ImportKind[]]
  readonly name: string
  /** Such a file is read as a whole, so it is smaller than others. */
  readonly mostBytes?: number
}

/** The formats of imports: one line a format. */
const importFormats: readonly ImportFormatRow[] = [
  {
    format: 'lines',
    mediaTypes: ['application/x-ndjson', 'application/ndjson'],
    kinds: importKinds,
    name: 'NDJSON'
  },
  {
    format: 'archive',
    mediaTypes: ['application/zip', 'application/x-zip-compressed'],
    kinds: ['epds'],
    name: 'An ILCD zip archive'
  },
  {
    format: 'sheet',
    mediaTypes: ['text/csv'],
    kinds: ['events'],
    name: 'CSV',
    mostBytes: sheetLimits.bytes
  },
  {
    format: 'workbook',
    mediaTypes: [XLSX],
    kinds: ['events'],
    name: 'A workbook',
    mostBytes: sheetLimits.bytes
  }
]

export const importMediaTypes: readonly string[] = importFormats.flatMap(
  ({ mediaTypes }) => mediaTypes
)

/** The format of a media type, which is lower case and without parameters. */
export function importFormatOf(mediaType: string): ImportFormatRow | undefined {
  return importFormats.find(({ mediaTypes }) => mediaTypes.includes(mediaType))
}

/** How files begin that are often sent as something else. */
const BEGINNINGS: readonly (readonly [readonly number[], string])[] = [
  [[0xff, 0xfe], 'text in UTF-16; save it as UTF-8'],
  [[0xfe, 0xff], 'text in UTF-16; save it as UTF-8'],
  [[0x50, 0x4b, 0x03, 0x04], `a zip archive or a workbook; send a workbook (.xlsx) as ${XLSX}`],
  [[0x50, 0x4b, 0x05, 0x06], 'an empty zip archive'],
  [[0x1f, 0x8b], 'compressed by gzip; send it uncompressed'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
  [
    [0xd0, 0xcf, 0x11, 0xe0],
    'a workbook with a password, or of an old spreadsheet (.xls); remove the password, or save it as .xlsx'
  ]
]

/** What is said of a body in a format that is a zip archive where it is none. */
const ZIPPED: Partial<Record<ImportFormat, readonly [is: string, otherwise: string]>> = {
  archive: ['The body is no zip archive', ''],
  workbook: ['The body is no workbook (.xlsx)', '; send CSV as text/csv']
}

/**
 * What the first bytes of a file have against the format that it is said to be in, as a sentence;
 * null where nothing.
 */
export function formatRefusal(format: ImportFormat, start: Buffer): string | null {
  const known = BEGINNINGS.find(([bytes]) => bytes.every((byte, n) => start[n] === byte))
  const zipped = ZIPPED[format]
  if (zipped) {
    const [refusal, otherwise] = zipped
    if (start[0] === 0x50 && start[1] === 0x4b) return null
    return `${refusal}${known ? `: it is ${known[1]}` : otherwise}.`
  }
  if (known) return `The body is ${known[1]}.`
  return start.subarray(0, 4).includes(0) ? 'The body is not text in UTF-8.' : null
}
