import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RegistryError } from '../../errors.ts'
import { checkLines, checkSubmissions, findingsOf } from '../../registry/books/check-events.ts'
import { readEvent } from '../../registry/books/read-event.ts'
import { readReevaluation } from '../../registry/books/read-reevaluation.ts'
import { readSubmission, recordEvent } from '../../registry/books/record-event.ts'
import type { LineResult } from '../../registry/books/record-event-lines.ts'
import { readLines, recordEventLines } from '../../registry/books/record-event-lines.ts'
import type { Deps } from '../../registry/deps.ts'
import { kept } from '../../registry/epds/erased.ts'
import { mediaType } from '../body/body.ts'
import { signatureOf } from '../body/signature.ts'
import { isStrict } from '../preferences.ts'
import type { RouteOptions } from '../route.ts'
import {
  checkEventsSchema,
  readEventDocumentSchema,
  readEventSchema,
  readReevaluationSchema,
  recordEventsSchema
} from './event-schemas.ts'

const JSON_TYPE = 'application/json'
const LINE_TYPES = ['application/x-ndjson', 'application/ndjson']
const EVENT_TYPES = [JSON_TYPE, ...LINE_TYPES]

/** Traceability events: record, check, read. */
export async function eventRoutes(app: FastifyInstance, { deps }: RouteOptions): Promise<void> {
  app.route({
    method: 'POST',
    url: '/v1/events',
    config: { scope: 'event:write', document: EVENT_TYPES, bulk: LINE_TYPES, signed: true },
    schema: recordEventsSchema,
    handler: (request, reply) =>
      isLines(request) ? recordLines(deps, request, reply) : recordOne(deps, request, reply)
  })

  app.route({
    method: 'POST',
    url: '/v1/events/check',
    config: { scope: 'event:write', document: EVENT_TYPES, bulk: LINE_TYPES },
    schema: checkEventsSchema,
    handler: (request, reply) =>
      isLines(request) ? checkMany(deps, request, reply) : checkOne(deps, request, reply)
  })

  app.route<{ Params: { id: string } }>({
    method: 'GET',
    url: '/v1/events/:id',
    config: { scope: 'chain:read' },
    schema: readEventSchema,
    handler: async (request, reply) => {
      const event = await readEvent(deps, request.principal, request.params.id)
      const { organization } = event
      const more = JSON.stringify({ organization, sha256: event.sha256.toString('hex') })
      // The stored answer and the stored document go out as they are, never through a serializer.
      const text = `${event.answer.slice(0, -1)},${more.slice(1, -1)},"document":${event.document.length === 0 ? 'null' : event.document.toString('utf8')}}`
      return sendText(reply, text)
    }
  })

  app.route<{ Params: { id: string } }>({
    method: 'GET',
    url: '/v1/events/:id/reevaluation',
    config: { scope: 'chain:read' },
    schema: readReevaluationSchema,
    handler: (request) => readReevaluation(deps, request.principal, request.params.id)
  })

  app.route<{ Params: { id: string } }>({
    method: 'GET',
    url: '/v1/events/:id/document',
    config: { scope: 'chain:read' },
    schema: readEventDocumentSchema,
    handler: async (request, reply) => {
      const event = await readEvent(deps, request.principal, request.params.id)
      return reply
        .header('content-type', event.mediaType)
        .header('etag', `"${event.sha256.toString('hex')}"`)
        .header('cache-control', 'private, immutable, max-age=31536000')
        .send(kept(event.document))
    }
  })
}

function isLines(request: FastifyRequest): boolean {
  return LINE_TYPES.includes(mediaType(request))
}

function commandOf(request: FastifyRequest) {
  const key = request.headers['idempotency-key']
  return {
    principal: request.principal,
    document: request.body as Buffer,
    mediaType: JSON_TYPE,
    idempotencyKey: Array.isArray(key) ? key[0] : key,
    signature: signatureOf(request)
  }
}

async function recordOne(deps: Deps, request: FastifyRequest, reply: FastifyReply) {
  const recorded = await recordEvent(deps, commandOf(request))
  return sendText(
    reply.code(recorded.replayed ? 200 : 201).header('location', `/v1/events/${recorded.id}`),
    recorded.text
  )
}

async function recordLines(deps: Deps, request: FastifyRequest, reply: FastifyReply) {
  const strict = isStrict(request, true)
  const results = await recordEventLines(deps, {
    principal: request.principal,
    body: request.body as Buffer,
    strict,
    signature: signatureOf(request)
  })
  if (strict) refuseStrict(results)
  reply.header('preference-applied', `handling=${strict ? 'strict' : 'lenient'}`)
  return sendText(reply, outcomesText(results))
}

/** A strict request with anything wrong stores nothing: every finding of every line at once. */
function refuseStrict(results: readonly LineResult[]): void {
  const conflicts = results.filter((result) => result.status === 'conflict')
  if (results.some(({ status }) => status === 'refused')) {
    const wrong = results.filter(({ status }) => status === 'refused' || status === 'conflict')
    const findings = wrong.flatMap((result) =>
      (result.findings ?? []).map((finding) => ({ line: result.line, ...finding }))
    )
    throw new RegistryError(
      'FINDINGS',
      `${wrong.length} of ${results.length} lines are refused; nothing was stored.`,
      {
        extensions: { findings }
      }
    )
  }
  if (conflicts.length > 0) {
    throw new RegistryError('CONFLICT', 'Ids stand for other content; nothing was stored.', {
      details: conflicts.map((result) => ({
        pointer: '/id',
        message: `Line ${result.line}: ${result.id} stands for other content.`
      }))
    })
  }
}

function outcomesText(results: readonly LineResult[]): string {
  const stored = results.filter(({ status }) => status === 'accepted' || status === 'replayed')
  const rows = results.map(({ text, ...result }) => ({
    ...result,
    ...(text === undefined ? {} : (JSON.parse(text) as object)),
    status: result.status
  }))
  return JSON.stringify({
    accepted: stored.length,
    refused: results.length - stored.length,
    results: rows
  })
}

async function checkOne(deps: Deps, request: FastifyRequest, reply: FastifyReply) {
  const submission = readSubmission(deps, commandOf(request))
  const [verdict] = await checkSubmissions(deps, request.principal, [submission])
  const findings = findingsOf(verdict, submission.event.id)
  const acceptable = !findings.some((finding) => finding.severity === 'error')
  return sendText(reply, JSON.stringify({ acceptable, findings }))
}

async function checkMany(deps: Deps, request: FastifyRequest, reply: FastifyReply) {
  const lines = await readLines(deps, request.body as Buffer)
  return sendText(reply, outcomesText(await checkLines(deps, request.principal, lines)))
}

function sendText(reply: FastifyReply, text: string) {
  return reply.header('content-type', 'application/json; charset=utf-8').send(text)
}
