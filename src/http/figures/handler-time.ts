import type { FastifyReply, FastifyRequest } from 'fastify'
import { RegistryError } from '../../errors.ts'
import { Deadlines } from '../connection/deadlines.ts'
import type { HttpSettings } from '../settings.ts'

type Times = Pick<
  HttpSettings,
  'requestTimeoutMs' | 'uploadTimeoutMs' | 'handlerTimeoutMs' | 'answerTimeoutMs'
>

/**
 * Answers with TIMEOUT what has no answer after so long; what the handler makes of it later is not
 * sent. Whoever then still reads an answer gets a second, longer time, so that a slow reader does not
 * hold its answer in our memory for ever. Fastify has such a limit of its own, which costs every
 * request an AbortController and the exception that ends it: more than the rest of its routing.
 */
export class HandlerTimes {
  readonly #handling: Deadlines
  readonly #uploading: Deadlines
  /** Node has one limit for every body, and that is the one for uploads. */
  readonly #arriving: Deadlines
  readonly #reading: Deadlines

  constructor(times: Times) {
    this.#reading = new Deadlines(times.answerTimeoutMs, endReading)
    const onLate = (reply: FastifyReply): void => {
      if (isAnswered(reply)) this.#reading.begin(reply)
      else void reply.send(hasArrived(reply) ? outOfTime() : notArrived())
    }
    this.#handling = new Deadlines(times.handlerTimeoutMs, onLate)
    this.#uploading = new Deadlines(times.uploadTimeoutMs, onLate)
    this.#arriving = new Deadlines(times.requestTimeoutMs, (reply) => {
      if (hasArrived(reply) || isAnswered(reply)) return
      void reply.header('connection', 'close').send(notArrived())
    })
  }

  begin(request: FastifyRequest, reply: FastifyReply): void {
    if (request.terms.upload) {
      this.#uploading.begin(reply)
      return
    }
    this.#handling.begin(reply)
    if (hasBody(request)) this.#arriving.begin(reply)
  }

  /** The answer is over, however it ended. */
  end(reply: FastifyReply): void {
    this.#handling.end(reply)
    this.#uploading.end(reply)
    this.#arriving.end(reply)
    this.#reading.end(reply)
  }
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
}

function hasArrived({ request }: FastifyReply): boolean {
  return request.raw.complete !== false
}

function isAnswered({ sent, raw }: FastifyReply): boolean {
  return sent || raw.headersSent
}

function outOfTime(): RegistryError {
  return new RegistryError('TIMEOUT', 'The service ran out of time; try again.')
}

function notArrived(): RegistryError {
  return new RegistryError('REQUEST_TIMEOUT', 'The request took too long to arrive.')
}

function endReading({ raw, request }: FastifyReply): void {
  request.server.requestLog.of(request)?.warn('the answer was not read in time')
  raw.destroy()
}
