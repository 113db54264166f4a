import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { RegistryError } from '../../errors.ts'
import { refuseConnection } from './broken-request.ts'

/**
 * Counts the connections of clients, and answers those beyond the limit with OVERLOADED before they
 * have said anything: a connection that is simply dropped tells its client nothing.
 */
export class Connections {
  #open = 0
  #refused = 0

  constructor(app: FastifyInstance, limit: number) {
    app.server.on('connection', (socket: Socket) => {
      // Node keeps what was asked once: of a client that has reset its connection the log would not say who it was.
      void socket.remoteAddress
      this.#open += 1
      socket.once('close', () => {
        this.#open -= 1
      })
      if (this.#open <= limit) return
      this.#refused += 1
      const message = `There are ${limit} connections already; try again.`
      refuseConnection(socket, new RegistryError('OVERLOADED', message))
    })
  }

  get open(): number {
    return this.#open
  }

  /** How many were turned away since the start. */
  get refused(): number {
    return this.#refused
  }
}
