import type { FastifyInstance } from 'fastify'
import type { Deps } from '../registry/deps.ts'
import { refusalOfWrites } from '../registry/refuse-writes.ts'

const READS = new Set(['GET', 'HEAD'])
/** Paths that only ask or sign in, whatever their method. */
const ONLY_ASKS = /^\/auth\/|\/check$/

/** While the log cannot be signed, everything that would add to it is answered 503. */
export function guardWrites(app: FastifyInstance, deps: Deps): void {
  app.addHook('onRoute', (route) => {
    const reads = [route.method].flat().every((method) => READS.has(method))
    if (reads || ONLY_ASKS.test(route.url)) return
    route.preHandler = [
      (_request, _reply, done) => done(refusalOfWrites(deps)),
      ...[route.preHandler ?? []].flat()
    ]
  })
}
