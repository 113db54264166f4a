import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { traceBatch } from '../../registry/trace/trace-batch.ts'
import { graphCsv, originsCsv } from '../../registry/trace/trace-csv.ts'
import { traceCustody } from '../../registry/trace/trace-custody.ts'
import { custodyCsv } from '../../registry/trace/trace-custody-csv.ts'
import { traceFindings } from '../../registry/trace/trace-findings.ts'
import { drawn, traceGraph } from '../../registry/trace/trace-graph.ts'
import { graphPicture } from '../../registry/trace/trace-graph-picture.ts'
import { traceHistory } from '../../registry/trace/trace-history.ts'
import { listBatches } from '../../registry/trace/trace-list.ts'
import { traceOrigins } from '../../registry/trace/trace-origins.ts'
import { originsPicture } from '../../registry/trace/trace-origins-picture.ts'
import { preferredType } from '../accept.ts'
import { readCursor } from '../paging.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { sendStampedPage } from '../stamped-page.ts'
import {
  batchFindingsSchema,
  custodySchema,
  downstreamSchema,
  historySchema,
  type ListQuery,
  listBatchesSchema,
  originsSchema,
  readBatchSchema,
  upstreamSchema
} from './batch-schemas.ts'
import { GraphText } from './graph-text.ts'

const config = { scope: 'chain:read' } as const

/** Batches: what they are, where they come from, where they went, and since when that is known. */
export async function batchRoutes(plain: FastifyInstance, options: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  recordRoutes(app, options)
  graphRoutes(app, options)
  shareRoutes(app, options)
}

function recordRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/batches',
    config,
    schema: listBatchesSchema,
    handler: async (request, reply) => {
      const { query, principal } = request
      const question = {
        filter: filterOf(query),
        after: readCursor(request) ?? null,
        limit: query.limit ?? 50,
        ...momentOf(query)
      }
      const page = await listBatches(deps, principal, question)
      return sendJson(reply, sendStampedPage(request, reply, page))
    }
  })

  app.route({
    method: 'GET',
    url: '/v1/batches/:id',
    config,
    schema: readBatchSchema,
    handler: async (request, reply) => {
      const question = { batch: request.params.id, ...momentOf(request.query) }
      return sendJson(reply, await traceBatch(deps, request.principal, question))
    }
  })

  app.route({
    method: 'GET',
    url: '/v1/batches/:id/history',
    config,
    schema: historySchema,
    handler: async (request, reply) => {
      const question = { batch: request.params.id, ...momentOf(request.query) }
      return sendJson(reply, await traceHistory(deps, request.principal, question))
    }
  })

  app.route({
    method: 'GET',
    url: '/v1/batches/:id/findings',
    config,
    schema: batchFindingsSchema,
    handler: async (request, reply) => {
      const question = { batch: request.params.id, ...momentOf(request.query) }
      return sendJson(reply, await traceFindings(deps, request.principal, question))
    }
  })
}

function graphRoutes(app: TypedApp, { deps }: RouteOptions): void {
  for (const [direction, schema] of [
    ['upstream', upstreamSchema],
    ['downstream', downstreamSchema]
  ] as const) {
    app.route({
      method: 'GET',
      url: `/v1/batches/:id/${direction}`,
      config,
      schema,
      handler: async (request, reply) => {
        const { depth = 32, limit = 2_000 } = request.query
        const question = { batch: request.params.id, ...momentOf(request.query) }
        const asked = { ...question, direction, depth, limit }
        const text = new GraphText()
        const onlooker = wantedFormat(request, true) === 'json' ? text : null
        const answer = await traceGraph(deps, request.principal, asked, onlooker)
        return sendTable(request, reply, answer, {
          csv: (traced) => graphCsv(drawn(traced)),
          json(traced) {
            const { bytes, etag } = text.whole(traced)
            reply.header('etag', etag)
            return bytes
          },
          svg: (traced) => graphPicture(drawn(traced))
        })
      }
    })
  }
}

function shareRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/batches/:id/origins',
    config,
    schema: originsSchema,
    handler: async (request, reply) => {
      const { by = 'country', element } = request.query
      const question = {
        batch: request.params.id,
        by,
        ...(element === undefined ? {} : { element }),
        ...momentOf(request.query)
      }
      const answer = await traceOrigins(deps, request.principal, question)
      return sendTable(request, reply, answer, { csv: originsCsv, svg: originsPicture })
    }
  })

  app.route({
    method: 'GET',
    url: '/v1/batches/:id/custody',
    config,
    schema: custodySchema,
    handler: async (request, reply) => {
      const question = { batch: request.params.id, ...momentOf(request.query) }
      const answer = await traceCustody(deps, request.principal, question)
      return sendTable(request, reply, answer, { csv: custodyCsv })
    }
  })
}

function momentOf({ asOf }: { readonly asOf?: string }): { readonly asOf?: string } {
  return asOf === undefined ? {} : { asOf }
}

function filterOf(query: Static<typeof ListQuery>) {
  const [, scheme = '', value = ''] = /^([^:]+):(.*)$/s.exec(query.identifier ?? '') ?? []
  return {
    organization: query.organization ?? null,
    holder: query.holder ?? null,
    product: query.product ?? null,
    stage: query.stage ?? null,
    element: query.element ?? null,
    number: query.number ?? null,
    identifier: query.identifier === undefined ? null : { scheme, value },
    status: query.status ?? null
  }
}

/** The answer as it is: what the schema documents need not be walked again to be sent. */
function sendJson(
  reply: FastifyReply,
  answer: object,
  text: string | Buffer = JSON.stringify(answer)
): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').send(text)
}

/** How an answer is written down in each format. */
interface Writers<Answer> {
  readonly csv: (answer: Answer) => string
  readonly json?: (answer: Answer) => string | Buffer
  readonly svg?: (answer: Answer) => string
}

const TYPES = {
  csv: 'text/csv; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8'
} as const

function sendTable<Answer extends { readonly batch: string }>(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  writers: Writers<Answer>
): FastifyReply {
  reply.header('vary', 'accept')
  const format = wantedFormat(request, 'svg' in writers)
  const write = format === 'json' ? undefined : writers[format]
  if (format === 'json' || !write) return sendJson(reply, answer, writers.json?.(answer))
  // Names in a picture come from many parties: whatever they hold, nothing runs and nothing is loaded.
  if (format === 'svg') reply.header('content-security-policy', "default-src 'none'")
  return reply
    .header('content-type', TYPES[format])
    .header('content-disposition', `inline; filename="${answer.batch}.${format}"`)
    .send(write(answer))
}

function wantedFormat(request: FastifyRequest, drawn: boolean): 'json' | 'csv' | 'svg' {
  const { format } = request.query as { readonly format?: 'json' | 'csv' | 'svg' }
  if (format) return format
  const offered = ['application/json', 'text/csv', ...(drawn ? ['image/svg+xml'] : [])] as const
  const type = preferredType(request.headers.accept, offered)
  if (type === 'application/json') return 'json'
  return type === 'text/csv' ? 'csv' : 'svg'
}
