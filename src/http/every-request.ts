import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RegistryError } from '../errors.ts'
import { noLongerUnanswered, refusalOfPipelining } from './connection/pipelining.ts'
import { refusalOfAmbiguity } from './connection/plain-message.ts'
import type { HandlerTimes } from './figures/handler-time.ts'
import type { Load } from './figures/load.ts'
import type { RequestFigures } from './figures/request-figures.ts'
import type { RequestLog } from './figures/request-log.ts'
import { refusalOfQuery } from './query-encoding.ts'
import { refusalOfSize } from './request-size.ts'
import type { HttpSettings } from './settings.ts'
import type { Turns } from './turns.ts'

/** Whatever looks after requests. */
export interface Watches {
  readonly settings: HttpSettings
  readonly log: RequestLog
  readonly figures: RequestFigures
  readonly times: HandlerTimes
  readonly load: Load
  readonly turns: Turns
}

/**
 * What each request passes before anything else, and what is done when its answer is over, however it
 * ends. One hook and one listener for all of it, since each request pays for each as much as for what is
 * done there: the first names the request for every answer and gives every hook that follows the terms of
 * its route.
 */
export function watchRequests(app: FastifyInstance, watches: Watches): void {
  app.decorateRequest('terms')
  app.addHook('onRequest', (request, reply, done) => {
    const began = performance.now()
    request.terms = request.routeOptions.config
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
    reply.raw.on('close', () => end(request, reply, performance.now() - began, watches))
    done(refusalOfHead(request, watches.settings) ?? begin(request, reply, watches))
  })
}

/** What the head of a request shows to be wrong, whoever sends it. */
function refusalOfHead(request: FastifyRequest, settings: HttpSettings): RegistryError | undefined {
  return (
    refusalOfPipelining(request) ??
    refusalOfAmbiguity(request) ??
    refusalOfSize(request, settings) ??
    refusalOfQuery(request)
  )
}

/** Takes a request on, or says why it is turned away. */
function begin(request: FastifyRequest, reply: FastifyReply, { times, load, turns }: Watches) {
  turns.begin(request)
  times.begin(request, reply)
  return load.begin(request)
}

function end(request: FastifyRequest, reply: FastifyReply, milliseconds: number, watches: Watches) {
  const { log, figures, times, load } = watches
  const whole = hasAll(reply)
  load.end(request)
  times.end(reply)
  noLongerUnanswered(request.raw)
  if (whole) figures.answered(request, reply, milliseconds)
  log.over(request, reply, milliseconds, whole)
}

/** Whether the client was given all of the answer; Node takes the connection from those whose end was sent. */
function hasAll({ raw }: FastifyReply): boolean {
  return raw.writableEnded && raw.socket?.destroyed !== true
}
