import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RegistryError } from '../errors.ts'
import { Deadlines } from './deadlines.ts'
import type { HttpSettings } from './settings.ts'

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
export function limitHandlers(app: FastifyInstance, times: Times): void {
  const reading = new Deadlines(times.answerTimeoutMs, endReading)
  const onLate = (reply: FastifyReply): void => {
    if (isAnswered(reply)) reading.begin(reply)
    else void reply.send(hasArrived(reply) ? outOfTime() : notArrived())
  }
  const handling = new Deadlines(times.handlerTimeoutMs, onLate)
  const uploading = new Deadlines(times.uploadTimeoutMs, onLate)
  // Node has one limit for every body, and that is the one for uploads.
  const arriving = new Deadlines(times.requestTimeoutMs, (reply) => {
    if (hasArrived(reply) || isAnswered(reply)) return
    void reply.header('connection', 'close').send(notArrived())
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (request.terms.upload) uploading.begin(reply)
    else {
      handling.begin(reply)
      if (hasBody(request)) arriving.begin(reply)
    }
    reply.raw.on('close', () => {
      for (const each of [handling, uploading, arriving, reading]) each.end(reply)
    })
    done()
  })
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

function endReading({ raw, log }: FastifyReply): void {
  log.warn('the answer was not read in time')
  raw.destroy()
}
