import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RegistryError } from '../../errors.ts'

/** Far more than clients send before they have read an answer; most send one. */
const MOST_UNANSWERED = 100
/** As many as come in two packets behind the one that was refused; whoever sends on hears nothing. */
const MOST_IGNORED = 5_000

interface Waiting {
  unanswered: number
  /** What came after the refusal. */
  ignored: number
}

/** The one request of a connection that is told that there are too many. */
const refused = new WeakSet<IncomingMessage>()

/**
 * Refuses a request of a connection on which many wait for their answers already, and looks at nothing
 * that follows: thousands lie in one packet, and nobody else is served until each had its answer, whatever
 * that says. Whoever listens to the requests of the server before this is called hears of those that are taken.
 */
export function limitPipelining(app: FastifyInstance): void {
  const handlers = app.server.listeners('request') as Handler[]
  app.server.removeAllListeners('request')
  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!isTaken(request, response)) return
    for (const handle of handlers) handle(request, response)
  })
}

/** Of the one request of a connection that is told so. */
export function refusalOfPipelining({ raw }: FastifyRequest): RegistryError | undefined {
  if (!refused.has(raw)) return undefined
  const message = `On this connection ${MOST_UNANSWERED} requests wait for their answers; read them first.`
  return new RegistryError('OVERLOADED', message, { retryAfterSeconds: 1 })
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

const connections = new WeakMap<Socket, Waiting>()

function isTaken(request: IncomingMessage, response: ServerResponse): boolean {
  const waiting = waitingOn(request.socket)
  if (waiting.unanswered > MOST_UNANSWERED) {
    waiting.ignored += 1
    if (waiting.ignored === MOST_IGNORED) request.socket.destroy()
    return false
  }
  waiting.unanswered += 1
  if (waiting.unanswered > MOST_UNANSWERED) {
    refused.add(request)
    // Whatever it is answered, the connection ends with it: so the count never falls again.
    response.shouldKeepAlive = false
    return true
  }
  return true
}

/** To be told of each request that was taken, when its answer is over. */
export function noLongerUnanswered(request: IncomingMessage): void {
  const waiting = waitingOn(request.socket)
  if (waiting.unanswered <= MOST_UNANSWERED) waiting.unanswered -= 1
}

function waitingOn(socket: Socket): Waiting {
  const known = connections.get(socket)
  if (known) return known
  const waiting = { unanswered: 0, ignored: 0 }
  connections.set(socket, waiting)
  return waiting
}
