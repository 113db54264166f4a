import { writeWorkbook, XLSX } from '../formats/xlsx/write-workbook.ts'
import { type Column, renderCsv } from '../reports/render/csv.ts'
import { renderJson } from '../reports/render/json.ts'
import { renderTexts } from '../reports/render/texts.ts'
import type { ReportFormat } from '../reports/table.ts'

const MEDIA_TYPES = { json: 'application/json', csv: 'text/csv', xlsx: XLSX } as const

/** A report as the bytes that are handed out. */
export interface RenderedReport {
  readonly mediaType: (typeof MEDIA_TYPES)[ReportFormat]
  readonly fileName: string
  readonly content: string | Buffer
}

/** A report and the table that shows it. */
export interface ReportToRender<Row> {
  readonly kind: string
  /** Of the file, without an extension. */
  readonly name: string
  readonly model: Parameters<typeof renderJson>[0]
  readonly columns: readonly Column<Row>[]
  readonly rows: () => Iterable<Row>
}

/** In the format that is asked for; the same report gives the same bytes. */
export async function renderReport<Row>(
  { kind, name, model, columns, rows }: ReportToRender<Row>,
  format: ReportFormat
): Promise<RenderedReport> {
  const content = await {
    json: () => renderJson(model),
    csv: () => renderCsv(columns, rows()),
    xlsx: () => writeWorkbook(kind, renderTexts(columns, rows()))
  }[format]()
  return { mediaType: MEDIA_TYPES[format], fileName: `${name}.${format}`, content }
}
