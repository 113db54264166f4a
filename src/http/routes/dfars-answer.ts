import { Type } from 'typebox'
import { named } from '../description/answers.ts'
import { reportHead } from '../report-answer.ts'
import { nullable, Status } from './batch-parts.ts'

const Verdict = Type.Enum(['exempt', 'fail', 'unknown', 'review', 'pass'])
const lines = (description: string) =>
  Type.Array(Type.Unsafe<object>({ type: 'object', additionalProperties: true, description }))

const DfarsReading = named(
  'DfarsReading',
  Type.Object({
    verdict: Verdict,
    withoutExceptions: Verdict,
    exception: nullable(Type.Object({ id: Type.String(), cite: Type.String() })),
    elements: Type.Array(Type.String(), { description: 'The elements that it asks about.' }),
    reasons: lines('Why it does not simply pass: kind, element, step, country, share.'),
    evidence: lines('Who performed a step on which part of an element, and what supports it.'),
    gaps: lines('What is not known, and who can close it.')
  })
)

export const DfarsReport = named(
  'DfarsReport',
  Type.Object({
    ...reportHead,
    declaredByRequester: Type.Unsafe<object>({
      type: 'object',
      additionalProperties: true,
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
        material: Type.String(),
        massKg: Type.String(),
        quantityKg: nullable(Type.String(), 'Null where the whole batch is delivered.'),
        status: Status,
        custodyModel: Type.String(),
        evidenceComplete: Type.Boolean({
          description: 'False where not every document behind it is named.'
        }),
        verified: Type.Boolean({ description: 'False where it is left out of verified claims.' }),
        unverifiedBecause: nullable(Type.String()),
        exceptions: lines('An exception of the clause, and whether it holds.'),
        notes: lines('What the clause says beside.'),
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
    { kind: 'covered_country', element: 'Nd', step: 'separated', country: 'CN', share: '0.25' }
  ],
  evidence: [],
  gaps: []
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
      exceptions: [],
      notes: [],
      readings: { literal: reading, conservative: reading }
    }
  ],
  contentHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
}
