import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RegistryError } from '../../errors.ts'
import { epdWriters } from '../../formats/epd-writers.ts'
import { epdArchiveTypes, epdMediaTypes } from '../../formats/media-types.ts'
import type { Principal } from '../../registry/deps.ts'
import { checkEpd } from '../../registry/epds/check-epd.ts'
import { convertEpd, epdWriterOf } from '../../registry/epds/convert-epd.ts'
import { deleteDraft, saveDraft } from '../../registry/epds/draft-epd.ts'
import { type EpdDocument, splitDocument } from '../../registry/epds/epd-submission.ts'
import { kept } from '../../registry/epds/erased.ts'
import { listEpdVersions } from '../../registry/epds/list-epd-versions.ts'
import { searchEpds } from '../../registry/epds/list-epds.ts'
import { readEpd, readEpdFindings } from '../../registry/epds/read-epd.ts'
import { recordExternalEpd } from '../../registry/epds/record-external-epd.ts'
import { type SubmittedEpd, submitEpd } from '../../registry/epds/submit-epd.ts'
import { submitSeveralEpds } from '../../registry/epds/submit-several-epds.ts'
import { preferredType } from '../accept.ts'
import { mediaType } from '../body/body.ts'
import { signatureOf } from '../body/signature.ts'
import { readCursor } from '../paging.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { sendStampedPage } from '../stamped-page.ts'
import { inUtf8, sendRecord } from './epd-answer.ts'
import { documentRoute, sendDocument } from './epd-documents.ts'
import { question } from './epd-question.ts'
import {
  listEpdsSchema,
  readEpdFindingsSchema,
  readEpdSchema,
  readEpdVersionsSchema
} from './epd-schemas.ts'
import { checkEpdSchema, deleteDraftSchema, submitEpdSchema } from './epd-submission-schemas.ts'

/** Published declarations are public; who has a part in an unpublished one sees it with a token. */
const read = { scope: 'public', showsMoreTo: 'epd:read' } as const
const RECORD = 'application/json'
/** The record with the original document, or the declaration in a format, by any name of it. */
const REPRESENTATIONS = [RECORD, ...epdWriters.map(({ mediaType }) => mediaType)] as const
const ALSO_KNOWN_AS = epdMediaTypes.filter((type) => type !== RECORD && epdWriterOf(type))

/** Environmental product declarations: submit, check, find, read, publish, withdraw. */
export async function epdRoutes(plain: FastifyInstance, options: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  submitRoutes(app, options)
  draftRoute(app, options)
  listRoute(app, options)
  readRoutes(app, options)
  documentRoute(app, options)
}

function submitRoutes(app: TypedApp, { deps }: RouteOptions): void {
  const { archiveBytes: bulkBytes } = deps.reference.epd.archive
  const taken = { document: epdMediaTypes, bulk: epdArchiveTypes, bulkBytes }
  app.route({
    method: 'POST',
    url: '/v1/epds',
    config: { scope: 'epd:write', ...taken, signed: true },
    schema: submitEpdSchema,
    handler: async (request, reply) => {
      const signature = signatureOf(request)
      const command = { principal: request.principal, ...sent(request), signature }
      const documents = await splitDocument(command, deps.reference)
      if (documents.length > 1 && (request.query.state ?? 'submitted') === 'submitted') {
        const all = await submitSeveralEpds(deps, { ...command, documents })
        return sendSeveral(reply, all)
      }
      const { record, findings, created } = await keep(deps, command, request.query)
      reply.header('location', `/v1/epds/${record.id}?version=${record.version}`)
      return reply.code(created ? 201 : 200).send({ ...record, findings: [...findings] })
    }
  })

  app.route({
    method: 'POST',
    url: '/v1/epds/check',
    config: { scope: 'epd:read', ...taken },
    schema: checkEpdSchema,
    handler: async (request) => {
      const { acceptable, findings, profiles } = await checkEpd(deps, {
        principal: request.principal,
        profiles: namesIn(request.query.profile),
        ...sent(request)
      })
      return {
        acceptable,
        findings: [...findings],
        profiles: profiles.map((each) => ({ ...each, unchecked: [...each.unchecked] }))
      }
    }
  })
}

/** The declarations of one archive, each as it would be answered by itself. */
function sendSeveral(reply: FastifyReply, all: readonly SubmittedEpd[]) {
  const items = all.map(({ record, findings }) => ({ ...record, findings }))
  const created = all.some((each) => each.created)
  return reply
    .code(created ? 201 : 200)
    .type('application/json')
    .send(JSON.stringify({ items }))
}

interface Registered {
  readonly operator?: string
  readonly registrationNumber?: string
  readonly href?: string
}

/** Takes a document in as what it is said to be. */
function keep(
  deps: RouteOptions['deps'],
  command: EpdDocument & { readonly principal: Principal; readonly signature?: string | undefined },
  { state, ...elsewhere }: Registered & { readonly state?: 'submitted' | 'draft' | 'external' }
): Promise<SubmittedEpd> {
  if (state === 'external') return recordExternalEpd(deps, { ...command, ...elsewhere })
  const [name] = Object.keys(elsewhere)
  if (name === undefined) return (state === 'draft' ? saveDraft : submitEpd)(deps, command)
  throw new RegistryError('REQUEST_INVALID', `${name} is only said of external declarations.`, {
    details: [{ pointer: name, message: 'is only said with state=external' }]
  })
}

/** A parameter that may be repeated, or hold several names with commas between. */
function namesIn(stated: string | readonly string[] | undefined): string[] {
  const names = [stated ?? []].flat().flatMap((each) => each.split(','))
  return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))]
}

function sent(request: FastifyRequest): EpdDocument {
  return { mediaType: mediaType(request), document: request.body as Buffer }
}

function draftRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'DELETE',
    url: '/v1/epds/:id',
    config: { scope: 'epd:write' },
    schema: deleteDraftSchema,
    handler: async (request, reply) => {
      const { principal, params, query } = request
      await deleteDraft(deps, { principal, id: params.id, version: query.version })
      return reply.code(204).send()
    }
  })
}

function listRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/epds',
    config: read,
    schema: listEpdsSchema,
    handler: async (request, reply) => {
      const {
        limit = 50,
        status,
        q,
        validOn,
        asOf,
        updatedSince,
        cursor: _cursor,
        ...facets
      } = request.query
      const page = await searchEpds(deps, {
        principal: request.caller,
        facets,
        limit,
        q,
        state: status,
        validOn,
        asOf,
        updatedSince,
        after: readCursor(request)
      })
      return sendStampedPage(request, reply, page)
    }
  })
}

function readRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/epds/:id',
    config: read,
    schema: readEpdSchema,
    handler: async (request, reply) => {
      const reading = await readEpd(deps, question(request))
      reply.header('vary', 'authorization, accept')
      const own = reading.record.mediaType
      const { accept } = request.headers
      // Browsers name XML beside HTML, and mean what they can show.
      const others = accept?.includes('text/html') ? [] : [...ALSO_KNOWN_AS, own]
      const type = preferredType(accept, [...REPRESENTATIONS, ...others])
      const writer = type === RECORD ? undefined : epdWriterOf(type)
      if (type === own && !writer && type !== RECORD) {
        const document = kept(reading.document)
        return sendDocument(reply, { ...reading, document }, request.query.version !== undefined)
      }
      if (writer) {
        const { bytes, losses } = await convertEpd(deps, reading, writer)
        return reply.type(inUtf8(type)).header('lodestone-losses', losses.length).send(bytes)
      }
      const target = epdWriterOf(request.query.losses ?? '')
      const losses = target && (await convertEpd(deps, reading, target)).losses
      return sendRecord(reply, reading, losses)
    }
  })

  app.route({
    method: 'GET',
    url: '/v1/epds/:id/versions',
    config: read,
    schema: readEpdVersionsSchema,
    handler: async (request, reply) => {
      const { limit = 50 } = request.query
      const page = await listEpdVersions(deps, question(request), {
        after: readCursor(request),
        limit
      })
      return sendStampedPage(request, reply, page)
    }
  })

  app.route({
    method: 'GET',
    url: '/v1/epds/:id/findings',
    config: read,
    schema: readEpdFindingsSchema,
    handler: async (request) => ({
      items: [...(await readEpdFindings(deps, question(request)))]
    })
  })
}
