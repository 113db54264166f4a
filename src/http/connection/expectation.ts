import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RegistryError } from '../../errors.ts'
import { refusalUnread } from '../body/body.ts'
import { PROBLEM_MEDIA_TYPE, problemOf } from '../problem.ts'

/** Answers whose clients hold the body back until they are told to go on; true where they keep the connection. */
const heldBack = new WeakMap<ServerResponse, boolean>()

/**
 * Tells a client that waits with its body (`Expect: 100-continue`, RFC 9110 10.1.1) to go on only once
 * nothing stands against it: who asks, for what, how much and of which kind. Node would tell so at once, and
 * a client would send all of what is refused. To be called after every hook that refuses.
 */
export function answerExpectations(app: FastifyInstance): void {
  app.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (hasBody(request)) holdBack(response)
    app.server.emit('request', request, response)
  })
  app.server.on('checkExpectation', refuseExpectation)
  app.addHook('preParsing', (request, reply, payload, done) => {
    const waits = heldBack.has(reply.raw)
    const refusal = waits ? refusalUnread(request) : undefined
    // Whoever reads an upload has more against it than its head shows, and welcomes it then.
    if (waits && !refusal && !request.terms.upload) welcomeBody(reply)
    done(refusal ?? null, payload)
  })
}

/** Tells the client to send its body, where it waits for that. */
export function welcomeBody({ raw }: Pick<FastifyReply, 'raw'>): void {
  const keepAlive = heldBack.get(raw)
  if (keepAlive === undefined) return
  heldBack.delete(raw)
  raw.shouldKeepAlive = keepAlive
  raw.writeContinue()
}

/** A client that is refused may leave its body out, and nobody would know what comes next. */
function holdBack(response: ServerResponse): void {
  heldBack.set(response, response.shouldKeepAlive)
  response.shouldKeepAlive = false
}

function hasBody({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
}

/** Node answers an Expect header other than 100-continue by itself, unless somebody else does. */
function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const id = randomUUID()
  const message = 'Leave the Expect header out, or send 100-continue.'
  const problem = problemOf(new RegistryError('EXPECTATION_FAILED', message), id)
  response
    .writeHead(problem.status, {
      'content-type': PROBLEM_MEDIA_TYPE,
      'x-request-id': id,
      'cache-control': 'no-store',
      connection: 'close'
    })
    .end(JSON.stringify(problem))
}
