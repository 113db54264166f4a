import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { importMediaTypes } from '../../formats/import-formats.ts'
import { cancelImport } from '../../registry/imports/cancel-import.ts'
import {
  awaitImport,
  type ResultPage,
  readImports,
  readResults
} from '../../registry/imports/read-imports.ts'
import { receiveImport } from '../../registry/imports/receive-import.ts'
import { resultsCsv } from '../../registry/imports/results-csv.ts'
import { preferredType } from '../accept.ts'
import { mediaType, streamBodies } from '../body/body.ts'
import { cutOff } from '../body/joined-body.ts'
import { signatureOf } from '../body/signature.ts'
import { welcomeBody } from '../connection/expectation.ts'
import { idempotencyOf } from '../description/answers.ts'
import { nextCursor, readCursor, readPositionCursor, sendPage } from '../paging.ts'
import { isStrict, secondsToWait } from '../preferences.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import {
  cancelImportSchema,
  listImportsSchema,
  readImportSchema,
  readResultsSchema,
  submitImportSchema
} from './import-schemas.ts'

const SCOPES = ['event:write', 'epd:write'] as const
const config = { scope: SCOPES }

/** Imports: many documents in one upload, worked off in the background. */
export async function importRoutes(plain: FastifyInstance, options: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  streamBodies(plain)
  submitRoute(app, options)
  readRoutes(app, options)
  resultRoute(app, options)
  cancelRoute(app, options)
}

function submitRoute(app: TypedApp, { deps, settings }: RouteOptions): void {
  app.route({
    method: 'POST',
    url: '/v1/imports',
    config: { scope: SCOPES, document: importMediaTypes, bulk: importMediaTypes, upload: true },
    schema: submitImportSchema,
    handler: async (request, reply) => {
      const handling = isStrict(request, false) ? 'strict' : 'lenient'
      const { record, created } = await receiveImport(deps, {
        principal: request.principal,
        mediaType: mediaType(request),
        kind: request.query.kind,
        handling,
        ...idempotencyOf(request.headers),
        signature: signatureOf(request),
        body: uploadOf(request, reply),
        length: Number(request.headers['content-length'] ?? 0),
        limitBytes: settings.bulkLimitBytes
      }).catch((error) => {
        // What is refused is not read to its end just to keep the connection.
        reply.header('connection', 'close')
        throw error
      })
      return reply
        .header('location', `/v1/imports/${record.id}`)
        .header('preference-applied', `handling=${handling}`)
        .code(created ? 202 : 200)
        .send(record)
    }
  })
}

/** The body as it arrives; a request without one uploads nothing. */
async function* uploadOf(
  { body, raw }: FastifyRequest,
  reply: FastifyReply
): AsyncGenerator<Buffer> {
  welcomeBody(reply)
  if (Buffer.isBuffer(body)) {
    yield body
    return
  }
  try {
    yield* body as AsyncIterable<Buffer>
  } catch (error) {
    throw raw.complete ? error : cutOff()
  }
}

function readRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/imports',
    config,
    schema: listImportsSchema,
    handler: async (request, reply) => {
      const page = await readImports(deps, request.principal, {
        sha256: request.query.sha256 ?? null,
        before: readCursor(request) === undefined ? null : readPositionCursor(request),
        limit: request.query.limit ?? 50
      })
      return sendPage(request, reply, page)
    }
  })

  app.route({
    method: 'GET',
    url: '/v1/imports/:id',
    config,
    schema: readImportSchema,
    handler: async (request, reply) => {
      const seconds = secondsToWait(request) ?? 0
      if (seconds > 0) reply.header('preference-applied', `wait=${seconds}`)
      return awaitImport(deps, request.principal, { id: request.params.id, seconds })
    }
  })
}

function resultRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/imports/:id/results',
    config,
    schema: readResultsSchema,
    handler: async (request, reply) => {
      const { stored, limit = 100 } = request.query
      const page = await readResults(deps, request.principal, {
        import: request.params.id,
        which: stored === undefined ? 'all' : stored ? 'stored' : 'notStored',
        after: readPositionCursor(request),
        limit
      })
      return sendResults(request, reply, page)
    }
  })
}

/** As lines or as a table only the Link header says where the next page is. */
function sendResults(request: FastifyRequest, reply: FastifyReply, page: ResultPage) {
  const types = ['application/json', 'application/x-ndjson', 'text/csv'] as const
  const type = preferredType(request.headers.accept, types)
  const next = nextCursor(request, reply, page.next)
  reply.header('vary', 'accept')
  if (type === 'application/json') {
    return { ...page, items: [...page.items], next }
  }
  const lines = () => page.items.map((item) => `${JSON.stringify(item)}\n`).join('')
  const text = type === 'text/csv' ? resultsCsv(page.items) : lines()
  return reply
    .header('content-type', `${type}; charset=utf-8`)
    .serializer((sent: string) => sent)
    .send(text)
}

function cancelRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'DELETE',
    url: '/v1/imports/:id',
    config,
    schema: cancelImportSchema,
    handler: (request) => cancelImport(deps, request.principal, request.params.id)
  })
}
