import { CRMA_29 } from './crma-29.ts'
import { DFARS } from './dfars.ts'
import { FOOTPRINT_CHAIN } from './footprint-chain.ts'
import { GAPS } from './gaps.ts'

export type ReportFormat = 'json' | 'csv' | 'xlsx' | 'pdf'

/** What one kind of report is, and what must be said to get one. */
export interface ReportKind {
  readonly kind: string
  readonly title: string
  /** The text that it answers to. */
  readonly cite: string
  readonly formats: readonly ReportFormat[]
  readonly parameters: readonly ReportParameter[]
}

export interface ReportParameter {
  readonly name: string
  readonly required: boolean
  readonly repeatable: boolean
  readonly type: 'uuid' | 'date' | 'decimal' | 'boolean' | 'place' | 'text' | 'position or time'
  readonly description: string
}

const BATCH: ReportParameter = {
  name: 'batch',
  required: true,
  repeatable: true,
  type: 'uuid',
  description: 'A batch. Several make one delivery.'
}

const QUANTITY: ReportParameter = {
  name: 'quantityKg',
  required: false,
  repeatable: true,
  type: 'decimal',
  description:
    'Dry kilograms delivered of each batch, as many as there are batches and in their order; without it whole batches are delivered.'
}

const AS_OF: ReportParameter = {
  name: 'asOf',
  required: false,
  repeatable: false,
  type: 'position or time',
  description: 'What was known at a position or an RFC 3339 time; the newest by default.'
}

const fact = (
  name: string,
  type: ReportParameter['type'],
  description: string,
  required = false
): ReportParameter => ({ name, required, repeatable: false, type, description })

/** The row of a kind. */
export function reportKind(kind: string): ReportKind {
  const row = REPORT_KINDS.find((each) => each.kind === kind)
  if (!row) throw new Error(`no report ${kind}`)
  return row
}

/** Every kind of report that the registry exports. */
export const REPORT_KINDS: readonly ReportKind[] = [
  {
    kind: DFARS,
    title: 'Origin verdict of magnets under DFARS 252.225-7052',
    cite: 'DFARS 252.225-7052; 225.7018; 10 U.S.C. 4872',
    formats: ['json', 'csv', 'xlsx', 'pdf'],
    parameters: [
      BATCH,
      QUANTITY,
      fact('deliveryDate', 'date', 'Delivery date under the contract: the clause tests it.', true),
      fact('clauseVersion', 'text', 'The clause in the contract, e.g. `MAY 2024`; default newest.'),
      fact('material', 'text', 'NdFeB or SmCo, where the assay does not show which.'),
      fact('cots', 'boolean', 'The end item is a commercially available off-the-shelf item.'),
      fact('coveredMaterialSharePct', 'decimal', 'Covered material, percent by weight of it.'),
      fact('tungstenSharePct', 'decimal', 'Tungsten, percent by weight of it.'),
      fact('millProduct', 'boolean', 'Loose bar, block, blank, plate ... not built into anything.'),
      fact('electronicDevice', 'boolean', 'The end item is an electronic device.'),
      fact('endItemCountry', 'place', 'Where it is manufactured, ISO 3166-1 alpha-2 or 3166-2.'),
      fact('simplifiedAcquisition', 'boolean', 'At or below the simplified acquisition threshold.'),
      fact('outsideUnitedStates', 'boolean', 'Acquired outside the United States for use there.'),
      fact('nonavailability', 'boolean', 'A nonavailability determination was made.'),
      AS_OF
    ]
  },
  {
    kind: CRMA_29,
    title: 'Recycled share of the magnets of a product under CRMA Art. 29',
    cite: 'Regulation (EU) 2024/1252 Art. 29; ISO 14021; EN 45557',
    formats: ['json', 'csv', 'xlsx', 'pdf'],
    parameters: [
      { ...BATCH, description: 'A batch of magnets. Several are built into one product.' },
      {
        ...QUANTITY,
        description:
          'Dry kilograms of each batch that are in the product, as many as there are batches and in their order; without it whole batches are.'
      },
      fact('product', 'text', 'What the magnets are built into, as you call it.'),
      fact('material', 'text', 'NdFeB, SmCo or AlNiCo, where the assay does not show which.'),
      AS_OF
    ]
  },
  {
    kind: FOOTPRINT_CHAIN,
    title: 'Climate footprint of a batch along its chain',
    cite: 'ISO 14067; EN 15804+A2; PACT Methodology',
    formats: ['json', 'csv', 'xlsx', 'pdf'],
    parameters: [{ ...BATCH, repeatable: false, description: 'The batch.' }, AS_OF]
  },
  {
    kind: GAPS,
    title: 'What is not known of a batch, and who can tell',
    cite: 'Data quality: what other reports show as unknown',
    formats: ['json', 'csv', 'xlsx', 'pdf'],
    parameters: [{ ...BATCH, repeatable: false, description: 'The batch.' }, AS_OF]
  }
]
