import type { ReportHead, Sealed } from '../report.ts'
import { type Block, batchName, type Fact } from './paper.ts'

/** What every report says of itself, on its first page: as of when, by which rules, for whom. */
export function headFacts(
  { asOf, dataCutoff, position, requester }: Sealed<ReportHead>,
  rules: string
): readonly Fact[] {
  return [
    ['As of', asOf],
    ['Data cutoff', `${dataCutoff}, position ${position} of the books`],
    ['Rules', rules],
    ['Made for', `organization ${requester}; what it may see shapes the report`]
  ]
}

/** The same of a report on one batch, behind what the batch is. */
export function batchHead(
  report: Sealed<ReportHead> & {
    readonly batch: string
    readonly number: string | null
    readonly status: string
  },
  rules: string
): Block {
  return {
    kind: 'facts',
    facts: [
      ['Batch', batchName(report.batch, report.number)],
      ['Status', report.status],
      ...headFacts(report, rules)
    ]
  }
}

/** How a reader can tell that nothing was changed since, and what the report is not. */
export function closingBlocks({ contentHash, disclaimer }: Sealed<ReportHead>): readonly Block[] {
  return [
    { kind: 'heading', text: 'How to check this report' },
    {
      kind: 'text',
      text: `The report itself is JSON, attached to the PDF as report.json; what you read here shows it. Its content hash is the SHA-256 of its canonical JSON (RFC 8785) without the member contentHash: ${contentHash}`
    },
    {
      kind: 'text',
      text: 'The same question of the same organization at the same position, with the same rules and software, gives the same bytes.'
    },
    { kind: 'text', text: disclaimer }
  ]
}
