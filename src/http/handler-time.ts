import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RegistryError } from '../errors.ts'
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
  app.addHook('onRequest', (request, reply, done) => {
    const { upload } = request.terms
    let timer = setTimeout(
      () => {
        if (reply.sent || reply.raw.headersSent) {
          timer = setTimeout(() => endReading(reply), times.answerTimeoutMs)
          return
        }
        void reply.send(request.raw.complete === false ? notArrived() : outOfTime())
      },
      upload ? times.uploadTimeoutMs : times.handlerTimeoutMs
    )
    // Node has one limit for every body, and that is the one for uploads.
    const arrival = upload ? undefined : limitArrival(request, reply, times.requestTimeoutMs)
    reply.raw.once('close', () => {
      clearTimeout(timer)
      clearTimeout(arrival)
    })
    done()
  })
}

function limitArrival(
  request: FastifyRequest,
  reply: FastifyReply,
  ms: number
): NodeJS.Timeout | undefined {
  const { headers, raw } = request
  const length = headers['transfer-encoding'] === undefined ? headers['content-length'] : '1'
  if (Number(length ?? 0) === 0) return undefined
  return setTimeout(() => {
    if (raw.complete !== false || reply.sent || reply.raw.headersSent) return
    void reply.header('connection', 'close').send(notArrived())
  }, ms)
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
