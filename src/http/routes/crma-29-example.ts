const BATCH = '5f1c9a52-7f0e-8a43-9d8e-2f5a1f0c0b03'

const neodymium = {
  element: 'Nd',
  presence: 'present',
  totalKg: '0.39536',
  feedKg: {
    primary: '0.0592',
    post_consumer: '0.2816',
    pre_consumer: '0.0368',
    same_process: '0.01776'
  },
  postConsumerShare: '0.745763',
  preConsumerShare: '0.097458'
}

/** A report on one batch; of the eight elements one is shown. */
export const CRMA_29_EXAMPLE = {
  report: 'crma-29',
  title: 'Recycled share of the magnets of a product under CRMA Art. 29',
  asOf: '2026-11-23T10:00:00.000Z',
  position: 1207,
  dataCutoff: '2026-11-23T10:00:00.000Z',
  requester: '0d6e6f5c-24a4-8c47-9f43-0a5b3a1c7e11',
  disclaimer: 'Evidence summary, not legal advice.',
  ruleVersion: {
    ruleSet: 'crma-29',
    revision: '2026-11-30',
    cite: 'Regulation (EU) 2024/1252 Art. 29(1)'
  },
  declaredByRequester: { product: 'Traction motor' },
  totalMagnetsKg: '1.6',
  threshold: { kg: '0.2', exceeded: true, cite: 'Art. 29(1)' },
  appliesFrom: {
    date: '2027-05-24',
    cite: 'Art. 29(1), (6)',
    text: 'or two years from the entry into force of the delegated act'
  },
  appliesTo: {
    cite: 'Art. 28(1), 29(4), (5), (7)',
    text: 'products of Art. 28(1) that are placed on the Union market'
  },
  verified: true,
  elements: [{ ...neodymium, leftOpenIn: [] }],
  batches: [
    {
      batch: BATCH,
      number: 'M-103',
      product: { class: 'magnet', name: 'Sintered magnets' },
      type: 'NdFeB',
      massKg: '100',
      quantityKg: '1.6',
      status: 'clear',
      custodyModel: 'segregated',
      verified: true,
      unverifiedBecause: null,
      evidenceComplete: true,
      elements: [
        {
          ...neodymium,
          scrapFrom: [
            {
              kind: 'post_consumer',
              country: 'DE',
              share: '0.712262242007',
              references: [
                {
                  kind: 'event',
                  event: '7b1c9a52-7f0e-8a43-9d8e-2f5a1f0c0b41',
                  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
                  level: 'documented',
                  issuer: null
                }
              ]
            }
          ]
        }
      ]
    }
  ],
  contentHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
}
