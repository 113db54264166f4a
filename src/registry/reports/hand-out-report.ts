import type { Deps, Principal } from '../deps.ts'
import type { RenderedReport, Rendering, ReportToRender } from './render-report.ts'
import { printReport, renderReport } from './render-report.ts'
import { inReportTurn, type ReportAsker } from './report-turn.ts'

/** How a report is wanted, and whether whoever asked still waits for it. */
export interface ReportWish extends Pick<ReportAsker, 'isGone'> {
  readonly format: Rendering
}

/** Reads, renders and prints a report: the first two when it is its turn. Throws as they do, and `OVERLOADED`. */
export async function handOutReport<Row>(
  { db }: Pick<Deps, 'db'>,
  { organization }: Principal,
  { format, isGone }: ReportWish,
  read: () => Promise<ReportToRender<Row>>
): Promise<RenderedReport> {
  const asker = { organization, isGone }
  const rendered = await inReportTurn(db, asker, async () => renderReport(await read(), format))
  return printReport(rendered, asker)
}
