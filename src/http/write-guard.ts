import type { FastifyInstance } from 'fastify'
import type { Deps } from '../registry/deps.ts'
import { refusalOfWrites } from '../registry/refuse-writes.ts'

/** Methods that change something, except where the path only asks or signs in. */
const ONLY_ASKS = /^\/auth\/|\/check$/

/** While the log cannot be signed, everything that would add to it is answered 503. */
export function guardWrites(app: FastifyInstance, deps: Deps): void {
  app.addHook('preHandler', (request, _reply, done) => {
    const { method } = request
    const reads = method === 'GET' || method === 'HEAD'
    const asks = reads || ONLY_ASKS.test(request.routeOptions.url ?? '')
    done(asks ? undefined : refusalOfWrites(deps))
  })
}
