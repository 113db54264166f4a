import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { RegistryError } from '../../errors.ts'
import { refuseConnection } from './broken-request.ts'

/**
 * Answers CONNECT, which asks for a tunnel to elsewhere and is no request to any resource of ours: Node would
 * close its connection without a word. It is refused with 405 and an empty Allow (RFC 9110 10.2.1): 501 would
 * look like a fault of the service.
 */
export function refuseTunnels(app: FastifyInstance): void {
  app.server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    // Node has let go of the socket, so nobody else listens.
    socket.on('error', () => socket.destroy())
    const message = 'This is no proxy: ask the service itself, by GET or POST, without a tunnel.'
    refuseConnection(socket, new RegistryError('METHOD_NOT_ALLOWED', message), ['allow:'])
  })
}
