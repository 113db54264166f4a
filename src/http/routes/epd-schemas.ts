import { Type } from 'typebox'
import { epdWriters } from '../../formats/epd-writers.ts'
import { epdCodecs } from '../../formats/media-types.ts'
import { publishedSchemas } from '../../formats/published-schemas.ts'
import { type DescribedAnswer, idParam, jsonAnswer } from '../answers.ts'
import { pageOf, pageQuery } from '../paging.ts'

const SCHEMA = 'https://lodestone.example/schemas/epd.json'
const tags = ['EPDs']
const [document] = publishedSchemas().get('epd')?.schema.examples ?? []
const { id, version, name, product, declaredUnit } = document as Record<string, unknown>

const State = Type.Enum(['draft', 'submitted', 'published', 'deregistered'])

const Version = Type.String({
  maxLength: 29,
  pattern: '^[0-9]{1,9}([.][0-9]{1,9}){0,2}$',
  description: 'One to three numbers: 1, 1.0 and 01.00.000 are the same version.',
  examples: ['1.0']
})

const Finding = Type.Object({
  rule: Type.String({ description: 'Rule of the review, E1 to E22, or `schema`.' }),
  code: Type.String(),
  severity: Type.Enum(['error', 'warning', 'info']),
  pointer: Type.String({ description: 'RFC 6901 pointer into the document.' }),
  message: Type.String(),
  expected: Type.Optional(Type.String()),
  actual: Type.Optional(Type.String()),
  remedy: Type.Optional(Type.String({ description: 'How to mend it.' }))
})

const StatedDate = Type.Object({
  date: Type.String({ description: 'Calendar day.' }),
  precision: Type.Enum(['day', 'year'])
})

const StateSince = Type.Object({
  position: Type.Integer(),
  recordedAt: Type.String(),
  organization: Type.String({ description: 'Who brought it there.' }),
  reason: Type.Optional(Type.String())
})

const fields = {
  id: Type.String(),
  version: Type.String({ description: 'As written in the document.' }),
  state: State,
  organization: Type.String({ description: 'The owner.' }),
  name: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'By language.' })),
  ownerName: Type.Optional(Type.String()),
  product: Type.Optional(Type.Object({ stage: Type.String(), class: Type.String() })),
  declaredUnit: Type.Optional(Type.Object({ value: Type.String(), unit: Type.String() })),
  standards: Type.Optional(Type.Array(Type.String())),
  methodSet: Type.Optional(Type.String()),
  boundary: Type.Optional(Type.String()),
  pcr: Type.Optional(Type.String()),
  operatorName: Type.Optional(Type.String()),
  registrationNumber: Type.Optional(Type.String()),
  published: Type.Optional(StatedDate),
  validFrom: Type.Optional(StatedDate),
  validUntil: Type.Optional(StatedDate),
  mediaType: Type.String(),
  sha256: Type.String({ description: 'Of the exact bytes, hex.' }),
  size: Type.Integer({ description: 'Bytes of the document.' }),
  position: Type.Optional(
    Type.Integer({
      description: 'Place in the one order of everything accepted; drafts have none.'
    })
  ),
  recordedAt: Type.Optional(Type.String()),
  savedAt: Type.Optional(Type.String({ description: 'Of a draft.' })),
  signedBy: Type.Optional(
    Type.Union([Type.Object({ organization: Type.String(), key: Type.String() }), Type.Null()], {
      description: 'Whose key signed the document; null where nobody did. Not told in lists.'
    })
  ),
  stateSince: Type.Optional(StateSince)
}

const EpdRecord = Type.Object(fields)
const SubmittedEpd = Type.Object({ ...fields, findings: Type.Array(Finding) })
const ReadEpd = Type.Object({ ...fields, document: Type.Optional(Type.Object({})) })

const recordExample = {
  id,
  version,
  state: 'submitted',
  organization: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03',
  name,
  ownerName: 'Demo Separation Sdn Bhd',
  product: { stage: (product as Record<string, string>)['stage'], class: 'separated_oxide' },
  declaredUnit,
  standards: ['EN 15804+A2'],
  methodSet: 'EF 3.0',
  validUntil: { date: '2031-12-31', precision: 'year' },
  mediaType: 'application/json',
  sha256: '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
  size: 2841,
  position: 311,
  recordedAt: '2026-11-23T12:00:00.000Z',
  stateSince: {
    position: 311,
    recordedAt: '2026-11-23T12:00:00.000Z',
    organization: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03'
  }
}

const findingExample = {
  rule: 'E17',
  code: 'EPD_MODULE_OVERLAP',
  severity: 'warning',
  pointer: '/results/0/values/3',
  message: 'A1-A3 is stated beside A1, A2, A3 (25 figures): they are the same loads twice.',
  expected: 'A1-A3, or A1, A2, A3'
}

const body = {
  description: 'One declaration in one of the formats.',
  content: Object.fromEntries(
    epdCodecs.flatMap(({ name, mediaTypes }) =>
      mediaTypes.map((type) => [type, content(name, type)])
    )
  )
}

/** Only the native format has a schema of ours; the others are what their standards say. */
function content(format: string, type: string) {
  if (format === 'native') return { schema: { $ref: SCHEMA }, example: document }
  return {
    schema: { type: 'string', contentMediaType: type },
    example: `(the bytes of a document in the format ${format})`
  }
}

const VersionQuery = Type.Object({ version: Type.Optional(Version) })
const params = idParam('the declaration')

export const submitEpdSchema = {
  operationId: 'submitEpd',
  summary: 'Submit a version of a declaration, or keep it as a draft',
  description:
    'The whole document, with its own id and version. `state=submitted` (the default) checks it and stores it for ever: 201, or 200 with the stored answer when the same was accepted before, or 422 with every finding and nothing stored. `state=draft` keeps it privately whatever its findings, in place of the draft before. Only the owner submits.',
  tags,
  querystring: Type.Object({
    state: Type.Optional(Type.Enum(['submitted', 'draft'], { default: 'submitted' }))
  }),
  body,
  response: {
    200: jsonAnswer('It was there already, or the draft was replaced.', SubmittedEpd, {
      ...recordExample,
      findings: []
    }),
    201: jsonAnswer('Stored.', SubmittedEpd, { ...recordExample, findings: [findingExample] })
  }
}

export const checkEpdSchema = {
  operationId: 'checkEpd',
  summary: 'Check a declaration without storing anything',
  description: 'Dry run: the findings that submitting it would give as things stand.',
  tags,
  body,
  response: {
    200: jsonAnswer(
      'Checked.',
      Type.Object({
        acceptable: Type.Boolean({ description: 'True when it would be accepted as it is.' }),
        findings: Type.Array(Finding)
      }),
      { acceptable: true, findings: [findingExample] }
    )
  }
}

const narrowed = (description: string, ...examples: readonly string[]) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description, examples: [...examples] }))

export const listEpdsSchema = {
  operationId: 'listEpds',
  summary: 'Declarations in the order in which they came',
  description:
    'Each in the newest version that the caller may see: published and deregistered ones are public; the owner, verifiers and operators see submitted ones too. With `status` or `validOn`, the newest version that is in the state or was valid on the day. Everything given must hold, for that one version. Case, accents, spaces and punctuation do not count. `status=draft` lists your own drafts.',
  tags,
  querystring: Type.Object({
    ...pageQuery,
    q: narrowed(
      'Words that all occur: anywhere in names (every language), parties, codes and numbers, or at the start of a word of the description.',
      'ndpr oxide'
    ),
    stage: narrowed('Id of the last process stage.', 'separation'),
    product: narrowed('Id of a product class.', 'separated_oxide'),
    element: narrowed('Symbol of an element that the composition names, also in an oxide.', 'Nd'),
    country: narrowed('Where it holds or a site stands: ISO 3166-1 alpha-2 or UN M49.', 'MY'),
    owner: narrowed('The owner: id of the organization, or its name.'),
    operator: narrowed('The programme operator: id of the organization, or its name.'),
    standard: narrowed('A standard that it complies with.', 'EN 15804+A2'),
    pcr: narrowed('Product category rules, by id or name.'),
    status: Type.Optional(State),
    validOn: Type.Optional(
      Type.String({
        maxLength: 10,
        description:
          'Valid on the day, YYYY-MM-DD, both ends included. Where only a year was stated, its first or last day counts (`precision`).',
        examples: ['2027-01-01']
      })
    ),
    updatedSince: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'Submitted or moved to another state at that time or later.',
        examples: ['2026-11-23T12:00:00Z', '2026-11-23']
      })
    )
  }),
  response: { 200: jsonAnswer('A page.', pageOf(EpdRecord), { items: [recordExample] }) }
}

const Losses = Type.Array(Type.Object({ pointer: Type.String(), message: Type.String() }))

/** The JSON is put together around the document's own bytes, not serialized by this schema. */
const readAnswer: DescribedAnswer = {
  description: 'The version asked for, else the newest.',
  content: {
    'application/json': {
      schema: Type.Object({ ...ReadEpd.properties, losses: Type.Optional(Losses) }),
      example: { ...recordExample, document }
    },
    ...Object.fromEntries(
      epdWriters.map(({ name, mediaType }) => [mediaType, content(name, mediaType)])
    )
  }
}

export const readEpdSchema = {
  operationId: 'readEpd',
  summary: 'A version of a declaration with its document, or in another format',
  description:
    'JSON with the original document, or by `Accept` the declaration written anew in another format; then `Lodestone-Losses` counts what that format has no place for, and `losses` lists it. The exact bytes are at `/v1/epds/{id}/document`.',
  tags,
  params,
  querystring: Type.Object({
    ...VersionQuery.properties,
    losses: Type.Optional(
      Type.Enum(
        epdWriters.map(({ name }) => name),
        { description: 'Adds what this format could not hold.' }
      )
    )
  }),
  response: {
    200: readAnswer
  }
}

export const readEpdVersionsSchema = {
  operationId: 'readEpdVersions',
  summary: 'Every version of a declaration, oldest first',
  tags,
  params,
  response: {
    200: jsonAnswer(
      'The versions that the caller may see, own drafts last.',
      Type.Object({ items: Type.Array(EpdRecord) }),
      { items: [recordExample] }
    )
  }
}

export const readEpdDocumentSchema = {
  operationId: 'readEpdDocument',
  summary: 'The exact bytes that were submitted',
  description: 'With the media type that they came with. A version never changes.',
  tags,
  params,
  querystring: VersionQuery,
  response: {
    200: {
      description: 'The document.',
      content: Object.fromEntries(
        Object.keys(body.content).map((type) => [type, { schema: {}, example: document }])
      )
    }
  }
}

export const readEpdFindingsSchema = {
  operationId: 'readEpdFindings',
  summary: 'What was found about a version and did not block it',
  tags,
  params,
  querystring: VersionQuery,
  response: {
    200: jsonAnswer('In the order of the rules.', Type.Object({ items: Type.Array(Finding) }), {
      items: [findingExample]
    })
  }
}

export const transitionEpdSchema = {
  operationId: 'transitionEpd',
  summary: 'Bring a version into another state',
  description:
    '`submit`: the owner, from a draft. `publish`: the programme operator, who is neither owner nor practitioner. `deregister`: owner or operator, with a reason that is shown to everybody. Repeating a transition is safe.',
  tags,
  params,
  body: Type.Object(
    {
      version: Version,
      transition: Type.Enum(['submit', 'publish', 'deregister']),
      reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 }))
    },
    { additionalProperties: false, examples: [{ version: '1.0', transition: 'publish' }] }
  ),
  response: {
    200: jsonAnswer('Where it stands now.', EpdRecord, { ...recordExample, state: 'published' })
  }
}

export const deleteDraftSchema = {
  operationId: 'deleteEpdDraft',
  summary: 'Delete a draft',
  tags,
  params,
  querystring: Type.Object({ version: Version }),
  response: { 204: { type: 'null', description: 'Deleted.' } }
}
