import type { Column } from './column.ts'

/** How a batch without recorded inputs came to be. */
export const historyColumns: readonly Column[] = [
  {
    name: 'entry',
    kind: 'text',
    path: ['entry'],
    required: true,
    meaning:
      'How it entered the books: `mined`, `purchased`, `opening_stock`, `post_consumer_scrap` or `pre_consumer_scrap`.',
    example: 'purchased'
  },
  {
    name: 'source_country',
    kind: 'country',
    path: ['sourceCountry'],
    meaning: 'Country where scrap arose.',
    example: ''
  },
  {
    name: 'declared',
    kind: 'country',
    path: ['declared'],
    family: { as: 'declared' },
    meaning:
      'History before it came to you, one column for each element and step, for example `declared:B:mined` or `declared:*:metal`. A country, or countries with shares: `TR 0.9, AR 0.1`. What is not declared stays unknown.',
    example: 'TR'
  },
  {
    name: 'declared_evidence_kind',
    kind: 'text',
    path: ['evidence', 0, 'kind'],
    meaning: 'What document proves the declared history.',
    example: 'certificate_of_origin'
  },
  {
    name: 'declared_evidence_level',
    kind: 'text',
    path: ['evidence', 0, 'level'],
    meaning: '`declared`, `documented`, `counterparty_confirmed` or `verified`.',
    example: 'documented'
  },
  {
    name: 'declared_evidence_sha256',
    kind: 'text',
    path: ['evidence', 0, 'sha256'],
    meaning: 'SHA-256 of that document.',
    example: ''
  },
  {
    name: 'declared_evidence_href',
    kind: 'text',
    path: ['evidence', 0, 'href'],
    meaning: 'Where that document lies, a web address or a URN.',
    example: ''
  },
  {
    name: 'declared_evidence_issuer',
    kind: 'text',
    path: ['evidence', 0, 'issuer'],
    meaning: 'Who issued it.',
    example: ''
  }
]
