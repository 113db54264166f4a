import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PublishedDocument } from '../../registry/epds/published-documents.ts'
import { type EpdReading, readEpdDocument } from '../../registry/epds/read-epd.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { question } from './epd-question.ts'
import { readEpdDocumentSchema } from './epd-schemas.ts'

const FOREVER = 'max-age=31536000, immutable'
const FOREVER_PUBLIC = `public, ${FOREVER}`

/** The exact bytes of a declaration, as they came. */
export function documentRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/epds/:id/document',
    config: { scope: 'public', showsMoreTo: 'epd:read' },
    schema: readEpdDocumentSchema,
    handler: (request, reply) => {
      const { params, query } = request
      const { version } = query
      const published = version && deps.published.remembered(params.id, version)
      // Without a promise, which costs more than everything else that remains to be done.
      if (published) return sendPublished(reply, published)
      return readDocument(request, reply, deps)
    }
  })
}

async function readDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: RouteOptions['deps']
): Promise<FastifyReply> {
  const { id } = request.params as { readonly id: string }
  const { version } = request.query as { readonly version?: string }
  const published = version === undefined ? undefined : await deps.published.read(id, version)
  if (published) return sendPublished(reply, published)
  return sendDocument(reply, await readEpdDocument(deps, question(request)), version !== undefined)
}

/** Nobody has to be asked whether the reader may, and nothing of it ever changes. */
function sendPublished(reply: FastifyReply, { document, sha256, mediaType }: PublishedDocument) {
  return reply
    .type(mediaType)
    .header('etag', `"${sha256}"`)
    .header('cache-control', FOREVER_PUBLIC)
    .send(document)
}

/** Only what names its version stays the same; without one the newest may be another tomorrow. */
export function sendDocument(
  reply: FastifyReply,
  { record, document, ...reading }: EpdReading,
  named: boolean
) {
  const whose = reading.public ? 'public' : 'private'
  const fixed = named && record.state !== 'draft'
  return reply
    .type(record.mediaType)
    .header('etag', `"${record.sha256}"`)
    .header('cache-control', `${whose}, ${fixed ? FOREVER : 'no-cache'}`)
    .send(document)
}
