import { writeWorkbook, XLSX } from '../../formats/xlsx/write-workbook.ts'
import { type Column, csvPieces } from '../../reports/render/csv.ts'
import { jsonPieces } from '../../reports/render/json.ts'
import { renderTexts } from '../../reports/render/texts.ts'
import type { ReportFormat } from '../../reports/table.ts'
import { handOn } from '../breath.ts'

const MEDIA_TYPES = { json: 'application/json', csv: 'text/csv', xlsx: XLSX } as const

/** A report as the bytes that are handed out. */
export interface RenderedReport {
  readonly mediaType: (typeof MEDIA_TYPES)[ReportFormat]
  readonly fileName: string
  readonly content: Buffer
}

/** A report and the table that shows it. */
export interface ReportToRender<Row> {
  readonly kind: string
  /** Of the file, without an extension. */
  readonly name: string
  readonly model: object
  readonly columns: readonly Column<Row>[]
  readonly rows: () => Iterable<Row>
}

/**
 * In the format that is asked for; the same report gives the same bytes. One of many rows takes seconds: it is
 * written turn by turn.
 */
export async function renderReport<Row>(
  { kind, name, model, columns, rows }: ReportToRender<Row>,
  format: ReportFormat
): Promise<RenderedReport> {
  const content = await {
    json: () => encoded(jsonPieces(model)),
    csv: () => encoded(csvPieces(columns, rows())),
    xlsx: () => writeWorkbook(kind, renderTexts(columns, rows()))
  }[format]()
  return { mediaType: MEDIA_TYPES[format], fileName: `${name}.${format}`, content }
}

async function encoded(pieces: Iterable<string>): Promise<Buffer> {
  const bytes: Buffer[] = []
  await handOn(pieces, (text) => bytes.push(Buffer.from(text)))
  return Buffer.concat(bytes)
}
