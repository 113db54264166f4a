import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Deps } from '../registry/deps.ts'
import { refusalOfWrites } from '../registry/refuse-writes.ts'

const READS = new Set(['GET', 'HEAD'])
/** Paths that only ask or sign in, whatever their method. */
const ONLY_ASKS = /^\/(?:auth|web)\/|\/check$/

/** While the log cannot be signed, everything that would add to it is answered 503. */
export function guardWrites(app: FastifyInstance, deps: Deps): void {
  app.addHook('onRoute', (route) => {
    if (onlyReads(route)) return
    route.preHandler = [
      (_request, _reply, done) => done(refusalOfWrites(deps)),
      ...[route.preHandler ?? []].flat()
    ]
  })
}

/** Whether a route adds nothing to the registry, whatever its method. */
export function onlyReads({ method, url }: RouteOptions): boolean {
  return [method].flat().every((one) => READS.has(one)) || ONLY_ASKS.test(url)
}
