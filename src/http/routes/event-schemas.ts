import { readFileSync } from 'node:fs'
import { Type } from 'typebox'
import { IdempotencyHeaders, named, SignedBy } from '../description/answers.ts'
import { EventType } from './batch-parts.ts'

const SCHEMA = 'https://lodestone.example/schemas/event.json'
const JSON_TYPE = 'application/json'
const LINES_TYPE = 'application/x-ndjson'

const published = JSON.parse(
  readFileSync(new URL('../../../schemas/event.json', import.meta.url), 'utf8')
) as { readonly examples: readonly unknown[] }

const Finding = named(
  'EventFinding',
  Type.Object(
    {
      rule: Type.String({ description: 'Rule of the books, R1 to R16, or `schema`.' }),
      code: Type.String(),
      severity: Type.Enum(['error', 'warning', 'info']),
      pointer: Type.String({ description: 'RFC 6901 pointer into the submitted document.' }),
      message: Type.String(),
      expected: Type.Optional(Type.String()),
      actual: Type.Optional(Type.String()),
      remedy: Type.Optional(Type.String({ description: 'How to mend it.' }))
    },
    { additionalProperties: true }
  )
)

export const Recorded = named(
  'RecordedEvent',
  Type.Object({
    id: Type.String(),
    type: EventType,
    status: Type.Literal('accepted'),
    position: Type.Integer({ description: 'Place in the one order of everything accepted.' }),
    recordedAt: Type.String(),
    signedBy: SignedBy,
    batches: Type.Array(Type.Object({ id: Type.String(), number: Type.Optional(Type.String()) })),
    findings: Type.Array(Finding, { description: 'Warnings that were stored with the event.' })
  })
)

const LineOutcome = named(
  'EventLineOutcome',
  Type.Object(
    {
      line: Type.Integer({ description: 'Line of the body, from 1.' }),
      status: Type.Enum(['accepted', 'replayed', 'refused', 'conflict', 'withheld']),
      id: Type.Optional(Type.String()),
      position: Type.Optional(Type.Integer()),
      findings: Type.Optional(Type.Array(Finding))
    },
    { additionalProperties: true }
  )
)

const Outcomes = named(
  'EventOutcomes',
  Type.Object({
    accepted: Type.Integer(),
    refused: Type.Integer(),
    results: Type.Array(LineOutcome)
  })
)

const Checked = named(
  'CheckedEvent',
  Type.Object({
    acceptable: Type.Boolean({ description: 'True when it would be accepted as things stand.' }),
    findings: Type.Array(Finding)
  })
)

export const RECORDED_EXAMPLE = {
  id: '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a02',
  type: 'transform',
  status: 'accepted',
  position: 1207,
  recordedAt: '2026-10-05T14:31:07.120Z',
  signedBy: {
    organization: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03',
    key: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'
  },
  batches: [{ id: '5f1c9a52-7f0e-8a43-9d8e-2f5a1f0c0b03', number: 'MET-118' }],
  findings: []
}

const body = {
  description: 'One event as JSON, or many as NDJSON: one line is one document.',
  content: {
    [JSON_TYPE]: { schema: { $ref: SCHEMA }, examples: examples() },
    [LINES_TYPE]: { schema: { type: 'string', maxLength: 1_000_000_000 } }
  }
}

function examples() {
  const named = published.examples.map((value) => [(value as { type: string }).type, { value }])
  return Object.fromEntries(named)
}

const EventAnswer = named(
  'EventAnswer',
  Type.Object({
    ...Recorded.properties,
    organization: Type.String({ description: 'Who recorded it.' }),
    sha256: Type.String({ description: 'Of the exact bytes of the document, hex.' }),
    document: Type.Unsafe<object | null>({
      type: ['object', 'null'],
      additionalProperties: true,
      description: 'As it was submitted; null where it was lawfully erased.'
    })
  })
)

const EventId = Type.Object(
  { id: Type.String({ format: 'uuid', description: 'Id of the event.' }) },
  { additionalProperties: false }
)

export const recordEventsSchema = {
  operationId: 'recordEvents',
  summary: 'Record what happened to batches',
  description:
    'JSON records one event: 201, or 200 with the stored answer when the same document was accepted before. NDJSON records many; `Prefer: handling=strict` (the default) is all or nothing, for up to 1,000 lines; `handling=lenient` answers per line, for up to 10,000. Imports take more. A refusal stores nothing and lists every finding. One event may be signed: `Lodestone-Signature` carries a detached JWS over the exact bytes (EdDSA or ES256, `kid` of a registered key).',
  tags: ['Events'],
  security: [{ bearer: ['event:write'] }],
  headers: IdempotencyHeaders,
  body,
  response: {
    200: {
      description: 'Accepted before, or NDJSON results.',
      ...json(Type.Union([Recorded, Outcomes]), RECORDED_EXAMPLE)
    },
    201: { description: 'Recorded.', ...json(Recorded, RECORDED_EXAMPLE) }
  }
}

export const checkEventsSchema = {
  operationId: 'checkEvents',
  summary: 'Judge events without recording them',
  description: 'Dry run: the findings that recording would give as things stand now.',
  tags: ['Events'],
  security: [{ bearer: ['event:write'] }],
  body,
  response: {
    200: {
      description: 'Judged; nothing stored.',
      ...json(Type.Union([Checked, Outcomes]), { acceptable: true, findings: [] })
    }
  }
}

export const readEventSchema = {
  operationId: 'readEvent',
  summary: 'An event with its document',
  tags: ['Events'],
  security: [{ bearer: ['chain:read'] }],
  params: EventId,
  response: {
    200: {
      description: 'The event.',
      ...json(EventAnswer, {
        ...RECORDED_EXAMPLE,
        organization: RECORDED_EXAMPLE.signedBy.organization,
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        document: {}
      })
    }
  }
}

const Progress = named(
  'Reevaluation',
  Type.Object({
    event: Type.String({ description: 'The correction or corrective event.' }),
    position: Type.Integer(),
    affected: Type.Integer({ description: 'Batches that it made suspect.' }),
    pending: Type.Integer({ description: 'Batches that wait to be evaluated again.' }),
    done: Type.Boolean()
  })
)

export const readReevaluationSchema = {
  operationId: 'readReevaluation',
  summary: 'How far the re-evaluation after a correction is',
  tags: ['Events'],
  security: [{ bearer: ['chain:read'] }],
  params: EventId,
  response: {
    200: {
      description: 'The progress.',
      ...json(Progress, {
        event: '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a04',
        position: 1301,
        affected: 412,
        pending: 120,
        done: false
      })
    }
  }
}

export const readEventDocumentSchema = {
  operationId: 'readEventDocument',
  summary: 'The exact bytes of an event document',
  tags: ['Events'],
  security: [{ bearer: ['chain:read'] }],
  params: EventId,
  response: {
    200: {
      description: 'The bytes as they were submitted.',
      ...json(Type.Unsafe({ type: 'object', additionalProperties: true }), published.examples[1])
    }
  }
}

function json(schema: object, example: unknown) {
  return { content: { [JSON_TYPE]: { schema, example } } }
}
