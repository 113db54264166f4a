import type { FastifyInstance } from 'fastify'
import { refusalOfPipelining } from './connection/pipelining.ts'
import { refusalOfAmbiguity } from './connection/plain-message.ts'
import type { HandlerTimes } from './figures/handler-time.ts'
import type { Load } from './figures/load.ts'
import { refusalOfSize } from './request-size.ts'
import type { HttpSettings } from './settings.ts'

/** Every answer names its request, and every hook that follows finds the terms of its route. */
export function nameRequests(app: FastifyInstance): void {
  app.decorateRequest('terms')
  app.addHook('onRequest', (request, reply, done) => {
    request.terms = request.routeOptions.config
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
    done()
  })
}

/** What the head of a request shows to be wrong, whoever sends it: one hook, since each request pays for each. */
export function refuseHeads(app: FastifyInstance, settings: HttpSettings): void {
  app.addHook('onRequest', (request, _reply, done) =>
    done(
      refusalOfPipelining(request) ??
        refusalOfAmbiguity(request) ??
        refusalOfSize(request, settings)
    )
  )
}

/** Takes requests on or turns them away, and looks after each until its answer is over, however it ends. */
export function watchRequests(app: FastifyInstance, load: Load, times: HandlerTimes): void {
  app.addHook('onRequest', (request, reply, done) => {
    times.begin(request, reply)
    const refusal = load.begin(request)
    // One listener for all: to listen costs each request as much as what is done here.
    reply.raw.on('close', () => {
      load.end(request)
      times.end(reply)
    })
    done(refusal)
  })
}
