import { formatDecimal, parseDecimal, rational } from '../../domain/quantity/rational.ts'
import type { BatchElement, Crma29Report, MagnetBatch, ProductElement } from '../crma-29.ts'
import type { Sealed } from '../report.ts'
import { CitedSources } from './cited-sources.ts'
import { closingBlocks, headFacts } from './head-blocks.ts'
import {
  type Block,
  batchName,
  type Fact,
  type Paper,
  type PaperTable,
  words,
  yesOrNo
} from './paper.ts'

/** Recycled shares of a product as whoever publishes them reads it: the shares, then what they come from. */
export function crma29Paper(report: Sealed<Crma29Report>): Paper {
  const { ruleVersion } = report
  const sources = new CitedSources()
  return {
    report,
    cite: ruleVersion.cite,
    blocks: [
      { kind: 'facts', facts: productFacts(report) },
      ...warning(report),
      shareTable(report),
      batchTable(report),
      scrapTable(report, sources),
      { kind: 'text', text: SCRAP },
      sources.table(),
      ...closingBlocks(report)
    ]
  }
}

function productFacts(report: Sealed<Crma29Report>): readonly Fact[] {
  const { declaredByRequester, totalMagnetsKg, threshold, ruleVersion } = report
  const { product, material } = declaredByRequester
  const beyond = threshold.exceeded ? 'more than' : 'not more than'
  return [
    ['Product', product === undefined ? 'not named' : `${product} (declared by you)`],
    ...(material === undefined ? [] : [['Magnets', `${material} (declared by you)`] as const]),
    ['Magnets in it', `${totalMagnetsKg} kg: ${beyond} ${threshold.kg} kg (${threshold.cite})`],
    ...publication(report),
    ...headFacts(report, `${ruleVersion.ruleSet}, data of ${ruleVersion.revision}`)
  ]
}

/** What a reader asks first: does this have to be published, and from when on. */
function publication({ threshold, appliesFrom, appliesTo }: Crma29Report): readonly Fact[] {
  if (!threshold.exceeded) {
    const kg = threshold.kg
    return [
      ['To be published', `no: Art. 29 asks it of products with more than ${kg} kg of magnets`]
    ]
  }
  return [
    ['To be published', `from ${appliesFrom.date} on, ${appliesFrom.text} (${appliesFrom.cite})`],
    ['Asked of', `${appliesTo.text} (${appliesTo.cite})`]
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
      { name: 'Backs a claim', width: 4 },
      { name: 'Every document named', width: 3 }
    ],
    rows: batches.map((batch) => [
      batchName(batch.batch, batch.number),
      `${batch.product.name}\n${batch.type}`,
      batch.quantityKg,
      batch.massKg,
      words(batch.custodyModel),
      claim(batch),
      yesOrNo(batch.evidenceComplete)
    ]),
    nothing: 'There are none.'
  }
}

function claim({ unverifiedBecause, status }: MagnetBatch): string {
  if (unverifiedBecause === null) return 'yes'
  return unverifiedBecause === 'batch_status' ? `no: ${status}` : 'no: not of this material itself'
}

/** The shares of the first table leave rework out, and count what processes left to others. */
const SCRAP =
  'Shares here are of all of the mass of the element, rework with what it was made from. Scrap that a process recorded in these books left to another organization counts as pre-consumer above; it has the origins of what it was made from and is not in this table.'

function scrapTable({ batches }: Crma29Report, sources: CitedSources): PaperTable {
  const rows = batches.flatMap((batch) =>
    batch.elements.flatMap((element) =>
      element.scrapFrom.map((from) => [...row(batch, element, from), sources.cite(from.references)])
    )
  )
  return {
    kind: 'table',
    title: 'Where the scrap arose that was taken into the books',
    columns: [
      { name: 'Batch', width: 6 },
      { name: 'Element', width: 2 },
      { name: 'Scrap', width: 4 },
      { name: 'Country', width: 3 },
      { name: 'Share of the element', width: 4 },
      { name: 'Events and documents, no.', width: 4 }
    ],
    rows,
    nothing: 'No scrap of these elements was taken into the books.'
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
