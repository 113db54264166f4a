import {
  FOOTPRINT_CHAIN,
  footprintReport,
  footprintReportColumns
} from '../reports/footprint-chain.ts'
import { renderJson } from '../reports/render/json.ts'
import { DISCLAIMER } from '../reports/report.ts'
import { REPORT_KINDS, type ReportFormat } from '../reports/table.ts'
import { readTimes } from '../storage/batch-history.ts'
import type { Deps, Principal } from './deps.ts'
import type { RenderedReport } from './export-report.ts'
import { footprintOf } from './trace-footprint.ts'
import { footprintCsv } from './trace-footprint-csv.ts'
import type { BatchQuestion } from './trace-question.ts'
import { inquire } from './trace-question.ts'

/**
 * The footprint of a batch along its chain as a report, in one snapshot. Throws as `traceFootprint`.
 */
export function exportFootprintReport(
  deps: Deps,
  principal: Principal,
  question: BatchQuestion,
  format: ReportFormat
): Promise<RenderedReport> {
  return inquire(deps, principal, question, async (inquiry) => {
    const { stamp, tx } = inquiry
    const { batch, status, footprints, allocations, unknowns } = await footprintOf(deps, inquiry)
    const body = { batch, status, footprints, allocations, unknowns }
    const name = `${FOOTPRINT_CHAIN}-${batch}-at-${stamp.position}`
    const times = await readTimes(tx, [stamp.position])
    const head = {
      title: REPORT_KINDS.find(({ kind }) => kind === FOOTPRINT_CHAIN)?.title ?? FOOTPRINT_CHAIN,
      asOf: stamp.asOf,
      position: stamp.position,
      dataCutoff: times.get(stamp.position) ?? stamp.asOf,
      requester: principal.organization,
      disclaimer: DISCLAIMER
    }
    const report = footprintReport(head, body)
    if (format === 'csv') {
      const text = footprintCsv({ ...stamp, ...body }, footprintReportColumns(report))
      return { mediaType: 'text/csv', fileName: `${name}.csv`, text }
    }
    const text = renderJson(report)
    return { mediaType: 'application/json', fileName: `${name}.json`, text }
  })
}
