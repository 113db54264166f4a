import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import { pathOf } from '../request-path.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Where requests are told of; Fastify has a log of its own, which says nothing. */
    requestLog: RequestLog
  }
}

/** A logger that takes the members of a line as JSON that is made already. */
export interface LineLogger extends FastifyBaseLogger {
  line(members: string): void
}

/**
 * What is told of requests. Each has one line when its answer is over: what was asked, by whom, what came
 * of it and how long it took. Addresses without their query, which may carry a one-time link; headers and
 * bodies never. So nothing in it is a secret, and it is written as it stands: to search it for secrets and
 * to make it by its members costs a remembered document an eighth of its time.
 *
 * Fastify would make a logger for each request and hear of the end of each by listeners of its own, and
 * hardly any request has more to say.
 */
export class RequestLog {
  readonly #logger: LineLogger | undefined

  constructor(logger: LineLogger | undefined) {
    this.#logger = logger
  }

  /** The answer is over; `whole` unless the client was gone before it had all of it. */
  over(request: FastifyRequest, reply: FastifyReply, milliseconds: number, whole = true): void {
    const { id, method, url, ip } = request
    const outcome = whole ? `"status":${reply.statusCode}` : '"aborted":true'
    const ms = Math.round(milliseconds * 10) / 10
    this.#logger?.line(
      `"reqId":"${id}","method":"${method}","path":${text(cut(pathOf(url)))},${outcome},"ms":${ms},"remoteAddress":${text(ip)},"msg":"request"`
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

/** Longer than any path that leads anywhere: who has no token would fill the disk of the log with 8 KiB a line. */
const MOST = 1_000

function cut(path: string): string {
  return path.length > MOST ? `${path.slice(0, MOST)}…` : path
}

/** What JSON takes as it is; most addresses are. */
const PLAIN = /^[\w./:~-]*$/

/** As JSON; null where a connection ended before anybody looked, whatever the types say. */
function text(value: string | undefined): string {
  if (value === undefined) return 'null'
  return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value)
}
