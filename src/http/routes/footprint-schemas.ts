import { Type } from 'typebox'
import type { FootprintGap } from '../../domain/lineage/footprint-unknown.ts'
import { footprintCsv } from '../../registry/trace/trace-footprint-csv.ts'
import { idOf, idParam, jsonAnswer, named } from '../description/answers.ts'
import { asOf } from '../description/as-of.ts'
import { filedAnswers, reportFormat, reportHead } from '../report-answer.ts'

const BATCH = '5f1c9a52-7f0e-8a43-9d8e-2f5a1f0c0b03'
const OXIDE = '5f1c9a52-7f0e-8a43-9d8e-2f5a1f0c0b02'

const gapKinds = [
  'no_epd',
  'own_process',
  'epd_not_found',
  'epd_mismatch',
  'epd_not_valid',
  'epd_withdrawn',
  'voided',
  'mass',
  'value',
  'other_method',
  'boundary',
  'upstream',
  'not_walked',
  'method',
  'allocation',
  'primary_share'
] satisfies FootprintGap[]

const query = {
  asOf,
  format: Type.Optional(
    Type.Enum(['json', 'csv'], { description: 'Goes before the Accept header.' })
  )
}

const Nullable = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

const LotNumber = Nullable("Its maker's own lot number; null where it has none or is withheld.")

const Footprint = named(
  'Footprint',
  Type.Object({
    method: Nullable('The set of characterization factors; null where the figures name none.'),
    unit: Type.String(),
    value: Type.String({
      description:
        'Exactly the sum of `contributions`; where `complete` is false, of what is known.'
    }),
    complete: Type.Boolean({
      description: 'False where something upstream has no figure under this method.'
    }),
    primaryDataSharePct: Nullable(
      'Percent of the value, credits by their size; what is not declared counts as none.'
    ),
    coveragePct: Type.String({
      description: 'Percent of the mass whose way from the cradle a figure speaks for.'
    }),
    contributions: Type.Array(
      Type.Object({
        node: Type.String({
          description: 'A batch, or `withheld` for all that is not yours to know.'
        }),
        number: LotNumber,
        epd: Type.Optional(
          Type.Object({
            id: Type.String(),
            version: Type.String(),
            external: Type.Optional(
              Type.Boolean({ description: 'True where it is registered elsewhere.' })
            ),
            allocation: Type.Optional(
              Type.String({ description: 'How it split burdens between co-products.' })
            )
          })
        ),
        value: Type.String()
      })
    )
  })
)

const Allocation = named(
  'FootprintAllocation',
  Type.Object({
    node: Type.String(),
    number: LotNumber,
    method: Type.Enum(['mass', 'economic', 'physical', 'other', 'campaign'], {
      description:
        'As the event says; `mass` where it says nothing beside co-products; `campaign` of what stayed in a continuous run, by its rare earths.'
    }),
    share: Type.String({
      description:
        "Part of the run's burdens that the batch carries, 0 to 1; of a product of a campaign, part of what left with its event."
    })
  })
)

const Unknown = named(
  'FootprintUnknown',
  Type.Object({
    kind: Type.Enum(gapKinds),
    node: Type.String(),
    number: LotNumber,
    affects: Type.Enum(['value', 'allocation', 'primary_share']),
    method: Type.Optional(Type.String({ description: 'Where it holds for one method only.' })),
    message: Type.String()
  })
)

const Rules = named(
  'FootprintRules',
  Type.Object(
    { ruleSet: Type.String(), revision: Type.String(), cite: Type.String() },
    { description: 'The rules that the roll-up follows.' }
  )
)

const body = {
  batch: idOf('the batch'),
  number: LotNumber,
  status: Type.Enum(['clear', 'suspect', 'contested'], {
    description: 'What is suspect or contested is left out of verified claims.'
  }),
  position: Type.Integer(),
  asOf: Type.String(),
  footprints: Type.Array(Footprint, {
    description: 'One for every method that occurs, by name: never added, never ranked.'
  }),
  allocations: Type.Array(Allocation, {
    description: 'How the burdens of runs were split, as far as you may know, in chain order.'
  }),
  unknowns: Type.Array(Unknown, { description: 'Everything that is not known, in chain order.' })
}

const findings = {
  number: 'M-101',
  status: 'clear',
  footprints: [
    {
      method: 'EF 3.1',
      unit: 'kg CO2e per kg',
      value: '52.500000000000',
      complete: true,
      primaryDataSharePct: '80.0000',
      coveragePct: '100.0000',
      contributions: [
        {
          node: BATCH,
          number: 'M-101',
          epd: { id: 'e7d1a2b3-1c2d-4e3f-8a4b-5c6d7e8f9a03', version: '3' },
          value: '10.500000000000'
        },
        {
          node: OXIDE,
          number: 'E-OX',
          epd: {
            id: 'e7d1a2b3-1c2d-4e3f-8a4b-5c6d7e8f9a02',
            version: '1.0',
            allocation: 'economic'
          },
          value: '42.000000000000'
        }
      ]
    }
  ],
  allocations: [{ node: BATCH, number: 'M-101', method: 'economic', share: '0.85' }],
  unknowns: [
    {
      kind: 'primary_share',
      node: BATCH,
      number: 'M-101',
      affects: 'primary_share',
      message: 'The declaration does not say how much rests on primary data: it counts as none.'
    }
  ]
} as const

const stamp = { position: 1207, asOf: '2026-11-23T10:00:00.000Z' }
const example = { batch: BATCH, ...stamp, ...findings }
const csv = {
  'text/csv': {
    schema: Type.String({ description: 'RFC 4180, with a header line.' }),
    example: footprintCsv(example)
  }
}

const described = jsonAnswer('The roll-up.', named('FootprintAnswer', Type.Object(body)), example)

export const batchFootprintSchema = {
  operationId: 'traceFootprint',
  summary: 'What the declarations along the chain of the batch add up to',
  description:
    'Published declarations that were valid when each batch was made, per kilogram, with the allocation of the events. A cradle-to-gate figure replaces what lies upstream; only gate-to-gate figures are added to the inputs. Figures that may hold the same emissions are refused (422 `EPD_DOUBLE_COUNT`) with the pairs.',
  tags: ['Batches'],
  security: [{ bearer: ['chain:read'] }],
  params: idParam('the batch'),
  querystring: Type.Object(query, { additionalProperties: false }),
  response: { 200: { ...described, content: { ...described.content, ...csv } } }
}

const report = jsonAnswer(
  'The report.',
  named('FootprintReport', Type.Object({ ...body, ...reportHead, ruleVersion: Rules })),
  {
    report: 'footprint-chain',
    title: 'Climate footprint of a batch along its chain',
    ...stamp,
    dataCutoff: stamp.asOf,
    requester: '0d6e6f5c-24a4-8c47-9f43-0a5b3a1c7e11',
    disclaimer: 'Evidence summary, not legal advice.',
    ruleVersion: {
      ruleSet: 'footprint-chain',
      revision: '2026-11-23',
      cite: 'ISO 14067; EN 15804+A2 6.4.3.2; PACT Methodology'
    },
    batch: BATCH,
    ...findings,
    contentHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  }
)

export const footprintReportSchema = {
  operationId: 'exportFootprintReport',
  summary: 'Climate footprint of a batch along its chain',
  description:
    'The answer of `/v1/batches/{id}/footprint` as a report, with the hash of all that it says. The same question at the same position gives the same bytes.',
  tags: ['Reports'],
  querystring: Type.Object(
    { batch: idOf('the batch'), ...query, format: reportFormat },
    { additionalProperties: false }
  ),
  response: { 200: { ...report, content: { ...report.content, ...csv, ...filedAnswers } } }
}
