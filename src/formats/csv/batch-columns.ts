import type { Column } from './column.ts'

export const productColumns: readonly Column[] = [
  {
    name: 'number',
    kind: 'name',
    path: ['number'],
    meaning: 'Your own lot number, unique in your organization.',
    example: 'MET-118'
  },
  {
    name: 'batch_id',
    kind: 'text',
    path: ['id'],
    meaning: 'A UUID of your own for the batch; assigned when empty.',
    example: ''
  },
  {
    name: 'product_class',
    kind: 'text',
    path: ['product', 'class'],
    required: true,
    meaning:
      'Id of the product class, for instance `ore`, `concentrate`, `mixed_carbonate`, `separated_oxide`, `ree_metal`, `alloy`, `powder`, `sintered_block`, `magnet`.',
    example: 'ree_metal'
  },
  {
    name: 'product_name',
    kind: 'text',
    path: ['product', 'name'],
    required: true,
    meaning: 'What you call the product.',
    example: 'NdPr metal'
  }
]

export const assayColumns: readonly Column[] = [
  {
    name: 'assay_basis',
    kind: 'text',
    path: ['assay', 'basis'],
    required: true,
    meaning:
      '`element`, `oxide`, `TREO` (values are parts of TREO), `compound`, or `inherited` where no stage changed the composition.',
    example: 'element'
  },
  {
    name: 'assay_unit',
    kind: 'text',
    path: ['assay', 'unit'],
    meaning:
      '`P1` percent, `NX` per mille or `59` ppm, for every `assay:` and `uncertainty:` cell and `assay_treo`.',
    example: 'P1'
  },
  {
    name: 'assay_treo',
    kind: 'decimal',
    path: ['assay', 'treo'],
    meaning: 'Total rare-earth oxide of the dry mass; empty where it was not assayed, never 0.',
    example: ''
  },
  {
    name: 'assay_complete',
    kind: 'boolean',
    path: ['assay', 'complete'],
    meaning: '`true` when the values are meant to add up to the whole (98 to 102 percent).',
    example: 'true'
  },
  {
    name: 'assay',
    kind: 'amount',
    path: ['assay', 'values'],
    family: { as: 'member' },
    meaning:
      'One column for each element, oxide or compound, for example `assay:Nd2O3`. A decimal, or a bound such as `<0.05`; empty where it was not assayed, never 0.',
    example: '73.9'
  },
  {
    name: 'uncertainty',
    kind: 'decimal',
    path: ['assay', 'uncertainty'],
    family: { as: 'member' },
    meaning:
      'Expanded uncertainty (k=2) of the `assay:` column of the same name; `uncertainty:treo` for TREO.',
    example: ''
  },
  {
    name: 'trace_unit',
    kind: 'text',
    path: ['assay', 'trace', 'unit'],
    meaning: 'Unit of the `trace:` columns, usually `59` ppm.',
    example: ''
  },
  {
    name: 'trace',
    kind: 'amount',
    path: ['assay', 'trace', 'values'],
    family: { as: 'member' },
    meaning: 'Elements assayed beside the main basis, for example `trace:Th`.',
    example: ''
  }
]

/** What a new batch may say beside product, mass and assay. */
export const batchColumns: readonly Column[] = [
  {
    name: 'role',
    kind: 'text',
    path: ['role'],
    meaning: '`main` (the default) or `co_product`.',
    example: ''
  },
  { name: 'count', kind: 'count', path: ['count'], meaning: 'Number of pieces.', example: '' },
  {
    name: 'piece_mass_value',
    kind: 'decimal',
    path: ['pieceMass', 'value'],
    meaning: 'Mass of one piece.',
    example: ''
  },
  {
    name: 'piece_mass_unit',
    kind: 'text',
    path: ['pieceMass', 'unit'],
    meaning: 'Its unit.',
    example: ''
  },
  {
    name: 'piece_mass_basis',
    kind: 'text',
    path: ['pieceMass', 'basis'],
    meaning: '`dry` or `wet`.',
    example: ''
  },
  {
    name: 'custody_model',
    kind: 'text',
    path: ['custodyModel'],
    meaning:
      'ISO 22095: `identity_preserved`, `segregated`, `controlled_blending`, `mass_balance` or `book_and_claim`; it may only weaken along the chain.',
    example: ''
  },
  {
    name: 'batch_disclosure',
    kind: 'text',
    path: ['disclosure'],
    meaning: 'Disclosure of this batch where it differs from the event.',
    example: ''
  },
  {
    name: 'epd',
    kind: 'text',
    path: ['epd'],
    meaning: 'Id of the EPD that covers the batch.',
    example: ''
  },
  {
    name: 'hs_code',
    kind: 'text',
    path: ['hsCode'],
    meaning:
      'Code of the Harmonized System, without points: `280530`; with one it becomes a number.',
    example: ''
  },
  {
    name: 'source_registry',
    kind: 'text',
    path: ['source', 'registry'],
    meaning: 'Another registry that keeps the batch.',
    example: ''
  },
  {
    name: 'source_id',
    kind: 'name',
    path: ['source', 'id'],
    meaning: 'Its id there.',
    example: ''
  },
  {
    name: 'identifier',
    kind: 'name',
    path: ['identifiers'],
    family: { as: 'entry', key: 'scheme', value: 'value' },
    meaning: 'Another identifier by its scheme, for example `identifier:gtin-lot`.',
    example: ''
  },
  {
    name: 'post_consumer_pct',
    kind: 'decimal',
    path: ['claimedRecycled'],
    family: { as: 'entry', key: 'element', value: 'postConsumerPct' },
    meaning:
      'Claimed share of the element from post-consumer waste, for example `post_consumer_pct:Nd`.',
    example: ''
  },
  {
    name: 'pre_consumer_pct',
    kind: 'decimal',
    path: ['claimedRecycled'],
    family: { as: 'entry', key: 'element', value: 'preConsumerPct' },
    meaning: 'Claimed share of the element from pre-consumer scrap.',
    example: ''
  },
  {
    name: 'allocation_method',
    kind: 'text',
    path: ['allocation', 'method'],
    meaning:
      'How burdens are split between co-products: `mass`, `economic`, `physical` or `other`.',
    example: ''
  },
  {
    name: 'allocation_share',
    kind: 'decimal',
    path: ['allocation', 'share'],
    meaning: 'Share of this output, a fraction from 0 to 1.',
    example: ''
  }
]
