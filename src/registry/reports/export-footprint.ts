import {
  FOOTPRINT_CHAIN,
  footprintReport,
  footprintReportColumns
} from '../../reports/footprint-chain.ts'
import { footprintPaper } from '../../reports/paper/footprint-paper.ts'
import type { Deps, Principal } from '../deps.ts'
import { footprintOf } from '../trace/trace-footprint.ts'
import { footprintColumns, footprintLines } from '../trace/trace-footprint-csv.ts'
import type { BatchQuestion } from '../trace/trace-question.ts'
import { inquire } from '../trace/trace-question.ts'
import { handOutReport, type ReportWish } from './hand-out-report.ts'
import { readHead } from './read-head.ts'
import type { RenderedReport } from './render-report.ts'
import { sealReport } from './seal-report.ts'

/**
 * The footprint of a batch along its chain as a report, in one snapshot. Throws as `traceFootprint` and `handOutReport`.
 */
export function exportFootprintReport(
  deps: Deps,
  principal: Principal,
  question: BatchQuestion,
  wish: ReportWish
): Promise<RenderedReport> {
  return handOutReport(deps, principal, wish, async () => {
    const { name, report, answer } = await inquire(deps, principal, question, async (inquiry) => {
      const { stamp, tx } = inquiry
      const { position: _position, asOf: _asOf, ...body } = await footprintOf(deps, inquiry)
      const name = `${FOOTPRINT_CHAIN}-${body.batch}-at-${stamp.position}`
      const head = await readHead(tx, stamp, principal, FOOTPRINT_CHAIN)
      return { name, report: footprintReport(head, body), answer: { ...stamp, ...body } }
    })
    const model = await sealReport(report)
    const columns = footprintColumns(footprintReportColumns(model))
    const rows = () => footprintLines(answer)
    const paper = () => footprintPaper(model)
    return { kind: FOOTPRINT_CHAIN, name, model, columns, rows, paper }
  })
}
