import { exampleStamp } from '../description/stamp.ts'

const BATCH = '5f1c9a52-7f0e-8a43-9d8e-2f5a1f0c0b03'
const OXIDE = '5f1c9a52-7f0e-8a43-9d8e-2f5a1f0c0b02'
const EVENT = '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a02'
const MAKER = { id: '0d6e6f5c-24a4-8c47-9f43-0a5b3a1c7e11', name: 'Kemi Metals' }
const BUYER = { id: '3f2b8c1d-5e6f-4a7b-8c9d-0e1f2a3b4c5d', name: 'Elbe Magnets' }
const PLANT = { id: '0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c12', name: 'Kemi electrolysis' }

const head = { batch: BATCH, ...exampleStamp }

const declared = {
  id: BATCH,
  number: 'MET-118',
  visibility: 'whole',
  product: { class: 'ree_metal', name: 'NdPr metal' },
  stage: 'metal_making',
  organization: MAKER,
  facility: PLANT,
  event: EVENT,
  country: 'FI',
  region: 'FI-10',
  producedAt: '2026-10-05T14:30:00.000Z',
  massKg: '580',
  elementsKg: { Nd: '428.62', Pr: '148.48', Fe: '1.74' },
  assay: { basis: 'element', unit: 'P1', complete: true, values: { Nd: '73.9', Pr: '25.6' } },
  entry: null,
  sourceCountry: null,
  role: 'main',
  count: null,
  pieceMass: null,
  custodyModel: 'segregated',
  disclosure: 'chain',
  status: 'clear',
  voided: false,
  hsCode: '280530',
  claimedRecycled: [],
  voidedBy: null,
  epd: null,
  identifiers: [],
  source: null,
  recordedPosition: 1180,
  recordedAt: '2026-10-05T14:31:07.120Z'
}

export const batch = {
  ...exampleStamp,
  ...declared,
  coveredBy: null,
  holdings: [{ custodian: MAKER.id, owner: MAKER.id, place: 'on_hand', massKg: '329.8' }]
}

export const list = { ...exampleStamp, items: [declared] }

const node = {
  node: BATCH,
  depth: 0,
  visibility: 'whole',
  batch: BATCH,
  number: 'MET-118',
  product: declared.product,
  stage: 'metal_making',
  producedAt: declared.producedAt,
  massKg: '580',
  custodyModel: 'segregated',
  status: 'clear',
  organization: MAKER,
  facility: PLANT,
  country: 'FI',
  region: 'FI-10'
}

const event = {
  event: EVENT,
  visibility: 'whole',
  type: 'transform',
  organization: MAKER,
  facility: PLANT,
  country: 'FI',
  region: 'FI-10',
  stages: ['metal_making'],
  time: declared.producedAt,
  position: 1180,
  evidence: []
}

export const upstream = {
  ...head,
  direction: 'upstream',
  truncated: null,
  nodes: [
    node,
    {
      node: 'withheld-1',
      depth: 1,
      visibility: 'outline',
      country: 'AU',
      region: 'AU-WA',
      stage: 'separation'
    }
  ],
  events: [
    {
      ...event,
      inputs: [{ node: 'withheld-1', massKg: '700', share: '1' }],
      outputs: [{ node: BATCH, massKg: '580' }]
    }
  ],
  beyond: [],
  gaps: []
}

export const downstream = {
  ...head,
  batch: OXIDE,
  direction: 'downstream',
  truncated: null,
  nodes: [{ ...node, node: OXIDE, batch: OXIDE, number: 'OX-7' }],
  events: [],
  beyond: [{ depth: 2, batches: 14, massKg: '3120.5' }],
  gaps: []
}

export const origins = {
  ...head,
  status: 'clear',
  by: 'country',
  elements: [
    {
      element: 'Nd',
      shares: [
        { kind: 'mine', basis: 'recorded', country: 'AU', share: '0.75' },
        { kind: 'declared', basis: 'declared', country: 'BR', share: '0.125' }
      ],
      unknown: '0.125',
      feed: { primary: '1' }
    }
  ]
}

export const custody = {
  ...head,
  custodyModel: 'segregated',
  status: 'clear',
  holders: [
    {
      visibility: 'whole',
      custodian: MAKER,
      owner: MAKER,
      place: 'on_hand',
      massKg: '329.8',
      since: 1180,
      changed: 1190
    },
    {
      visibility: 'receiver',
      custodian: BUYER,
      owner: BUYER,
      place: 'on_hand',
      massKg: null,
      since: null,
      changed: null
    }
  ],
  shipments: [
    {
      visibility: 'whole',
      shipment: '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a03',
      sender: MAKER,
      receiver: BUYER,
      ownership: 'transferred',
      shippedAt: '2026-10-08T09:00:00.000Z',
      receivedAt: '2026-10-12T11:00:00.000Z',
      status: 'received',
      shippedKg: '250',
      receivedKg: '249.9',
      lostKg: '0.1'
    }
  ],
  beyond: { shipments: 0, massKg: '0' },
  evidence: [
    {
      event: EVENT,
      type: 'transform',
      time: declared.producedAt,
      position: 1180,
      organization: MAKER,
      kind: 'assay_certificate',
      level: 'documented',
      issuer: 'Demo Laboratory'
    }
  ],
  gaps: []
}

/** The status has versions of its own. */
const { status: _status, recordedPosition: _position, ...content } = declared

export const history = {
  ...head,
  content: [{ position: 1180, ...content }],
  status: [],
  origins: [
    {
      position: 1180,
      recordedAt: '2026-10-05T14:31:07.120Z',
      event: EVENT,
      elements: origins.elements
    }
  ],
  postings: [
    {
      position: 1180,
      recordedAt: '2026-10-05T14:31:07.120Z',
      event: EVENT,
      type: 'transform',
      time: declared.producedAt,
      organization: MAKER.id,
      account: { custodian: MAKER.id, owner: MAKER.id, place: 'on_hand' },
      massKg: '580',
      balanceKg: '580',
      undonePosition: null
    }
  ],
  postingsTruncated: false
}

export const findings = {
  ...head,
  items: [
    {
      id: '9a1c2f0e-3c1b-8a53-9d8e-2f5a1f0c0a02',
      position: 1180,
      recordedAt: '2026-10-05T14:31:07.120Z',
      rule: 'R3',
      code: 'MB_UNASSAYED',
      severity: 'warning',
      pointer: '/inputs',
      message: 'The balance of Dy cannot be closed: an input does not state it.',
      expected: 'an assay of Dy on every input',
      actual: '1.04 kg Dy out, 0 kg stated in',
      remedy: 'Assay the inputs for Dy, or declare their assay complete.',
      resolvedPosition: null,
      resolution: null,
      event: EVENT,
      organization: MAKER.id
    }
  ]
}
