import type { FastifyInstance } from 'fastify'
import { RegistryError } from '../errors.ts'

/**
 * Answers with TIMEOUT what has no answer after so long; what the handler makes of it later is not
 * sent. Fastify has such a limit of its own, which costs every request an AbortController and the
 * exception that ends it: more than the rest of its routing.
 */
export function limitHandlers(app: FastifyInstance, timeoutMs: number): void {
  app.addHook('onRequest', (_request, reply, done) => {
    const timer = setTimeout(() => {
      if (reply.sent || reply.raw.headersSent) return
      void reply.send(new RegistryError('TIMEOUT', 'The service ran out of time; try again.'))
    }, timeoutMs)
    reply.raw.once('close', () => clearTimeout(timer))
    done()
  })
}
