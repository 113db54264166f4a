import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** The turn of the event loop in which it came; none of those that never reached a hook. */
    cameIn: number
  }
}

/**
 * Sends what could be answered at once when the turn of the event loop ends, one answer after the other: each
 * wakes whoever reads it, a client or a proxy on the same machine, which costs more than to make a short
 * answer, and sent in a row all but the first find it awake (ADR 39). What had to wait for something
 * is sent as soon as it is there.
 */
export class Turns {
  readonly #waiting: { readonly reply: FastifyReply; readonly send: () => void }[] = []
  #now = 0
  #endsSoon = false

  begin(request: FastifyRequest): void {
    request.cameIn = this.#now
    if (this.#endsSoon) return
    this.#endsSoon = true
    setImmediate(() => this.#end())
  }

  /** To be called after every other hook on answers. */
  holdAnswers(app: FastifyInstance): void {
    app.decorateRequest('cameIn', -1)
    app.addHook('onSend', (request, reply, payload, done) => {
      const send = () => done(null, payload)
      if (request.cameIn === this.#now) this.#waiting.push({ reply, send })
      else send()
    })
  }

  #end(): void {
    this.#now += 1
    this.#endsSoon = false
    for (const { reply, send } of this.#waiting.splice(0)) {
      try {
        send()
      } catch (error) {
        // Fastify catches what happens in the turn of the handler; here nobody else would.
        reply.send(error)
      }
    }
  }
}
