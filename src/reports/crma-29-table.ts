import type { BatchElement, Crma29Report, MagnetBatch, ProductElement } from './crma-29.ts'
import { HEAD_COLUMNS } from './head-columns.ts'
import type { Column } from './render/csv.ts'
import type { Sealed } from './report.ts'

/** An element in all magnets of the product, or in one batch of them. */
export interface Crma29Line {
  readonly report: Sealed<Crma29Report>
  readonly batch: MagnetBatch | null
  readonly element: ProductElement | BatchElement
}

/** Columns of the table; every line can stand alone, so it carries the head of the report. */
export const CRMA_29_COLUMNS: readonly Column<Crma29Line>[] = [
  { header: 'record', cell: ({ batch }) => (batch ? 'batch' : 'product') },
  { header: 'product', cell: ({ report }) => report.declaredByRequester.product ?? null },
  { header: 'batch', cell: ({ batch }) => batch?.batch ?? null },
  { header: 'batch_number', cell: ({ batch }) => batch?.number ?? null },
  { header: 'magnet_type', cell: ({ batch }) => batch?.type ?? null },
  {
    header: 'magnets_kg',
    cell: ({ report, batch }) => batch?.quantityKg ?? report.totalMagnetsKg
  },
  { header: 'threshold_kg', cell: ({ report }) => report.threshold.kg },
  { header: 'threshold_exceeded', cell: ({ report }) => report.threshold.exceeded },
  { header: 'element', cell: ({ element }) => element.element },
  { header: 'presence', cell: ({ element }) => element.presence },
  { header: 'element_kg', cell: ({ element }) => element.totalKg },
  { header: 'post_consumer_kg', cell: ({ element }) => element.feedKg?.post_consumer ?? null },
  { header: 'pre_consumer_kg', cell: ({ element }) => element.feedKg?.pre_consumer ?? null },
  {
    header: 'same_process_excluded_kg',
    cell: ({ element }) => element.feedKg?.same_process ?? null
  },
  { header: 'primary_kg', cell: ({ element }) => element.feedKg?.primary ?? null },
  { header: 'post_consumer_share_fraction', cell: ({ element }) => element.postConsumerShare },
  { header: 'pre_consumer_share_fraction', cell: ({ element }) => element.preConsumerShare },
  { header: 'scrap_sources', cell: ({ element }) => sources(element) },
  { header: 'evidence_event_id', cell: ({ element }) => references(element, 'event') },
  { header: 'evidence_sha256', cell: ({ element }) => references(element, 'sha256') },
  {
    header: 'left_open_in',
    cell: ({ element }) => ('leftOpenIn' in element ? element.leftOpenIn.join(' ') : null)
  },
  { header: 'custody_model', cell: ({ batch }) => batch?.custodyModel ?? null },
  { header: 'batch_status', cell: ({ batch }) => batch?.status ?? null },
  { header: 'verified', cell: ({ report, batch }) => (batch ?? report).verified },
  { header: 'unverified_because', cell: ({ batch }) => batch?.unverifiedBecause ?? null },
  { header: 'evidence_complete', cell: ({ batch }) => batch?.evidenceComplete ?? null },
  {
    header: 'declared_material',
    cell: ({ report }) => report.declaredByRequester.material ?? null
  },
  { header: 'applies_not_before', cell: ({ report }) => report.appliesFrom.date },
  { header: 'rule_version', cell: ruleVersionText },
  ...HEAD_COLUMNS
]

/** The product first, then each batch; of each the elements in the order of the regulation. */
export function crma29Lines(report: Sealed<Crma29Report>): Crma29Line[] {
  return [
    ...report.elements.map((element) => ({ report, batch: null, element })),
    ...report.batches.flatMap((batch) =>
      batch.elements.map((element) => ({ report, batch, element }))
    )
  ]
}

/** Kind, country (`??` where nobody told) and share of each. */
function sources(element: ProductElement | BatchElement): string | null {
  if (!('scrapFrom' in element)) return null
  return element.scrapFrom
    .map(({ kind, country, share }) => `${kind} ${country ?? '??'} ${share}`)
    .join('; ')
}

function references(
  element: ProductElement | BatchElement,
  member: 'event' | 'sha256'
): string | null {
  if (!('scrapFrom' in element)) return null
  const named = element.scrapFrom.flatMap((line) =>
    line.references.flatMap((each) => each[member] ?? [])
  )
  return [...new Set(named)].join(' ') || null
}

function ruleVersionText({ report }: Crma29Line): string {
  const { ruleSet, revision } = report.ruleVersion
  return `${ruleSet} (${revision})`
}
