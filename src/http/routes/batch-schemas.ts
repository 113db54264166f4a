import { Type } from 'typebox'
import { graphCsv, originsCsv } from '../../registry/trace/trace-csv.ts'
import { custodyCsv } from '../../registry/trace/trace-custody-csv.ts'
import { graphPicture } from '../../registry/trace/trace-graph-picture.ts'
import { originsPicture } from '../../registry/trace/trace-origins-picture.ts'
import { idOf, jsonAnswer } from '../description/answers.ts'
import { asOf } from '../description/as-of.ts'
import { pageQuery } from '../paging.ts'
import { Findings, Graph, History, List, One, Origins } from './batch-answers.ts'
import * as examples from './batch-examples.ts'
import { Custody } from './custody-answer.ts'

const tags = ['Batches']
const security = [{ bearer: ['chain:read'] }]

const BatchId = Type.Object({ id: idOf('the batch') }, { additionalProperties: false })

const format = Type.Optional(
  Type.Enum(['json', 'csv'], { description: 'Goes before the Accept header.' })
)

const pictured = Type.Optional(
  Type.Enum(['json', 'csv', 'svg'], {
    description: 'Goes before the Accept header; `svg` is a picture (`image/svg+xml`).'
  })
)

const text = (maxLength: number, description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description }))

const AsOfQuery = Type.Object({ asOf })
const TableQuery = Type.Object({ asOf, format })

export const ListQuery = Type.Object({
  ...pageQuery,
  asOf,
  organization: Type.Optional(idOf('the organization that made it')),
  holder: Type.Optional(
    idOf('the organization that has some of it now, as far as that is yours to know')
  ),
  product: text(60, 'A product class such as `separated_oxide`.'),
  stage: text(60, 'The last stage performed on it, such as `separation`.'),
  element: Type.Optional(
    Type.String({
      pattern: '^[A-Z][a-z]?$',
      maxLength: 2,
      description: 'An element that its assay states.'
    })
  ),
  number: text(200, "Its maker's own lot number."),
  identifier: Type.Optional(
    Type.String({
      pattern: '^[^:]{1,40}:.{1,300}$',
      description: 'Scheme and value of another identifier: `sscc:340123450000000017`.'
    })
  ),
  status: Type.Optional(
    Type.Enum(['clear', 'suspect', 'contested'], {
      description:
        '`suspect` while it is evaluated again after a correction, `contested` where a rule no longer holds.'
    })
  )
})

const GraphQuery = Type.Object({
  asOf,
  format: pictured,
  depth: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 64, default: 32, description: 'Levels to walk.' })
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 20_000,
      default: 2_000,
      description: 'Batches to walk at most; `truncated` says when there is more.'
    })
  )
})

const OriginsQuery = Type.Object({
  asOf,
  format: pictured,
  by: Type.Optional(
    Type.Enum(['country', 'facility', 'step'], {
      default: 'country',
      description:
        'What shares are told by: countries of origin, places of origin, or countries and places of each step.'
    })
  ),
  element: Type.Optional(
    Type.String({
      pattern: '^([A-Z][a-z]?|\\*)$',
      maxLength: 2,
      description: 'One element; `*` is the material as a whole. All by default.'
    })
  )
})

/** JSON by default, CSV or a picture when asked for; the example of the one is the example of the others. */
function tableAnswer<Answer extends object>(
  description: string,
  schema: object,
  example: object,
  render: (answer: Answer) => string,
  draw?: (answer: Answer) => string
) {
  const text = Type.String({ description: 'RFC 4180, with a header line.' })
  const csv = { schema: text, example: render(example as Answer) }
  const answer = jsonAnswer(description, schema, example)
  const table = { ...answer.content, 'text/csv': csv }
  if (!draw) return { ...answer, content: table }
  const picture = Type.String({ description: 'A picture that stands by itself, without scripts.' })
  const svg = { schema: picture, example: draw(example as Answer) }
  return { ...answer, content: { ...table, 'image/svg+xml': svg } }
}

export const listBatchesSchema = {
  operationId: 'listBatches',
  summary: 'Batches that the organization made, holds or held, receives or was granted',
  description:
    'In the order of their ids. With `number` or `identifier` it also finds ancestors of these and public batches. A page may hold fewer batches than its limit although another follows.',
  tags,
  security,
  querystring: ListQuery,
  response: { 200: jsonAnswer('A page.', List, examples.list) }
}

export const readBatchSchema = {
  operationId: 'readBatch',
  summary: 'A batch as declared, with what of its balances the caller may see',
  tags,
  security,
  params: BatchId,
  querystring: AsOfQuery,
  response: {
    200: jsonAnswer('The batch.', One, examples.batch)
  }
}

export const upstreamSchema = {
  operationId: 'traceUpstream',
  summary: 'Everything that the batch was made from',
  description:
    'Level by level. Ancestors are shown by their level of disclosure; what is withheld keeps its place, so that shares still add up.',
  tags,
  security,
  params: BatchId,
  querystring: GraphQuery,
  response: { 200: tableAnswer('The graph.', Graph, examples.upstream, graphCsv, graphPicture) }
}

export const downstreamSchema = {
  operationId: 'traceDownstream',
  summary: 'Everything that was made from the batch',
  description:
    'For those who are or were its custodian or owner. Direct receivers are named; beyond them batches are counted and weighed.',
  tags,
  security,
  params: BatchId,
  querystring: GraphQuery,
  response: { 200: tableAnswer('The graph.', Graph, examples.downstream, graphCsv, graphPicture) }
}

export const originsSchema = {
  operationId: 'traceOrigins',
  summary: 'Where the elements of the batch come from, and which steps happened where',
  description:
    'Recorded, declared and unknown apart. Per element, `shares` and `unknown` add up to exactly 1. A step may have been passed more than once: then a part lies between `atLeast` and `atMost`.',
  tags,
  security,
  params: BatchId,
  querystring: OriginsQuery,
  response: {
    200: tableAnswer('The shares.', Origins, examples.origins, originsCsv, originsPicture)
  }
}

export const custodySchema = {
  operationId: 'traceCustody',
  summary: 'Holders, shipments, evidence and gaps of the batch',
  tags,
  security,
  params: BatchId,
  querystring: TableQuery,
  response: { 200: tableAnswer('The custody of the batch.', Custody, examples.custody, custodyCsv) }
}

export const historySchema = {
  operationId: 'traceHistory',
  summary: 'What has been known of the batch, and since when',
  tags,
  security,
  params: BatchId,
  querystring: AsOfQuery,
  response: { 200: jsonAnswer('The history.', History, examples.history) }
}

export const batchFindingsSchema = {
  operationId: 'readBatchFindings',
  summary: 'What the rules of the books said of the batch',
  tags,
  security,
  params: BatchId,
  querystring: AsOfQuery,
  response: { 200: jsonAnswer('The findings.', Findings, examples.findings) }
}
