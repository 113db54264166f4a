import type { FastifyInstance } from 'fastify'

/**
 * Lets the service stop while clients keep their connections: every answer given after the stop
 * began ends its connection. Without it `close` waits for idle keep-alive connections that were busy
 * when it began (fastify/fastify#7044).
 */
export function endConnectionsOnClose(app: FastifyInstance): void {
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onSend', async (_request, reply, payload) => {
    if (closing) reply.header('connection', 'close')
    return payload
  })
}
