import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import { pathOf } from '../request-path.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Where requests are told of; Fastify has a log of its own, which says nothing. */
    requestLog: RequestLog
  }
}

/**
 * What is told of requests. Each has one line when its answer is over: what was asked, by whom, what came
 * of it and how long it took. Addresses without their query, which may carry a one-time link; headers and
 * bodies never. So nothing in it is a secret, and the search for secrets, which costs more than the line,
 * is left out.
 *
 * Fastify would make a logger for each request and hear of the end of each by listeners of its own: that
 * costs more than the line as well, and hardly any request has more to say.
 */
export class RequestLog {
  readonly #logger: FastifyBaseLogger | undefined
  readonly #lines: FastifyBaseLogger | undefined

  constructor(logger: FastifyBaseLogger | undefined) {
    this.#logger = logger
    this.#lines = logger?.child({}, { redact: [] })
  }

  /** The answer is over; `whole` unless the client was gone before it had all of it. */
  over(request: FastifyRequest, reply: FastifyReply, milliseconds: number, whole = true): void {
    this.#lines?.info(
      {
        reqId: request.id,
        method: request.method,
        path: pathOf(request.url),
        ...(whole ? { status: reply.statusCode } : { aborted: true }),
        ms: Math.round(milliseconds * 10) / 10,
        remoteAddress: request.ip
      },
      'request'
    )
  }

  /** For whatever else there is to say of a request. */
  of({ id }: FastifyRequest): FastifyBaseLogger | undefined {
    return this.#logger?.child({ reqId: id })
  }

  /** For what no request stands behind. */
  warn(error: unknown, message: string): void {
    this.#logger?.warn({ err: error }, message)
  }
}
