import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { isLeftUnread } from '../body/joined-body.ts'

/** What a client may still send behind an answer that came early. */
export interface LingerLimits {
  readonly bytes: number
  readonly milliseconds: number
}

/** Whoever has said nothing for so long is not sending any more. */
const SILENCE_MS = 2_000

/**
 * Ends a connection in both directions one after the other where the answer came before the whole body
 * did, as RFC 9112 9.6 asks for: what arrives is thrown away until the client closes. Closed at once, the
 * client's machine is told of a failure and may throw away the answer that says what was wrong. Answers to
 * bodies that nobody reads to their end say that they end it.
 */
export function lingerAfterEarlyAnswers(app: FastifyInstance, limits: LingerLimits): void {
  const lingering = new Set<Socket>()
  let closing = false
  app.server.on('request', (request, response) => {
    if (!isLong(request)) return
    const { socket } = request
    socket.destroySoon = function destroySoon() {
      // Back to what it was: whatever ends the connection from now on ends it at once.
      Reflect.deleteProperty(socket, 'destroySoon')
      if (closing || !answeredEarly(request, response)) return socket.destroySoon()
      lingering.add(socket)
      socket.once('close', () => lingering.delete(socket))
      throwAway(socket, limits)
    }
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    if (isLeftUnread(request.raw)) reply.header('connection', 'close')
    done(null, payload)
  })
  app.addHook('preClose', async () => {
    closing = true
    for (const socket of lingering) socket.destroy()
  })
}

/** What is shorter has arrived by the time of any answer, as good as always. */
const SHORT_BYTES = 16_384

function isLong({ headers }: IncomingMessage): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = headers
  return coding !== undefined || Number(length) > SHORT_BYTES
}

function answeredEarly(request: IncomingMessage, response: ServerResponse): boolean {
  return response.writableFinished && !request.complete
}

/** Nothing that follows is taken for a request: the client was told that the connection ends. */
function throwAway(socket: Socket, { bytes, milliseconds }: LingerLimits): void {
  let left = bytes
  const count = (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) socket.destroy()
  }
  // Node reads again when it sees the socket resumed, and leaves its bytes to whoever listens.
  socket.pause()
  socket.once('resume', () => socket.on('data', count).removeAllListeners('data').on('data', count))
  socket.resume()
  const over = setTimeout(() => socket.destroy(), milliseconds)
  socket.setTimeout(SILENCE_MS, () => socket.destroy())
  socket.once('end', () => socket.destroy())
  socket.once('close', () => clearTimeout(over))
  socket.end()
}
