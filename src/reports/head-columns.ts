import type { Column } from './render/csv.ts'
import type { ReportHead, Sealed } from './report.ts'

interface Line {
  readonly report: Sealed<ReportHead>
}

/** What every line of a table says of its report, so that it can stand alone. */
export const HEAD_COLUMNS: readonly Column<Line>[] = [
  { header: 'as_of', cell: ({ report }) => report.asOf },
  { header: 'data_cutoff', cell: ({ report }) => report.dataCutoff },
  { header: 'position', cell: ({ report }) => report.position },
  { header: 'requester', cell: ({ report }) => report.requester },
  { header: 'content_hash', cell: ({ report }) => report.contentHash },
  { header: 'disclaimer', cell: ({ report }) => report.disclaimer }
]
