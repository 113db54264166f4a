import { Server, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** A request that is on its way when a stop begins has arrived after so long. */
const ON_ITS_WAY_MS = 500
const LOOK_AGAIN_MS = 10

/**
 * The first step of a stop, before any client is told that its connection ends: whoever comes back then is
 * refused at once, where one that is let in by half would be cut off. Connections that are there stay.
 */
export function letNobodyIn({ server }: FastifyInstance): void {
  // The close of an HTTP server would end idle connections as well.
  if (server.listening) Server.prototype.close.call(server)
}

/**
 * Lets the service stop while clients keep their connections. From then on nobody else is let in, and
 * every answer ends its connection: without it `close` waits for keep-alive connections that were busy
 * when it began (fastify/fastify#7044). Connections on which nothing is heard are closed a moment
 * later: closed at once, a request that was on its way to one of them would be lost, and nobody could
 * say whether it was done. Those that never asked anything Node does not count as idle.
 */
export function endConnectionsOnClose(app: FastifyInstance): void {
  const open = new Set<Socket>()
  const silent = new Set<Socket>()
  let closing = false
  app.server.on('connection', (socket) => {
    open.add(socket)
    silent.add(socket)
    socket.once('close', () => {
      open.delete(socket)
      silent.delete(socket)
    })
  })
  app.server.on('request', ({ socket }) => silent.delete(socket))
  app.addHook('preClose', async () => {
    closing = true
    letNobodyIn(app)
    const until = performance.now() + ON_ITS_WAY_MS
    while (open.size > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    }
    for (const socket of silent) socket.destroy()
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close')
    done(null, payload)
  })
}
