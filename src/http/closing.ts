import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * Lets the service stop while clients keep their connections. Every answer given after the stop
 * began ends its connection: without it `close` waits for keep-alive connections that were busy when
 * it began (fastify/fastify#7044). Connections that never asked anything are closed at once: Node
 * does not count them as idle.
 */
export function endConnectionsOnClose(app: FastifyInstance): void {
  const silent = new Set<Socket>()
  let closing = false
  app.server.on('connection', (socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  app.server.on('request', ({ socket }) => silent.delete(socket))
  app.addHook('preClose', async () => {
    closing = true
    for (const socket of silent) socket.destroy()
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close')
    done(null, payload)
  })
}
