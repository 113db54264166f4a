import type { DfarsBatch, DfarsReport } from '../../reports/dfars.ts'
import { batchSection, DFARS, dfarsReport } from '../../reports/dfars.ts'
import { DFARS_COLUMNS, dfarsLines } from '../../reports/dfars-table.ts'
import { dfarsPaper } from '../../reports/paper/dfars-paper.ts'
import type { Sealed } from '../../reports/report.ts'
import type { ReportFormat, ReportKind } from '../../reports/table.ts'
import { REPORT_KINDS } from '../../reports/table.ts'
import { readBatches } from '../../storage/batches/batches.ts'
import type { Transaction } from '../../storage/database.ts'
import { nextTurn } from '../breath.ts'
import type { Deps, Principal } from '../deps.ts'
import type { Stamp } from '../moment.ts'
import { inSnapshot } from '../moment.ts'
import type { Inquiry } from '../trace/trace-question.ts'
import { noSuchBatch, standingOf } from '../trace/trace-standing.ts'
import { unhurried } from '../unhurried.ts'
import { type DeliveredBatch, EvidenceNamed } from './delivery.ts'
import type { DfarsQuestion } from './dfars-question.ts'
import { rulesFor } from './dfars-question.ts'
import { handOutReport, type ReportWish } from './hand-out-report.ts'
import type { Judging, ReadBatch } from './judge-batch.ts'
import { judgeBatch, readForJudging } from './judge-batch.ts'
import { type Head, readHead } from './read-head.ts'
import type { RenderedReport } from './render-report.ts'
import { refuseGone } from './report-turn.ts'
import { sealReport } from './seal-report.ts'

export type { ReportFormat, ReportKind }

/** The kinds of reports, with what each must be told. */
export function listReports(): readonly ReportKind[] {
  return REPORT_KINDS
}

/**
 * Judges a delivery under DFARS 252.225-7052, as of one position. The same question of the same
 * organization at the same position gives the same bytes. Each batch is read in a transaction of its
 * own and judged after it: PostgreSQL ends one that waits for long. Throws `NOT_FOUND` for a batch
 * that it may not see, `REQUEST_INVALID` for facts that cannot be, `LIMIT_EXCEEDED`, and as `handOutReport`.
 */
export async function exportDfarsReport(
  deps: Deps,
  principal: Principal,
  question: DfarsQuestion,
  wish: ReportWish
): Promise<RenderedReport> {
  const rules = rulesFor(question, deps.reference)
  const judging: Judging = { question, rules, reference: deps.reference }
  return handOutReport(deps, principal, wish, async () => {
    const report = await unhurried(() => judgeDelivery(deps, principal, judging, wish))
    return {
      kind: DFARS,
      name: `${DFARS}-${question.facts.deliveryDate}-at-${report.position}`,
      model: report,
      columns: DFARS_COLUMNS,
      rows: () => dfarsLines(report),
      paper: () => dfarsPaper(report)
    }
  })
}

async function judgeDelivery(
  deps: Deps,
  principal: Principal,
  judging: Judging,
  wish: ReportWish
): Promise<Sealed<DfarsReport>> {
  const { question, rules } = judging
  const asker = { organization: principal.organization, now: deps.now() }
  const sections: DfarsBatch[] = []
  let head: Head | undefined
  const named = new EvidenceNamed()
  for (const delivered of question.batches) {
    refuseGone(wish)
    // What was known at a position never changes, so all are of one state of the books.
    const asOf = head ? `${head.position}` : question.asOf
    const read = await inSnapshot(deps, asOf, async (tx, stamp) => ({
      head: head ?? (await readHead(tx, stamp, principal, DFARS)),
      batch: await readDelivered(tx, stamp, { delivered, asker, judging })
    }))
    head = read.head
    const section = batchSection(judgeBatch(read.batch, judging))
    for (const { evidence, gaps } of Object.values(section.readings)) {
      named.add(evidence)
      named.addGaps(gaps)
    }
    sections.push(section)
    await nextTurn()
  }
  if (!head) throw new Error('a delivery without a batch')
  return sealReport(dfarsReport(head, question.facts, rules.version, sections))
}

async function readDelivered(
  tx: Transaction,
  stamp: Stamp,
  {
    delivered,
    asker,
    judging
  }: {
    readonly delivered: DeliveredBatch
    readonly asker: Inquiry['asker']
    readonly judging: Judging
  }
): Promise<ReadBatch> {
  const standing = await standingOf(tx, delivered.batch, asker)
  const batch = (await readBatches(tx, [delivered.batch], stamp.position)).get(delivered.batch)
  if (!batch) throw noSuchBatch(delivered.batch)
  return readForJudging({ tx, stamp, asker, standing, batch }, delivered, judging)
}
