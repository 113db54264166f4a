import { Type } from 'typebox'
import { named } from '../description/answers.ts'
import { reportHead } from '../report-answer.ts'
import { CustodyModel, nullable, Status } from './batch-parts.ts'
import { dfarsFacts } from './dfars-facts.ts'
import {
  DfarsEvidence,
  DfarsException,
  DfarsGap,
  DfarsNote,
  DfarsReason,
  DfarsRules,
  Material
} from './dfars-parts.ts'

const Verdict = Type.Enum(['exempt', 'fail', 'unknown', 'review', 'pass'])
const DfarsReading = named(
  'DfarsReading',
  Type.Object({
    verdict: Verdict,
    withoutExceptions: Verdict,
    exception: nullable(Type.Object({ id: Type.String(), cite: Type.String() })),
    elements: Type.Array(Type.String(), { description: 'The elements that it asks about.' }),
    reasons: Type.Array(DfarsReason, { description: 'Why it does not simply pass.' }),
    evidence: Type.Array(DfarsEvidence, { description: 'In the order of the chain.' }),
    gaps: Type.Array(DfarsGap, { description: 'What is not known, and who can close it.' })
  })
)

export const DfarsReport = named(
  'DfarsReport',
  Type.Object({
    ...reportHead,
    ruleVersion: DfarsRules,
    declaredByRequester: Type.Object(dfarsFacts, {
      description: 'What you said of the delivery; it is not checked.'
    }),
    verdict: Type.Object(
      { literal: Verdict, conservative: Verdict },
      { description: 'The worst over the batches, in both readings.' }
    ),
    batches: Type.Array(
      Type.Object({
        batch: Type.String(),
        number: nullable(Type.String()),
        product: Type.Object({ class: Type.String(), name: Type.String() }),
        material: Material,
        massKg: Type.String(),
        quantityKg: nullable(Type.String(), 'Null where the whole batch is delivered.'),
        status: Status,
        custodyModel: CustodyModel,
        evidenceComplete: Type.Boolean({
          description: 'False where not every document behind it is named.'
        }),
        verified: Type.Boolean({ description: 'False where it is left out of verified claims.' }),
        unverifiedBecause: nullable(Type.String()),
        exceptions: Type.Array(DfarsException),
        notes: Type.Array(DfarsNote),
        readings: Type.Object({ literal: DfarsReading, conservative: DfarsReading })
      })
    )
  })
)

/** The batch of the example. */
export const SOLD = '5f1c9a52-7f0e-8a43-9d8e-2f5a1f0c0b03'

const reading = {
  verdict: 'fail',
  withoutExceptions: 'fail',
  exception: null,
  elements: ['Nd', 'B'],
  reasons: [
    { kind: 'covered_country', element: 'Nd', step: 'separated', country: 'CN', share: '0.25' },
    { kind: 'no_evidence', element: 'B', step: 'mined', share: '1', cause: 'no_record' }
  ],
  evidence: [
    {
      element: 'Nd',
      step: 'separated',
      party: { id: null, name: null },
      country: 'CN',
      place: 'CN-JX',
      share: '0.25',
      source: 'recorded',
      level: 'documented',
      outcome: 'covered_country',
      dates: [],
      references: []
    },
    {
      element: 'Nd',
      step: 'separated',
      party: { id: '0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c12', name: 'Demo Separation' },
      country: 'MY',
      place: 'MY-06',
      share: '0.75',
      source: 'recorded',
      level: 'documented',
      outcome: 'accepted',
      dates: ['2026-10-05'],
      references: [
        {
          kind: 'event',
          event: '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a02',
          sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          level: 'documented',
          issuer: null
        },
        {
          kind: 'assay_certificate',
          event: '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a02',
          sha256: null,
          level: 'documented',
          issuer: 'Demo Laboratory'
        }
      ]
    }
  ],
  gaps: [
    {
      kind: 'no_evidence',
      element: 'B',
      step: 'mined',
      share: '1',
      cause: 'no_record',
      closers: [
        {
          party: { organization: '3f2b8c1d-5e6f-4a7b-8c9d-0e1f2a3b4c5d' },
          batch: '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0b05',
          role: 'source'
        }
      ]
    }
  ]
}

export const DFARS_EXAMPLE = {
  report: 'dfars-252.225-7052',
  title: 'Origin verdict of magnets under DFARS 252.225-7052',
  asOf: '2026-11-23T10:00:00.000Z',
  position: 1207,
  dataCutoff: '2026-11-23T10:00:00.000Z',
  requester: '0d6e6f5c-24a4-8c47-9f43-0a5b3a1c7e11',
  disclaimer: 'Evidence summary, not legal advice.',
  ruleVersion: {
    ruleSet: 'dfars-252.225-7052',
    revision: '2026-11-23',
    clause: 'MAY 2024',
    scope: 'from-2027-01-01',
    from: '2027-01-01',
    until: null,
    cite: '252.225-7052(b)(1)(ii), (b)(2)(i)(B), (b)(3)'
  },
  declaredByRequester: { deliveryDate: '2027-01-15' },
  verdict: { literal: 'fail', conservative: 'fail' },
  batches: [
    {
      batch: SOLD,
      number: 'MAG-204',
      product: { class: 'magnet', name: 'Sintered magnets' },
      material: 'NdFeB',
      massKg: '800',
      quantityKg: '500',
      status: 'clear',
      custodyModel: 'segregated',
      evidenceComplete: true,
      verified: true,
      unverifiedBecause: null,
      exceptions: [
        {
          id: 'cots',
          cite: '252.225-7052(c)(1)(i)',
          outcome: 'not_claimed',
          basis: 'requester',
          explanation: 'A commercially available off-the-shelf item: nobody says that it is one.',
          conditions: []
        }
      ],
      notes: [],
      readings: { literal: reading, conservative: reading }
    }
  ],
  contentHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
}
