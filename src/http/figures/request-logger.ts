import type { FastifyBaseLogger } from 'fastify'

type ChildTerms = Parameters<FastifyBaseLogger['child']>

/**
 * The logger of one request, made when the request has something to say: hardly any has, and to make
 * one costs as much as all the hooks of a request together.
 */
export class RequestLogger implements FastifyBaseLogger {
  readonly #parent: FastifyBaseLogger
  readonly #terms: ChildTerms
  #made: FastifyBaseLogger | undefined

  constructor(parent: FastifyBaseLogger, ...terms: ChildTerms) {
    this.#parent = parent
    this.#terms = terms
  }

  get level(): string {
    return this.#own().level
  }

  set level(level: string) {
    this.#own().level = level
  }

  fatal(...said: unknown[]): void {
    this.#say('fatal', said)
  }

  error(...said: unknown[]): void {
    this.#say('error', said)
  }

  warn(...said: unknown[]): void {
    this.#say('warn', said)
  }

  info(...said: unknown[]): void {
    this.#say('info', said)
  }

  debug(...said: unknown[]): void {
    this.#say('debug', said)
  }

  trace(...said: unknown[]): void {
    this.#say('trace', said)
  }

  silent(): void {}

  child(...terms: ChildTerms): FastifyBaseLogger {
    return this.#own().child(...terms)
  }

  #say(level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace', said: unknown[]): void {
    const logger = this.#own()
    Reflect.apply(logger[level], logger, said)
  }

  #own(): FastifyBaseLogger {
    this.#made ??= this.#parent.child(...withinLevel(this.#parent, this.#terms))
    return this.#made
  }
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** A route may say less than the service is told to, never more. */
function withinLevel(parent: FastifyBaseLogger, [bindings, options]: ChildTerms): ChildTerms {
  const { level, ...others } = options ?? {}
  if (level === undefined || LEVELS.indexOf(level) >= LEVELS.indexOf(parent.level)) {
    return [bindings, options]
  }
  return [bindings, others]
}
