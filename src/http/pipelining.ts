import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { RegistryError } from '../errors.ts'

/** Far more than clients send before they have read an answer; most send one. */
const MOST_UNANSWERED = 100

/**
 * Refuses requests of a connection on which many wait for their answers already. A client that reads none
 * of them sends more than a thousand in one packet, and every answer would be made and kept for it.
 */
export function limitPipelining(app: FastifyInstance): void {
  const unanswered = new WeakMap<Socket, number>()
  const add = (socket: Socket, change: number): number => {
    const now = (unanswered.get(socket) ?? 0) + change
    unanswered.set(socket, now)
    return now
  }
  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw
    reply.raw.once('close', () => add(socket, -1))
    if (add(socket, 1) <= MOST_UNANSWERED) return done()
    reply.header('connection', 'close')
    const message = `On this connection ${MOST_UNANSWERED} requests wait for their answers; read them first.`
    done(new RegistryError('OVERLOADED', message, { retryAfterSeconds: 1 }))
  })
}
