import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RegistryError } from '../../errors.ts'
import type { Deps } from '../../registry/deps.ts'
import { workload } from '../../registry/workload.ts'
import { Connections } from '../connection/connections.ts'
import type { HttpSettings } from '../settings.ts'
import { EventLoopWatch } from './event-loop.ts'

/** Why requests are turned away. */
export type Overload = 'requests' | 'bodies' | 'database' | 'events' | 'delay'

const WHY: Readonly<Record<Overload, string>> = {
  requests: 'Too many requests are under way',
  bodies: 'Too many large requests are under way',
  database: 'Too much waits for the database',
  events: 'Too many events wait to be written',
  delay: 'The process is behind its work'
}

/** Kept short: what waits is gone in a second or two, or the next attempt is turned away as well. */
const RETRY_AFTER_S = 2

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered also when there is too much to do: what supervisors ask. */
    essential?: true
  }

  interface FastifyRequest {
    /** Bytes that its body may take, while it is under way; null before and after. */
    underWay: number | null
  }
}

/**
 * What one process has taken on, and whether it may take on more. What is turned away is answered at
 * once with OVERLOADED and Retry-After, before anything of it was read; what was taken on is finished.
 */
export class Load {
  readonly #deps: Deps
  readonly #settings: HttpSettings
  readonly #watch = new EventLoopWatch()
  readonly connections: Connections
  readonly turnedAway: Record<Overload, number>
  #requests = 0
  #bodyBytes = 0

  constructor(app: FastifyInstance, deps: Deps, settings: HttpSettings) {
    this.#deps = deps
    this.#settings = settings
    this.connections = new Connections(app, settings.connectionLimit)
    this.turnedAway = { requests: 0, bodies: 0, database: 0, events: 0, delay: 0 }
    app.decorateRequest('underWay', null)
    app.addHook('onReady', async () => this.#watch.start())
    app.addHook('onClose', async () => this.#watch.stop())
    // Nothing is waited for any more once the answer is made: a slow reader only holds its own.
    app.addHook('onSend', (request, _reply, payload, done) => {
      this.end(request)
      done(null, payload)
    })
  }

  /** Takes a request on; what it is told where there is too much to do, or undefined. */
  begin(request: FastifyRequest): RegistryError | undefined {
    request.underWay = 0
    this.#requests += 1
    const essential = request.terms.essential === true
    return essential ? undefined : this.#refusal(this.overload())
  }

  /** The answer is made, or nobody waits for one any more. */
  end(request: FastifyRequest): void {
    if (request.underWay === null) return
    this.#requests -= 1
    this.#bodyBytes -= request.underWay
    request.underWay = null
  }

  /** After it is known who sends the body, so that nobody else can take the room for bodies. */
  limitBodies(app: FastifyInstance): void {
    app.addHook('preParsing', (request, _reply, payload, done) => {
      const bytes = bytesOf(request)
      const full = this.#bodyBytes > 0 && this.#bodyBytes + bytes > this.#settings.bodyMemoryBytes
      if (request.underWay !== null) {
        request.underWay = bytes
        this.#bodyBytes += bytes
      }
      done(this.#refusal(full ? 'bodies' : null) ?? null, payload)
    })
  }

  /** What there is too much of, or null. */
  overload(): Overload | null {
    const { requestLimit, poolWaitingLimit, eventLoopLimitMs } = this.#settings
    const { pool, books } = workload(this.#deps)
    if (this.#requests > requestLimit) return 'requests'
    if (pool.waiting > poolWaitingLimit) return 'database'
    if (books.full) return 'events'
    if (this.#watch.meanMs > eventLoopLimitMs) return 'delay'
    return null
  }

  state() {
    return {
      requests: this.#requests,
      bodyBytes: this.#bodyBytes,
      delayMs: this.#watch.meanMs
    }
  }

  #refusal(overload: Overload | null): RegistryError | undefined {
    if (overload === null) return undefined
    this.turnedAway[overload] += 1
    return overloaded(overload)
  }
}

/** The problem that tells of an overload. */
export function overloaded(overload: Overload): RegistryError {
  return new RegistryError('OVERLOADED', `${WHY[overload]}; try again in a moment.`, {
    retryAfterSeconds: RETRY_AFTER_S
  })
}

/** As many as are announced, or as many as there may be; what is written down as it comes is not held. */
function bytesOf(request: FastifyRequest): number {
  const { headers, terms } = request
  if (terms.upload) return 0
  const announced = headers['content-length']
  if (announced === undefined && headers['transfer-encoding'] === undefined) return 0
  const most = request.routeOptions.bodyLimit
  return Math.min(Number(announced ?? most) || 0, most)
}
