import type { Column } from './column.ts'

/** Columns that every row of one event shares. */
export const eventColumns: readonly Column[] = [
  {
    name: 'event',
    kind: 'text',
    path: [],
    required: true,
    meaning:
      'Rows with the same text here form one event. A UUID here becomes the id of the event; otherwise the id follows from the content, so that uploading a file twice is safe.',
    example: 'melt-118'
  },
  {
    name: 'time',
    kind: 'time',
    path: ['time'],
    required: true,
    meaning: 'When it happened at the facility, RFC 3339 in UTC.',
    example: '2026-10-05T14:30:00Z'
  },
  {
    name: 'facility',
    kind: 'text',
    path: ['facility'],
    required: true,
    meaning: 'Id of your registered facility.',
    example: '0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c12'
  },
  {
    name: 'country',
    kind: 'text',
    path: ['country'],
    meaning: 'Country of the facility, ISO 3166-1 alpha-2; checked against the registration.',
    example: 'GB'
  },
  {
    name: 'disclosure',
    kind: 'text',
    path: ['disclosure'],
    meaning:
      '`public`, `chain` (holders downstream see it; the default) or `restricted` (they see country, stage and shares, not who).',
    example: 'chain'
  },
  {
    name: 'evidence_kind',
    kind: 'text',
    path: ['evidence', 0, 'kind'],
    meaning: 'What document proves the event.',
    example: 'assay_certificate'
  },
  {
    name: 'evidence_level',
    kind: 'text',
    path: ['evidence', 0, 'level'],
    meaning: '`declared`, `documented`, `counterparty_confirmed` or `verified`.',
    example: 'documented'
  },
  {
    name: 'evidence_sha256',
    kind: 'text',
    path: ['evidence', 0, 'sha256'],
    meaning: 'SHA-256 of that document, 64 lower-case hex digits.',
    example: ''
  },
  {
    name: 'evidence_href',
    kind: 'text',
    path: ['evidence', 0, 'href'],
    meaning: 'Where the document lies, a web address or a URN; never fetched by the registry.',
    example: ''
  },
  {
    name: 'evidence_issuer',
    kind: 'text',
    path: ['evidence', 0, 'issuer'],
    meaning: 'Who issued it.',
    example: 'Demo Laboratory'
  },
  {
    name: 'note',
    kind: 'text',
    path: ['note'],
    meaning: 'Anything else to say of the event.',
    example: ''
  }
]

export const massColumns: readonly Column[] = [
  {
    name: 'mass_value',
    kind: 'decimal',
    path: ['mass', 'value'],
    required: true,
    meaning: 'Net mass, a decimal with a point.',
    example: '580'
  },
  {
    name: 'mass_unit',
    kind: 'text',
    path: ['mass', 'unit'],
    required: true,
    meaning: 'UN/ECE Recommendation 20 code: `KGM` kilogram, `TNE` tonne, `GRM` gram.',
    example: 'KGM'
  },
  {
    name: 'mass_basis',
    kind: 'text',
    path: ['mass', 'basis'],
    required: true,
    meaning: '`dry`, or `wet` with `mass_moisture_pct`.',
    example: 'dry'
  },
  {
    name: 'mass_moisture_pct',
    kind: 'decimal',
    path: ['mass', 'moisturePct'],
    meaning: 'Moisture in percent of the wet mass.',
    example: ''
  }
]

/** Naming a batch that is in the books already. */
export const batchRefColumns: readonly Column[] = [
  {
    name: 'batch',
    kind: 'name',
    path: ['batch', 'number'],
    required: true,
    meaning: 'The batch: its number, or its id (a UUID).',
    example: 'OX-77'
  },
  {
    name: 'batch_organization',
    kind: 'text',
    path: ['batch', 'organization'],
    meaning: 'Id of the organization that gave the number; your own when empty.',
    example: ''
  }
]

export const partialColumn: Column = {
  name: 'partial',
  kind: 'boolean',
  path: ['partial'],
  meaning: '`true` where more of it is to come: the rest stays in transit instead of being lost.',
  example: ''
}

export const ownerColumn: Column = {
  name: 'owner',
  kind: 'text',
  path: ['owner'],
  meaning: 'Id of the organization whose material it is, where that is not clear.',
  example: ''
}
