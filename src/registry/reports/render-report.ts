import { RegistryError } from '../../errors.ts'
import { writeWorkbook, XLSX } from '../../formats/xlsx/write-workbook.ts'
import { type Paper, sizeOf } from '../../reports/paper/paper.ts'
import { type Column, csvPieces } from '../../reports/render/csv.ts'
import { jsonPieces } from '../../reports/render/json.ts'
import { printPaper } from '../../reports/render/pdf/print-paper.ts'
import { renderTexts } from '../../reports/render/texts.ts'
import type { ReportFormat } from '../../reports/table.ts'
import { handOn } from '../breath.ts'
import { type ReportAsker, refuseGone } from './report-turn.ts'

/** What a report can be handed out as; `paper` is for who shows it to people: a `ShownReport` as JSON. */
export type Rendering = ReportFormat | 'paper'

/** A report in words, as it is printed, for a page. */
export interface ShownReport extends Omit<Paper, 'report'> {
  readonly report: Pick<Paper['report'], 'title' | 'asOf' | 'position'>
}

const MEDIA_TYPES = {
  json: 'application/json',
  paper: 'application/json',
  csv: 'text/csv',
  xlsx: XLSX,
  pdf: 'application/pdf'
} as const

/** Some sixty pages. Nobody reads more, and each thousand takes a processor for seconds. */
const MOST_PRINTED_ROWS = 2_000
/** What is printed well within the time of a request, and held, in the script that takes most (Han). */
const MOST_PRINTED_LETTERS = 200_000
/** Papers that are being printed or wait for it: each may take seconds, and whoever waits has a minute. */
const MOST_WAITING = 4
const RETRY_SECONDS = 10

interface Rendered<Content> {
  readonly mediaType: (typeof MEDIA_TYPES)[Rendering]
  readonly fileName: string
  readonly content: Content
}

/** A report as the bytes that are handed out. */
export type RenderedReport = Rendered<Buffer>

/** Pages that are still to be printed, with the report inside. */
interface Unprinted {
  readonly paper: Paper
  readonly json: Buffer
}

/** A report, the table that shows it, and how it is read on paper. */
export interface ReportToRender<Row> {
  readonly kind: string
  /** Of the file, without an extension. */
  readonly name: string
  readonly model: object
  readonly columns: readonly Column<Row>[]
  readonly rows: () => Iterable<Row>
  readonly paper: () => Paper
}

/**
 * In the format that is asked for; the same report gives the same bytes. One of many rows takes seconds: it is
 * written turn by turn. Paper is made ready here and printed by `printReport`. Throws `LIMIT_EXCEEDED` for a PDF of
 * more rows than are printed.
 */
export async function renderReport<Row>(
  { kind, name, model, columns, rows, paper }: ReportToRender<Row>,
  format: Rendering
): Promise<Rendered<Buffer | Unprinted>> {
  const content = await {
    json: () => encoded(jsonPieces(model)),
    csv: () => encoded(csvPieces(columns, rows())),
    paper: async () => Buffer.from(JSON.stringify(shown(printable(paper())))),
    xlsx: () => writeWorkbook(kind, renderTexts(columns, rows())),
    pdf: async () => ({ paper: printable(paper()), json: await encoded(jsonPieces(model)) })
  }[format]()
  return { mediaType: MEDIA_TYPES[format], fileName: `${name}.${format}`, content }
}

/**
 * What has been rendered, with its pages printed where it is paper: one after the other, and not where nobody waits for
 * them any more. Throws `OVERLOADED` where several wait.
 */
export async function printReport(
  { content, ...named }: Rendered<Buffer | Unprinted>,
  asker: ReportAsker
): Promise<RenderedReport> {
  if (Buffer.isBuffer(content)) return { ...named, content }
  if (waiting >= MOST_WAITING) throw tooMany()
  waiting += 1
  try {
    return {
      ...named,
      content: await printPaper(content.paper, content.json, () => refuseGone(asker))
    }
  } finally {
    waiting -= 1
  }
}

async function encoded(pieces: Iterable<string>): Promise<Buffer> {
  const bytes: Buffer[] = []
  await handOn(pieces, (text) => bytes.push(Buffer.from(text)))
  return Buffer.concat(bytes)
}

let waiting = 0

function shown({ report: { title, asOf, position }, cite, blocks }: Paper): ShownReport {
  return { report: { title, asOf, position }, cite, blocks }
}

function printable(paper: Paper): Paper {
  const { rows, letters } = sizeOf(paper)
  if (rows > MOST_PRINTED_ROWS || letters > MOST_PRINTED_LETTERS) throw tooLong(rows, letters)
  return paper
}

function tooLong(rows: number, letters: number): RegistryError {
  return new RegistryError(
    'LIMIT_EXCEEDED',
    `The report has ${rows} rows with ${letters} letters, and a PDF or a page ${MOST_PRINTED_ROWS} rows with ${MOST_PRINTED_LETTERS} letters at most; ask for CSV, XLSX or JSON, or for fewer batches at once.`
  )
}

function tooMany(): RegistryError {
  return new RegistryError(
    'OVERLOADED',
    `${MOST_WAITING} reports are being printed; try again in a moment, or ask for CSV, XLSX or JSON.`,
    { retryAfterSeconds: RETRY_SECONDS }
  )
}
