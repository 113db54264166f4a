import type { FastifyInstance } from 'fastify'
import type { Deps } from '../registry/deps.ts'
import { refusalOfWrites } from '../registry/refuse-writes.ts'

/** Methods that change something, except where the path only asks or signs in. */
const ONLY_ASKS = /^\/auth\/|\/check$/

/** While the log cannot be signed, everything that would add to it is answered 503. */
export function guardWrites(app: FastifyInstance, deps: Deps): void {
  app.addHook('preHandler', ({ method, routeOptions }, _reply, done) => {
    const asks = method === 'GET' || method === 'HEAD' || ONLY_ASKS.test(routeOptions.url ?? '')
    done(asks ? undefined : refusalOfWrites(deps))
  })
}
