import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, errors, RegistryError } from '../errors.ts'
import type { Problem } from '../generated/problem.ts'
import { bodyTooLarge } from './body/body.ts'
import { cutOff } from './body/joined-body.ts'
import { UNREADABLE, unreadableIn } from './request-path.ts'
import { LONGEST_PATH_PARAMETER } from './request-size.ts'
import { validationDetails } from './validation.ts'

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** What Fastify refuses on its own, by its error codes. Anything else of it is a 400. */
const REFUSED_BY_FASTIFY: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BODY_INVALID',
  FST_ERR_HANDLER_TIMEOUT: 'TIMEOUT',
  FST_ERR_NOT_FOUND: 'NOT_FOUND'
}

/**
 * The one place where an error becomes a status. What is not a RegistryError and not a refusal of
 * Fastify is our own failure: logged whole, told to nobody.
 */
export function problemOf(error: unknown, requestId: string): Problem {
  const known = error instanceof RegistryError ? error : translate(error as FastifyError)
  const [status, title] = errors[known.code]
  return {
    type: `https://lodestone.example/problems/${known.code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    code: known.code,
    detail: known.message,
    instance: `urn:uuid:${requestId}`,
    ...(known.details.length > 0 ? { errors: known.details.map((detail) => ({ ...detail })) } : {}),
    ...known.extensions
  }
}

/** What a route may have said of an answer that is not given after all: a problem is no `ship.csv`. */
const OF_THE_ANSWER = ['content-disposition', 'etag', 'link', 'location', 'lodestone-losses']

/** Answers any error of a route or a hook; the error handler of the whole application. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = answerError(error, request, reply)
  void reply.type(PROBLEM_MEDIA_TYPE).serializer(JSON.stringify).send(problem)
}

/** Gives an answer the status and the headers of an error, whatever it is then told in; says what it was. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): Problem {
  const problem = problemOf(isTooLarge(error) ? bodyTooLarge(request) : error, request.id)
  tellOperator(error, problem, request)
  for (const name of OF_THE_ANSWER) reply.removeHeader(name)
  const retryAfter = error instanceof RegistryError ? error.retryAfterSeconds : undefined
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  else if (problem.status === 503) reply.header('retry-after', 1)
  if (problem.status === 415) tellAccepted(request, reply)
  // What was refused for its size or slowness is not read to its end just to keep the connection.
  if (problem.status === 413 || problem.status === 408) reply.header('connection', 'close')
  reply.code(problem.status).header('cache-control', 'no-store')
  return problem
}

/** Fastify says no more than that: the limit is the route's. */
function isTooLarge(error: unknown): boolean {
  return (error as FastifyError | undefined)?.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
}

function tellOperator(error: unknown, { code, status }: Problem, request: FastifyRequest): void {
  if (status < 500) return
  const log = request.server.requestLog.of(request)
  if (code === 'INTERNAL') log?.error({ err: error }, 'request failed')
  else if (code === 'OVERLOADED') log?.debug('request was turned away')
  else log?.warn({ err: error }, 'request could not be served')
}

/** What a body may be here, by the header that asks for it in an answer (RFC 9110 15.5.16). */
function tellAccepted(request: FastifyRequest, reply: FastifyReply): void {
  const coding = request.headers['content-encoding'] ?? 'identity'
  if (coding.toLowerCase() !== 'identity') {
    reply.header('accept-encoding', 'identity')
    return
  }
  const { body } = (request.routeOptions.schema ?? {}) as { readonly body?: { content?: object } }
  if (body) reply.header('accept', Object.keys(body.content ?? JSON_ONLY).join(', '))
}

const JSON_ONLY = { 'application/json': {} }

/** The parts of a request as people name them. */
const PARTS: Readonly<Record<string, string>> = {
  querystring: 'query',
  params: 'address',
  headers: 'header'
}

function translate(error: FastifyError): RegistryError {
  if (error.validation) {
    const part = error.validationContext ?? 'body'
    const details = validationDetails(error.validation, part)
    const [first] = details
    const what = first ? `${first.pointer ?? ''} ${first.message}`.trim() : error.message
    const message = `The ${PARTS[part] ?? part} does not match: ${what}.`
    return new RegistryError('REQUEST_INVALID', message, { details })
  }
  const address = refusalOfAddress(error)
  if (address) return address
  const code = REFUSED_BY_FASTIFY[error.code]
  if (code === 'TIMEOUT') return new RegistryError(code, 'The service ran out of time; try again.')
  if (code === 'MEDIA_TYPE_UNSUPPORTED') {
    return new RegistryError(code, 'What the Content-Type says is no media type.')
  }
  if (code) return new RegistryError(code, error.message)
  const status = error.statusCode ?? 500
  if (error.code === 'ECONNRESET' && status === 400) return cutOff()
  if (typeof error.code === 'string' && error.code.startsWith('FST_') && status < 500) {
    return new RegistryError('REQUEST_INVALID', error.message)
  }
  return new RegistryError(
    'INTERNAL',
    'The service failed. Nothing was stored. Give the operator the instance of this problem.'
  )
}

/** Before a route was found for it. */
function refusalOfAddress({ code, message }: FastifyError): RegistryError | undefined {
  if (code === 'FST_ERR_BAD_URL') return unreadable(message)
  if (code !== 'FST_ERR_MAX_PARAM_LENGTH') return undefined
  const long = `A part of an address has at most ${LONGEST_PATH_PARAMETER} characters.`
  return new RegistryError('REQUEST_INVALID', long)
}

/** The path stands in quotes in what Fastify says. */
function unreadable(said: string): RegistryError {
  const wrong = unreadableIn(said.slice(said.indexOf("'") + 1, said.lastIndexOf("'")))
  return new RegistryError('REQUEST_INVALID', `${wrong ?? 'A part'} in the address ${UNREADABLE}`)
}
