import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pathOf } from '../request-path.ts'

/**
 * One line for each answer: what was asked, by whom, what came of it and how long it took. Addresses
 * without their query, which may carry a one-time link; headers and bodies never. So nothing in it
 * is a secret, and the search for secrets, which costs more than the line, is left out.
 */
export function logRequests(app: FastifyInstance): void {
  const log = app.log.child({}, { redact: [] })
  app.addHook('onResponse', (request, reply, done) => {
    log.info(lineOf(request, reply), 'request')
    done()
  })
}

/** The same of an answer that no hook sees, because its address could not be routed. */
export function logUnrouted(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply) {
  app.log.info(lineOf(request, reply), 'request')
}

function lineOf(request: FastifyRequest, reply: FastifyReply) {
  return {
    reqId: request.id,
    method: request.method,
    path: pathOf(request.url),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    remoteAddress: request.ip
  }
}
