import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RegistryError } from '../errors.ts'

/**
 * Gives every answer to GET that is held in memory a strong ETag, the SHA-256 of its bytes, unless
 * the route set one, and answers 304 where the client has it already, 412 where it wants another one
 * (RFC 9110 13.1).
 */
export function tagAnswers(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', cacheControl(request))
    if (!conditional(request, reply)) return done(null, payload)
    try {
      done(null, tagged(request, reply, payload))
    } catch (error) {
      done(error as Error)
    }
  })
}

/**
 * From this length on a text is encoded once, here: else it is encoded to be hashed, again to be
 * measured and again to be sent.
 */
const LONG = 8_192

/** What is sent: nothing where the client has it already. */
function tagged(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (!reply.hasHeader('etag')) {
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload
    const bytes =
      typeof payload === 'string' && payload.length > LONG ? Buffer.from(payload) : payload
    reply.header('etag', entityTag(bytes))
    return sent(request, reply, bytes)
  }
  return sent(request, reply, payload)
}

/** What tells of a body that the client has already (RFC 9110 15.4.5). */
const OF_A_BODY = [
  'content-type',
  'content-length',
  'content-disposition',
  'link',
  'lodestone-losses'
]

function sent(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const etag = String(reply.getHeader('etag'))
  const expected = request.headers['if-match']
  if (expected !== undefined && !isNamed(expected, etag)) {
    throw isWeak(etag) ? namesNoBytes() : changedMeanwhile()
  }
  if (!matches(request.headers['if-none-match'], etag)) return payload
  for (const name of OF_A_BODY) reply.removeHeader(name)
  reply.code(304)
  return ''
}

/** A strong entity tag: equal exactly for equal bytes. */
export function entityTag(bytes: string | Buffer): string {
  return quotedTag(hash('sha256', bytes, 'base64url'))
}

/** A weak entity tag: answers that tell the same have the same, although their bytes may differ. */
export function weakTag(told: string): string {
  return `W/${entityTag(told)}`
}

function isWeak(tag: string): boolean {
  return tag.startsWith('W/')
}

/** The same of a SHA-256 in base64url. */
export function quotedTag(digest: string): string {
  return `"${digest}"`
}

function conditional(request: FastifyRequest, reply: FastifyReply): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && reply.statusCode === 200
}

function cacheControl(request: FastifyRequest): string {
  const { scope, showsMoreTo } = request.terms
  const identified = showsMoreTo !== undefined && request.headers.authorization !== undefined
  return scope === 'public' && !identified ? 'no-cache' : 'private, no-cache'
}

/** Strong comparison, as If-Match asks for: a weak tag equals nothing (RFC 9110 13.1.1). */
export function isNamed(header: string, etag: string): boolean {
  if (header.trim() === '*') return true
  return !isWeak(etag) && header.split(',').some((tag) => tag.trim() === etag)
}

export function changedMeanwhile(): RegistryError {
  return new RegistryError(
    'PRECONDITION_FAILED',
    'It has changed since you read it. Read it again, and send the ETag of that answer in If-Match.'
  )
}

function namesNoBytes(): RegistryError {
  return new RegistryError(
    'PRECONDITION_FAILED',
    'The ETag of this answer is weak: send it in If-None-Match, and leave If-Match out.'
  )
}

/** Weak comparison, as If-None-Match asks for. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  const strong = (tag: string): string => tag.trim().replace(/^W\//, '')
  return header.trim() === '*' || header.split(',').some((tag) => strong(tag) === strong(etag))
}
