import type { Severity } from '../domain/finding.ts'
import type { Blocked } from '../domain/regulation/blocked.ts'
import { HEAD_COLUMNS } from './head-columns.ts'
import type { Column } from './render/csv.ts'
import type { ReportHead, Sealed } from './report.ts'

export const GAPS = 'gaps'

/** One thing that is not known of a batch or its ancestors, what it blocks and who can close it. */
export interface UnknownLine {
  readonly kind: string
  readonly element: string | null
  readonly step: string | null
  /** Part of the element's mass in the batch at which it is missing. */
  readonly share: string | null
  /** The batch at which it is missing, or a name for this report only where it is withheld. */
  readonly node: string
  /** The lot number of that batch, where it has one and the requester may know it. */
  readonly number: string | null
  readonly remedy: string
  /** Null where the requester may not know who; ask the own supplier then. */
  readonly closer: { readonly id: string; readonly name: string | null } | null
  readonly blocks: readonly Blocked[]
}

/** What the rules of the books said of the batch and nobody has closed. */
export interface FindingLine {
  readonly id: string
  readonly rule: string
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly remedy: string | null
  /** Whom it is addressed to; null where the requester may not know. */
  readonly closer: { readonly id: string; readonly name: string | null } | null
}

export interface GapReport extends ReportHead {
  readonly ruleVersion: { readonly table: string; readonly revision: string }
  readonly batch: string
  /** Its maker's own lot number. */
  readonly number: string | null
  readonly status: string
  /** False when the chain is so long that it was not walked to its end. */
  readonly complete: boolean
  readonly unknowns: readonly UnknownLine[]
  readonly findings: readonly FindingLine[]
  /** Regulations that at least one gap blocks, with how many. */
  readonly blocked: readonly (Blocked & { readonly gaps: number })[]
}

/** The gap report of a batch: gaps in the order of the chain, so that equal questions give equal bytes. */
export function gapReport(
  head: Omit<ReportHead, 'report'> & Pick<GapReport, 'ruleVersion'>,
  of: Pick<GapReport, 'batch' | 'number' | 'status' | 'complete' | 'unknowns' | 'findings'>
): GapReport {
  return { report: GAPS, ...head, ...of, blocked: counted(of.unknowns) }
}

function counted(unknowns: readonly UnknownLine[]): GapReport['blocked'] {
  const sums = new Map<string, Blocked & { gaps: number }>()
  for (const blocked of unknowns.flatMap(({ blocks }) => blocks)) {
    const sum = sums.get(blocked.regulation) ?? { ...blocked, gaps: 0 }
    sums.set(blocked.regulation, { ...sum, gaps: sum.gaps + 1 })
  }
  return [...sums.values()].sort((a, b) => (a.regulation < b.regulation ? -1 : 1))
}

/** An unknown, a finding, or, so that an empty table is not taken for none, that there is neither. */
interface Line {
  readonly report: Sealed<GapReport>
  readonly unknown?: UnknownLine
  readonly finding?: FindingLine
}

/** Columns of the table of gaps; every line can stand alone, so it carries the head of the report. */
export const GAP_COLUMNS: readonly Column<Line>[] = [
  { header: 'batch', cell: ({ report }) => report.batch },
  { header: 'batch_number', cell: ({ report }) => report.number },
  {
    header: 'record',
    cell: ({ unknown, finding }) => (unknown ? 'unknown' : finding ? 'finding' : 'nothing_open')
  },
  { header: 'missing', cell: ({ unknown, finding }) => unknown?.kind ?? finding?.code ?? null },
  { header: 'severity', cell: ({ finding }) => finding?.severity ?? null },
  { header: 'element', cell: ({ unknown }) => unknown?.element ?? null },
  { header: 'step', cell: ({ unknown }) => unknown?.step ?? null },
  { header: 'share_of_element_fraction', cell: ({ unknown }) => unknown?.share ?? null },
  { header: 'at', cell: ({ unknown }) => unknown?.node ?? null },
  { header: 'at_number', cell: ({ unknown }) => unknown?.number ?? null },
  {
    header: 'regulations',
    cell: ({ unknown }) => unknown?.blocks.map(({ regulation }) => regulation).join(' ') ?? null
  },
  {
    header: 'blocked_reports',
    cell: ({ unknown }) => unknown?.blocks.flatMap(({ report }) => report ?? []).join(' ') ?? null
  },
  {
    header: 'closed_by_id',
    cell: ({ unknown, finding }) => (unknown ?? finding)?.closer?.id ?? null
  },
  {
    header: 'closed_by_name',
    cell: ({ unknown, finding }) => (unknown ?? finding)?.closer?.name ?? null
  },
  {
    header: 'remedy',
    cell: ({ unknown, finding }) => (unknown ?? finding)?.remedy ?? null
  },
  { header: 'message', cell: ({ finding }) => finding?.message ?? null },
  { header: 'batch_status', cell: ({ report }) => report.status },
  { header: 'chain_complete', cell: ({ report }) => report.complete },
  { header: 'rule_version', cell: ruleVersionText },
  ...HEAD_COLUMNS
]

export function gapLines(report: Sealed<GapReport>): Line[] {
  const lines = [
    ...report.unknowns.map((unknown) => ({ report, unknown })),
    ...report.findings.map((finding) => ({ report, finding }))
  ]
  return lines.length > 0 ? lines : [{ report }]
}

function ruleVersionText({ report }: Line): string {
  const { table, revision } = report.ruleVersion
  return `${table} (${revision})`
}
