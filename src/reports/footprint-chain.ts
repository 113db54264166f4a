import type { ToldUnknown } from '../domain/lineage/footprint-unknown.ts'
import type { AllocationView, FootprintView } from '../domain/lineage/footprint-view.ts'
import type { Column } from './render/csv.ts'
import type { ReportHead, Sealed } from './report.ts'

export const FOOTPRINT_CHAIN = 'footprint-chain'

/** The rules that a roll-up follows, named so that a reader can tell which ones. */
const RULES = {
  ruleSet: FOOTPRINT_CHAIN,
  revision: '2026-11-23',
  cite: 'ISO 14067; EN 15804+A2 6.4.3.2; PACT Methodology'
} as const

export interface FootprintReport extends ReportHead {
  readonly ruleVersion: typeof RULES
  readonly batch: string
  readonly number: string | null
  readonly status: string
  readonly footprints: readonly FootprintView[]
  readonly allocations: readonly AllocationView[]
  readonly unknowns: readonly ToldUnknown[]
}

/** What every line of the table carries, so that it can stand alone. */
export function footprintReportColumns(report: Sealed<FootprintReport>): Column<unknown>[] {
  const { ruleSet, revision } = report.ruleVersion
  return [
    { header: 'rule_version', cell: () => `${ruleSet} (${revision})` },
    { header: 'data_cutoff', cell: () => report.dataCutoff },
    { header: 'requester', cell: () => report.requester },
    { header: 'content_hash', cell: () => report.contentHash },
    { header: 'disclaimer', cell: () => report.disclaimer }
  ]
}

/** The report on one batch: equal questions at one position give equal bytes. */
export function footprintReport(
  head: Omit<ReportHead, 'report' | 'ruleVersion'>,
  body: Pick<
    FootprintReport,
    'batch' | 'number' | 'status' | 'footprints' | 'allocations' | 'unknowns'
  >
): FootprintReport {
  return { report: FOOTPRINT_CHAIN, ...head, ruleVersion: RULES, ...body }
}
