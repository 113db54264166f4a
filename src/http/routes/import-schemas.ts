import { Type } from 'typebox'
import { importKinds, importMediaTypes } from '../../formats/import-formats.ts'
import { IdempotencyHeaders, idOf, idParam, jsonAnswer, named } from '../description/answers.ts'
import { pageOf, pageQuery } from '../paging.ts'

const tags = ['Imports']

const Kind = Type.Enum([...importKinds])

const Place = Type.Object({
  row: Type.Integer({ description: 'As the spreadsheet counts; the header row is 1.' }),
  column: Type.Optional(Type.String({ description: 'Letter and header.' }))
})

const Finding = named(
  'ImportFinding',
  Type.Object(
    {
      code: Type.String(),
      severity: Type.Enum(['error', 'warning', 'info']),
      pointer: Type.Optional(Type.String({ description: 'RFC 6901 pointer into the document.' })),
      place: Type.Optional(Place),
      message: Type.String(),
      remedy: Type.Optional(Type.String({ description: 'How to mend it.' }))
    },
    { additionalProperties: true }
  )
)

const Failure = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    findings: Type.Optional(Type.Array(Finding))
  },
  { description: 'Why it failed or was stopped. What has no result was not recorded.' }
)

const Progress = named(
  'ImportProgress',
  Type.Object({
    items: Type.Integer({ description: 'Items that have a result.' }),
    total: Type.Optional(Type.Integer({ description: 'Absent while nobody knows.' })),
    accepted: Type.Integer(),
    replayed: Type.Integer({ description: 'Had been accepted before.' }),
    refused: Type.Integer(),
    withheld: Type.Integer({ description: 'Not recorded because others were refused.' }),
    bytesRead: Type.Integer(),
    itemsPerSecond: Type.Optional(Type.Number()),
    secondsLeft: Type.Optional(Type.Integer())
  })
)

const State = Type.Enum(['received', 'running', 'done', 'failed', 'cancelled'])

const Import = named(
  'Import',
  Type.Object({
    id: idOf('the import'),
    state: State,
    kind: Kind,
    mediaType: Type.String(),
    handling: Type.Enum(['strict', 'lenient']),
    client: idOf('the client that submitted it'),
    size: Type.Integer({ description: 'Bytes of the upload.' }),
    sha256: Type.String({ description: 'Of the upload.' }),
    receivedAt: Type.String(),
    startedAt: Type.Optional(Type.String()),
    finishedAt: Type.Optional(Type.String()),
    progress: Progress,
    failure: Type.Optional(Failure)
  })
)

const example = {
  id: '7a1c2f0e-3c1b-8a53-9d8e-2f5a1f0c0a09',
  state: 'running',
  kind: 'events',
  mediaType: 'application/x-ndjson',
  handling: 'lenient',
  client: '3b0c6a0e-1f2d-4c55-8a52-0f6f1a1f7c11',
  size: 104857600,
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  receivedAt: '2026-11-23T10:05:00.000Z',
  startedAt: '2026-11-23T10:05:00.120Z',
  progress: {
    items: 20480,
    total: 70000,
    accepted: 20470,
    replayed: 8,
    refused: 2,
    withheld: 0,
    bytesRead: 30677401,
    itemsPerSecond: 2950.4,
    secondsLeft: 17
  }
}

const Result = named(
  'ImportResult',
  Type.Object({
    item: Type.Integer({ description: 'From 0, in the order of the upload.' }),
    line: Type.Integer({ description: 'Line, row of the sheet, or place in the archive, from 1.' }),
    name: Type.Optional(
      Type.String({ description: 'Of the event in a sheet, or of the data set.' })
    ),
    status: Type.Enum(['accepted', 'replayed', 'refused', 'conflict', 'withheld']),
    id: Type.Optional(Type.String({ description: 'Of the event or EPD.' })),
    position: Type.Optional(Type.Integer()),
    findings: Type.Optional(Type.Array(Finding))
  })
)

const exampleResult = {
  item: 41,
  line: 43,
  status: 'refused',
  id: '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a02',
  findings: [
    {
      rule: 'R2',
      code: 'BATCH_OVERDRAWN',
      severity: 'error',
      pointer: '/inputs/0/mass',
      message: 'There is less in the batch than is drawn.'
    }
  ]
}

/** Of what is text; an archive begins like this. */
const EXAMPLES: Readonly<Record<string, string>> = {
  csv: 'event,time,facility,entry\r\n',
  zip: 'PK\u0003\u0004',
  'vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'PK\u0003\u0004',
  'x-zip-compressed': 'PK\u0003\u0004'
}

const bodies = Object.fromEntries(
  importMediaTypes.map((type) => [
    type,
    {
      schema: { type: 'string', maxLength: 10_000_000_000 },
      example: EXAMPLES[type.split('/')[1] ?? ''] ?? '{"type":"ship"}\n'
    }
  ])
)

export const submitImportSchema = {
  operationId: 'submitImport',
  summary: 'Import many events or EPDs in the background',
  description:
    'Stores the upload and answers at once; the work goes on in the background, whatever becomes of this process, and `Location` tells how far it is. Each item is recorded on its own, in order, and has a result of its own; `Prefer: handling=strict` records up to 1,000 events all or nothing. The same Idempotency-Key with the same upload is the same import. A line may be signed: then it is a flattened JWS (RFC 7515 7.2.2) whose payload is the document.',
  tags,
  headers: IdempotencyHeaders,
  querystring: Type.Object({
    kind: Type.Optional(
      Type.Enum([...importKinds], {
        description:
          'What NDJSON holds; `any` by default: each line is known by its content. A strict import holds `events`.'
      })
    )
  }),
  body: {
    description:
      'NDJSON, an ILCD archive, or a sheet by one of the CSV templates, as CSV or as a workbook (.xlsx).',
    content: bodies
  },
  response: {
    200: jsonAnswer('It was there already, and stands where it stands.', Import, example),
    202: jsonAnswer('Received.', Import, { ...example, state: 'received' })
  }
}

export const listImportsSchema = {
  operationId: 'listImports',
  summary: 'Imports of the own organization, newest first',
  tags,
  querystring: Type.Object({
    ...pageQuery,
    sha256: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the upload, in lower-case hex.' })
    )
  }),
  response: { 200: jsonAnswer('A page.', pageOf(Import), { items: [example] }) }
}

export const readImportSchema = {
  operationId: 'readImport',
  summary: 'How far an import is',
  description: 'With `Prefer: wait=20` the answer comes when it has ended, at most 20 s later.',
  tags,
  headers: Type.Object({
    prefer: Type.Optional(
      Type.String({
        description: '`wait=20`: the answer comes when it has ended, or so many seconds later.',
        examples: ['wait=20']
      })
    )
  }),
  params: idParam('the import'),
  response: { 200: jsonAnswer('The import.', Import, example) }
}

export const cancelImportSchema = {
  operationId: 'cancelImport',
  summary: 'Stop an import',
  description: 'What was recorded stays recorded. One that has ended stays as it is.',
  tags,
  params: idParam('the import'),
  response: { 200: jsonAnswer('The import.', Import, { ...example, state: 'cancelled' }) }
}

const results = jsonAnswer(
  'A page, with what holds for the whole import. As NDJSON or CSV one line is one result or finding.',
  Type.Object({ ...pageOf(Result).properties, state: State, failure: Type.Optional(Failure) }),
  { items: [exampleResult], state: 'running' }
)

export const readResultsSchema = {
  operationId: 'readImportResults',
  summary: 'What became of each item',
  tags,
  params: idParam('the import'),
  querystring: Type.Object({
    ...pageQuery,
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        default: 100,
        description: 'Most items in the answer.'
      })
    ),
    stored: Type.Optional(
      Type.Boolean({ description: 'Only what was stored, or only what was not.' })
    )
  }),
  response: {
    200: {
      ...results,
      content: {
        ...results.content,
        'application/x-ndjson': {
          schema: { type: 'string' },
          example: `${JSON.stringify(exampleResult)}\n`
        },
        'text/csv': {
          schema: { type: 'string' },
          example: 'item,line,name,status,id,position,severity,code,place,message,remedy\r\n'
        }
      }
    }
  }
}
