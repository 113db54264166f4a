import type { FootprintView, NamedEpd } from '../../domain/lineage/footprint-view.ts'
import type { FootprintReport } from '../footprint-chain.ts'
import type { Sealed } from '../report.ts'
import { batchHead, closingBlocks } from './head-blocks.ts'
import { type Block, batchName, type Paper, type PaperTable, yesOrNo } from './paper.ts'

/** The footprint of a batch as a sustainability report quotes it: each figure with what it is made up from. */
export function footprintPaper(report: Sealed<FootprintReport>): Paper {
  const { footprints, ruleVersion } = report
  const rules = `${ruleVersion.ruleSet}, data of ${ruleVersion.revision}`
  const none: readonly Block[] =
    footprints.length > 0 ? [] : [{ kind: 'text', text: 'Nothing states a figure for this batch.' }]
  return {
    report,
    cite: ruleVersion.cite,
    blocks: [
      batchHead(report, rules),
      ...none,
      ...footprints.flatMap(figureBlocks),
      allocationTable(report),
      unknownTable(report),
      ...closingBlocks(report)
    ]
  }
}

function figureBlocks(view: FootprintView): readonly Block[] {
  const { method, value, unit, complete, primaryDataSharePct, coveragePct } = view
  return [
    { kind: 'heading', text: `${value} ${unit}, ${methodName(method)}` },
    {
      kind: 'facts',
      facts: [
        ['Complete', complete ? 'yes' : 'no: something upstream has no figure by this method'],
        ['Coverage', `${coveragePct} % of the mass, from the cradle`],
        [
          'Primary data',
          primaryDataSharePct === null ? 'not declared' : `${primaryDataSharePct} % of the value`
        ]
      ]
    },
    {
      kind: 'table',
      title: 'What it is the sum of',
      columns: [
        { name: 'Batch', width: 6 },
        { name: 'Declaration', width: 8 },
        { name: unit, width: 4 }
      ],
      rows: view.contributions.map(({ node, number, epd, value: part }) => [
        batchName(node, number),
        epd ? declaration(epd) : '',
        part
      ]),
      nothing: 'Nothing contributes to it.'
    }
  ]
}

function methodName(method: string | null): string {
  return method ?? 'method not named'
}

function declaration({ id, version, external, allocation }: NamedEpd): string {
  return [
    `${id}, version ${version}`,
    ...(external ? ['registered elsewhere, not verified here'] : []),
    ...(allocation ? [`allocation: ${allocation}`] : [])
  ].join('\n')
}

function allocationTable({ allocations }: FootprintReport): PaperTable {
  return {
    kind: 'table',
    title: 'Parts of the burdens of a run that its products carry',
    columns: [
      { name: 'Batch', width: 6 },
      { name: 'Method', width: 4 },
      { name: 'Share', width: 4 }
    ],
    rows: allocations.map(({ node, number, method, share }) => [
      batchName(node, number),
      method,
      share
    ]),
    nothing: 'No burdens were split between products.'
  }
}

function unknownTable({ unknowns }: FootprintReport): PaperTable {
  return {
    kind: 'table',
    title: 'What is not known',
    columns: [
      { name: 'Batch', width: 6 },
      { name: 'What', width: 10 },
      { name: 'Missing from the value', width: 3 },
      { name: 'Method', width: 3 }
    ],
    rows: unknowns.map(({ node, number, message, affects, method }) => [
      batchName(node, number),
      message,
      yesOrNo(affects === 'value'),
      method ?? ''
    ]),
    nothing: 'Everything is known.'
  }
}
