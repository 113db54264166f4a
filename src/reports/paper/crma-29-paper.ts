import { formatDecimal, parseDecimal, rational } from '../../domain/quantity/rational.ts'
import type { BatchElement, Crma29Report, MagnetBatch, ProductElement } from '../crma-29.ts'
import type { Sealed } from '../report.ts'
import { closingBlocks, headFacts } from './head-blocks.ts'
import { type Block, batchName, type Fact, type Paper, type PaperTable, words } from './paper.ts'

/** Recycled shares of a product as whoever publishes them reads it: the shares, then what they come from. */
export function crma29Paper(report: Sealed<Crma29Report>): Paper {
  const { ruleVersion } = report
  return {
    report,
    cite: ruleVersion.cite,
    blocks: [
      { kind: 'facts', facts: productFacts(report) },
      ...warning(report),
      shareTable(report),
      batchTable(report),
      scrapTable(report),
      ...closingBlocks(report)
    ]
  }
}

function productFacts(report: Sealed<Crma29Report>): readonly Fact[] {
  const { declaredByRequester, totalMagnetsKg, threshold, appliesFrom, ruleVersion } = report
  const { product, material } = declaredByRequester
  const beyond = threshold.exceeded ? 'more than' : 'not more than'
  return [
    ['Product', product === undefined ? 'not named' : `${product} (declared by you)`],
    ...(material === undefined ? [] : [['Magnets', `${material} (declared by you)`] as const]),
    ['Magnets in it', `${totalMagnetsKg} kg: ${beyond} ${threshold.kg} kg (${threshold.cite})`],
    ['To be published', `from ${appliesFrom.date} on, ${appliesFrom.text} (${appliesFrom.cite})`],
    ...headFacts(report, `${ruleVersion.ruleSet}, data of ${ruleVersion.revision}`)
  ]
}

function warning({ verified }: Crma29Report): readonly Block[] {
  if (verified) return []
  const text =
    'Not every batch can back a claim: what one that is suspect, contested or of mass balance only adds to these shares is not verified.'
  return [{ kind: 'text', text }]
}

function shareTable({ elements }: Crma29Report): PaperTable {
  return {
    kind: 'table',
    title: 'Recovered from post-consumer waste',
    columns: [
      { name: 'Element', width: 2 },
      { name: 'Post-consumer, %', width: 3 },
      { name: 'Pre-consumer, %', width: 3 },
      { name: 'In the magnets, kg', width: 3.5 },
      { name: 'Of which post-consumer, kg', width: 3.5 },
      { name: 'Rework left out, kg', width: 3.5 },
      { name: 'Remark', width: 6 }
    ],
    rows: elements.map((line) => [
      line.element,
      percent(line.postConsumerShare),
      percent(line.preConsumerShare),
      line.totalKg ?? '',
      line.feedKg?.post_consumer ?? '',
      line.feedKg?.same_process ?? '',
      remark(line)
    ]),
    nothing: 'The regulation names no element.'
  }
}

function remark({ presence, postConsumerShare, leftOpenIn }: ProductElement): string {
  if (presence === 'absent') return 'not in the magnets'
  if (presence === 'below_limit') return 'less than the assay can tell'
  if (presence === 'not_stated') return 'no assay says whether it is in them'
  return [
    ...(postConsumerShare === null ? ['all of it is rework'] : []),
    ...(leftOpenIn.length === 0
      ? []
      : [`left open by ${leftOpenIn.length} of the batches, which are not counted`])
  ].join('\n')
}

function batchTable({ batches }: Crma29Report): PaperTable {
  return {
    kind: 'table',
    title: 'The magnets',
    columns: [
      { name: 'Batch', width: 6 },
      { name: 'What', width: 5 },
      { name: 'In the product, kg', width: 3 },
      { name: 'Of, kg', width: 3 },
      { name: 'Custody', width: 4 },
      { name: 'Backs a claim', width: 4 }
    ],
    rows: batches.map((batch) => [
      batchName(batch.batch, batch.number),
      `${batch.product.name}\n${batch.type}`,
      batch.quantityKg,
      batch.massKg,
      words(batch.custodyModel),
      claim(batch)
    ]),
    nothing: 'There are none.'
  }
}

function claim({ unverifiedBecause, status }: MagnetBatch): string {
  if (unverifiedBecause === null) return 'yes'
  return unverifiedBecause === 'batch_status' ? `no: ${status}` : 'no: not of this material itself'
}

function scrapTable({ batches }: Crma29Report): PaperTable {
  const rows = batches.flatMap((batch) =>
    batch.elements.flatMap((element) => element.scrapFrom.map((from) => row(batch, element, from)))
  )
  return {
    kind: 'table',
    title: 'Where the scrap arose',
    columns: [
      { name: 'Batch', width: 6 },
      { name: 'Element', width: 2 },
      { name: 'Scrap', width: 4 },
      { name: 'Country', width: 3 },
      { name: 'Share of the element', width: 4 }
    ],
    rows,
    nothing: 'No scrap was recorded for these elements.'
  }
}

function row(
  { batch, number }: MagnetBatch,
  { element }: BatchElement,
  { kind, country, share }: BatchElement['scrapFrom'][number]
): readonly string[] {
  return [batchName(batch, number), element, words(kind), country ?? 'not told', share]
}

function percent(share: string | null): string {
  const fraction = share === null ? null : parseDecimal(share)
  return fraction === null ? '' : formatDecimal(rational(fraction.n * 100n, fraction.d), 4)
}
