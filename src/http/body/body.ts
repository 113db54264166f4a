import { Readable } from 'node:stream'
import type {
  HookHandlerDoneFunction as Done,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RequestPayload
} from 'fastify'
import { RegistryError } from '../../errors.ts'
import { parseStrictJson } from '../../formats/strict-json.ts'
import type { HttpSettings } from '../settings.ts'
import { isLongBody, joinedBody } from './joined-body.ts'

type BodyLimits = Pick<HttpSettings, 'bodyLimitBytes' | 'bulkLimitBytes'>

/**
 * Reads bodies: JSON by the strict parser, with the exact bytes kept beside it; documents untouched.
 * Everything else is refused, as is a body in a content coding or character set that is not ours.
 */
export function readBodies(app: FastifyInstance, settings: BodyLimits): void {
  app.removeAllContentTypeParsers()
  app.addHook('onRoute', (route) => {
    const {
      bulk,
      document,
      bulkBytes = settings.bulkLimitBytes,
      documentBytes
    } = route.config ?? {}
    if (bulk) route.bodyLimit = bulkBytes
    if (documentBytes) route.bodyLimit = Math.min(documentBytes, settings.bodyLimitBytes)
    const { body } = (route.schema ?? {}) as { readonly body?: unknown }
    if (!document && !body) return
    const missing = document ? takeAsEmpty : refuseMissing
    route.preValidation = [missing, ...[route.preValidation ?? []].flat()]
  })
  // Most clients say how much they send: then nothing of it is read. From others no more is read.
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers
    const refusal = refusalOfSize(request, Number(length ?? 0), settings)
    if (refusal) return done(refusal, payload)
    if (isAwaitedInVain(request, payload)) return done(null, Readable.from([]))
    if (!isLongBody(request.headers)) return done(null, payload)
    const { bulk, upload } = request.terms
    const counted = coding !== undefined && bulk !== undefined && !upload
    const most = (bytes: number) => (counted ? refusalOfSize(request, bytes, settings) : undefined)
    done(null, joinedBody(payload, most))
  })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const refusal = refusalOfSize(request, body.length, settings)
      if (refusal) throw refusal
      done(null, read(request, body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
}

/** What the head of a request shows to be wrong with its body, before anything of it has come. */
export function refusalUnread(request: FastifyRequest): RegistryError | undefined {
  const { bodyLimit } = request.routeOptions
  if (Number(request.headers['content-length'] ?? 0) > (bodyLimit ?? Number.POSITIVE_INFINITY)) {
    return bodyTooLarge(request)
  }
  try {
    refuseMedia(request)
  } catch (error) {
    return error as RegistryError
  }
  return undefined
}

/** The refusal of a body that is longer than the route takes. */
export function bodyTooLarge({ routeOptions }: FastifyRequest): RegistryError {
  return new RegistryError(
    'BODY_TOO_LARGE',
    `A body has at most ${routeOptions.bodyLimit} bytes here.`
  )
}

function takeAsEmpty(request: FastifyRequest, _reply: FastifyReply, done: Done): void {
  request.body ??= Buffer.alloc(0)
  done()
}

/** Without a media type Fastify knows no schema to hold it to, and would let it pass. */
function refuseMissing({ body }: FastifyRequest, _reply: FastifyReply, done: Done): void {
  const message = 'The body is missing; send it as application/json.'
  done(body === undefined ? new RegistryError('BODY_INVALID', message) : undefined)
}

/** The media type of the body in lower case, without parameters; empty where none is given. */
export function mediaType(request: FastifyRequest): string {
  const [essence = ''] = (request.headers['content-type'] ?? '').split(';')
  return essence.trim().toLowerCase()
}

/**
 * True where the request names the media type of a body that it does not have: Node has then ended it
 * already, and Fastify would wait for that.
 */
function isAwaitedInVain({ headers }: FastifyRequest, payload: RequestPayload): boolean {
  return headers['content-type'] !== undefined && payload.readableEnded === true
}

/** Only what carries many documents may be larger than one. */
function refusalOfSize(
  request: FastifyRequest,
  bytes: number,
  settings: BodyLimits
): RegistryError | undefined {
  const { bulk } = request.terms
  if (!bulk || bulk.includes(mediaType(request)) || bytes <= settings.bodyLimitBytes)
    return undefined
  return new RegistryError(
    'BODY_TOO_LARGE',
    `One document has at most ${settings.bodyLimitBytes} bytes; send many as ${bulk.join(' or ')}.`
  )
}

/**
 * For a plugin whose routes take uploads: their bodies are handed over as streams, so that they are
 * stored while they arrive. Whoever reads one holds it against the limit.
 */
export function streamBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (request, body, done) => {
    try {
      refuseCoding(request)
      done(null, body)
    } catch (error) {
      done(error as Error)
    }
  })
}

function read(request: FastifyRequest, bytes: Buffer): unknown {
  refuseMedia(request)
  if (request.terms.document) return bytes
  request.rawBody = bytes
  return parseStrictJson(bytes)
}

function refuseMedia(request: FastifyRequest): void {
  refuseCoding(request)
  const { document } = request.terms
  if (document === true) return
  const type = mediaType(request)
  const accepted = document ?? ['application/json']
  if (!accepted.includes(type)) throw unsupported(type, accepted)
}

function refuseCoding(request: FastifyRequest): void {
  const coding = request.headers['content-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'identity') {
    throw new RegistryError(
      'MEDIA_TYPE_UNSUPPORTED',
      `The content coding ${coding} is not supported; send the body as it is.`
    )
  }
  const charset = /;\s*charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1]
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
    throw new RegistryError(
      'MEDIA_TYPE_UNSUPPORTED',
      `The character set ${charset} is not supported; send UTF-8.`
    )
  }
}

function unsupported(type: string, accepted: readonly string[]): RegistryError {
  const given = type === '' ? 'Content-Type is missing' : `${type} is not supported here`
  return new RegistryError('MEDIA_TYPE_UNSUPPORTED', `${given}; send ${accepted.join(' or ')}.`)
}
