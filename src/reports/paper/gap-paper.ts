import { GAPS, type GapReport } from '../gaps.ts'
import type { Sealed } from '../report.ts'
import { reportKind } from '../table.ts'
import { batchHead, closingBlocks } from './head-blocks.ts'
import { type Block, batchName, type Paper, type PaperTable, words } from './paper.ts'

type Closer = GapReport['unknowns'][number]['closer']

/** What is not known of a batch as whoever has to ask for it reads it: what is blocked, then each gap. */
export function gapPaper(report: Sealed<GapReport>): Paper {
  const { complete, ruleVersion } = report
  const rules = `${ruleVersion.table}, data of ${ruleVersion.revision}`
  const cut: readonly Block[] = complete
    ? []
    : [
        {
          kind: 'text',
          text: 'The chain goes on beyond what was walked: there may be more gaps than these.'
        }
      ]
  return {
    report,
    cite: reportKind(GAPS).cite,
    blocks: [
      batchHead(report, rules),
      ...cut,
      blockedTable(report),
      unknownTable(report),
      findingTable(report),
      ...closingBlocks(report)
    ]
  }
}

function blockedTable({ blocked }: GapReport): PaperTable {
  return {
    kind: 'table',
    title: 'What cannot be answered for it',
    columns: [
      { name: 'Regulation', width: 4 },
      { name: 'Text', width: 8 },
      { name: 'Report here', width: 4 },
      { name: 'Gaps', width: 1.5 }
    ],
    rows: blocked.map(({ regulation, cite, report, gaps }) => [
      regulation,
      cite,
      report ?? '',
      String(gaps)
    ]),
    nothing: 'No gap blocks anything.'
  }
}

function unknownTable({ unknowns }: GapReport): PaperTable {
  return {
    kind: 'table',
    title: 'What is not known, and who can tell',
    columns: [
      { name: 'Missing', width: 3.5 },
      { name: 'Element', width: 1.8 },
      { name: 'Step', width: 2.5 },
      { name: 'Share of the element', width: 3.2 },
      { name: 'At batch', width: 5 },
      { name: 'Who can close it', width: 5.5 },
      { name: 'How', width: 8 },
      { name: 'Blocks', width: 4.5 }
    ],
    rows: unknowns.map(({ kind, element, step, share, node, number, closer, remedy, blocks }) => [
      words(kind),
      element ?? '',
      step === null ? '' : words(step),
      share ?? '',
      batchName(node, number),
      who(closer),
      remedy,
      blocks.map(({ regulation }) => regulation).join('\n')
    ]),
    nothing: 'Nothing is unknown.'
  }
}

function findingTable({ findings }: GapReport): PaperTable {
  return {
    kind: 'table',
    title: 'Findings that stand',
    columns: [
      { name: 'Severity', width: 2 },
      { name: 'Code', width: 5 },
      { name: 'Message', width: 9 },
      { name: 'How to close it', width: 8 },
      { name: 'Who can close it', width: 5.5 }
    ],
    rows: findings.map(({ severity, code, rule, message, remedy, closer }) => [
      severity,
      `${code} (${rule})`,
      message,
      remedy ?? '',
      who(closer)
    ]),
    nothing: 'No finding stands.'
  }
}

function who(closer: Closer): string {
  if (closer === null) return 'withheld: ask your own supplier'
  return closer.name === null ? closer.id : `${closer.name}\n${closer.id}`
}
