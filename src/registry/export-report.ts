import type { JudgedBatch } from '../reports/dfars.ts'
import { DFARS, dfarsReport } from '../reports/dfars.ts'
import { DFARS_COLUMNS, dfarsLines } from '../reports/dfars-table.ts'
import { renderCsv } from '../reports/render/csv.ts'
import { renderJson } from '../reports/render/json.ts'
import { DISCLAIMER } from '../reports/report.ts'
import type { ReportFormat, ReportKind } from '../reports/table.ts'
import { REPORT_KINDS } from '../reports/table.ts'
import { readTimes } from '../storage/batch-history.ts'
import { readBatches } from '../storage/batches.ts'
import type { Transaction } from '../storage/database.ts'
import type { Deps, Principal } from './deps.ts'
import type { DfarsQuestion } from './dfars-question.ts'
import { rulesFor } from './dfars-question.ts'
import type { Judging } from './judge-batch.ts'
import { judgeBatch } from './judge-batch.ts'
import type { Stamp } from './trace-moment.ts'
import { inSnapshot } from './trace-moment.ts'
import { noSuchBatch, standingOf } from './trace-standing.ts'
import { unhurried } from './unhurried.ts'

export type { ReportFormat, ReportKind }

/** A report as the bytes that are handed out. */
export interface RenderedReport {
  readonly mediaType: 'application/json' | 'text/csv'
  readonly fileName: string
  readonly text: string
}

/** The kinds of reports, with what each must be told. */
export function listReports(): readonly ReportKind[] {
  return REPORT_KINDS
}

/**
 * Judges a delivery under DFARS 252.225-7052, in one snapshot. The same question of the same
 * organization at the same position gives the same bytes. Throws `NOT_FOUND` for a batch that it
 * may not see, and `REQUEST_INVALID` for facts that cannot be.
 */
export async function exportDfarsReport(
  deps: Deps,
  principal: Principal,
  question: DfarsQuestion,
  format: ReportFormat
): Promise<RenderedReport> {
  const { reference } = deps
  const rules = rulesFor(question, reference)
  const asker = { organization: principal.organization, now: deps.now() }
  const report = await unhurried(() =>
    inSnapshot(deps, question.asOf, async (tx, stamp) => {
      const judged: JudgedBatch[] = []
      for (const delivered of question.batches) {
        const standing = await standingOf(tx, delivered.batch, asker)
        const batch = (await readBatches(tx, [delivered.batch], stamp.position)).get(
          delivered.batch
        )
        if (!batch) throw noSuchBatch(delivered.batch)
        const judging: Judging = { question, rules, reference }
        judged.push(await judgeBatch({ tx, stamp, asker, standing, batch }, delivered, judging))
      }
      const head = await headOf(tx, stamp, principal)
      return dfarsReport(head, question.facts, rules.version, judged)
    })
  )
  const name = `${DFARS}-${question.facts.deliveryDate}-at-${report.position}`
  if (format === 'json') {
    return { mediaType: 'application/json', fileName: `${name}.json`, text: renderJson(report) }
  }
  const text = renderCsv(DFARS_COLUMNS, dfarsLines(report))
  return { mediaType: 'text/csv', fileName: `${name}.csv`, text }
}

async function headOf(tx: Transaction, stamp: Stamp, principal: Principal) {
  const times = await readTimes(tx, [stamp.position])
  return {
    title: REPORT_KINDS.find(({ kind }) => kind === DFARS)?.title ?? DFARS,
    asOf: stamp.asOf,
    position: stamp.position,
    dataCutoff: times.get(stamp.position) ?? stamp.asOf,
    requester: principal.organization,
    disclaimer: DISCLAIMER
  }
}
