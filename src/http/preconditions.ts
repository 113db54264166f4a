import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { RegistryError } from '../errors.ts'
import { changedMeanwhile, entityTag, isNamed } from './etag.ts'
import { onlyReads } from './write-guard.ts'

/** The header of a write that holds only where nobody else was first (RFC 9110 13.1.1). */
export function ifMatchHeader(path: string) {
  return Type.Object({
    'if-match': Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2_000,
        description: `The ETag of \`${path}\` as you read it: where it has changed meanwhile, 412 and nothing is recorded. What stands already is answered as ever.`,
        examples: ['"ECqbzsrJkxzbx9NQWNbSPRSWpVJ5ONZxLzcrB_eYmbE"']
      })
    )
  })
}

/**
 * What a verb asks of what stands, under its lock: throws `PRECONDITION_FAILED` where the request
 * names other bytes than a GET would be answered with. Undefined where the request asks nothing.
 */
export function ifMatch(
  request: FastifyRequest,
  reply: FastifyReply
): ((standing: object) => void) | undefined {
  const header = request.headers['if-match']
  if (header === undefined) return undefined
  return (standing) => {
    const answer = reply.serializeInput({ ...standing }, '200', 'application/json')
    if (!isNamed(header, entityTag(String(answer)))) throw changedMeanwhile()
  }
}

/**
 * Elsewhere If-Match is refused instead of ignored: whoever sends it relies on it. It would protect
 * nothing, since nothing is replaced: events, declarations and grants are added under ids of their
 * own, and what is ended ends for good, whatever it said.
 */
export function refuseOtherPreconditions(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const { properties = {} } = (route.schema?.headers ?? {}) as { readonly properties?: object }
    if (onlyReads(route) || 'if-match' in properties) return
    route.preHandler = [
      (request, _reply, done) => done(refusalOf(request)),
      ...[route.preHandler ?? []].flat()
    ]
  })
}

function refusalOf({ headers }: FastifyRequest): RegistryError | undefined {
  return headers['if-match'] === undefined ? undefined : notTaken()
}

export function notTaken(): RegistryError {
  return new RegistryError(
    'PRECONDITION_FAILED',
    'If-Match is not taken here, so nothing was done: nothing is replaced here, or the body says what (`replaces`, `documentSha256`). Send the request without it.'
  )
}
