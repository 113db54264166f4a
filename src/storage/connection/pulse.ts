import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Clock, clockAhead } from './server-clock.ts'
import { unsafeSettings } from './unsafe-settings.ts'

/** How often a sign of life is asked for. */
const BEAT_MS = 500
const RETRY_MS = 250
/** What is set for a role or a database only sessions learn that begin afterwards: so another one is begun this often. */
const SESSION_MS = 30_000
/** After a long turn of the event loop timers fire before answers are read that arrived in time. */
const READING_MS = 50
/** Errors of a server that starts, stops or has crashed. Any other error is an answer as well. */
const NOT_SERVING = /^57P/

export interface PulseSettings {
  /** After this long without a sign of life the database counts as away. */
  readonly silenceMs: number
  readonly connection: pg.ClientConfig
  /** Told when the database goes away and when it is back. */
  readonly onChange?: (away: boolean) => void
  readonly now: Clock
  /** Told by how much the clock of this process is wrong, when that begins, and 0 when it ends. */
  readonly onClock?: (aheadMs: number) => void
  /** Told what is set that could lose what is accepted (see `unsafeSettings`) when that changes; nothing when all is well again. */
  readonly onUnsafe?: (unsafe: readonly string[]) => void
}

/**
 * Knows whether the database answers. A network that swallows packets keeps a connection open for
 * minutes, and limits of statements are kept by the server that nobody reaches: so one connection
 * asks for a sign of life all the time, and where there is none, every connection of the pool is cut
 * and new ones are refused until there is one again. What was under way fails at once that way, a
 * COMMIT with an unknown outcome.
 */
export class Pulse {
  readonly #settings: PulseSettings
  readonly #clients = new Set<pg.Client>()
  readonly #closing = new AbortController()
  readonly #running: Promise<void>
  #away = false
  #clockAheadMs = 0
  #unsafe: readonly string[] = []
  #answeredAt = performance.now()

  constructor(settings: PulseSettings) {
    this.#settings = settings
    this.#running = this.#run()
  }

  get away(): boolean {
    return this.#away
  }

  /** See `clockAhead`. */
  get clockAheadMs(): number {
    return this.#clockAheadMs
  }

  /** See `unsafeSettings`. */
  get unsafe(): readonly string[] {
    return this.#unsafe
  }

  /** The class of the connections that live and die with this pulse, for a pool. */
  clientClass(): typeof pg.Client {
    const pulse = this
    return class extends pg.Client {
      constructor(config?: string | pg.ClientConfig) {
        super(config)
        pulse.#clients.add(this)
        this.once('end', () => pulse.#clients.delete(this))
      }

      override connect(): Promise<pg.Client>
      override connect(callback: (error: Error) => void): void
      override connect(callback?: (error: Error) => void) {
        if (!pulse.#away) return callback ? super.connect(callback) : super.connect()
        pulse.#clients.delete(this)
        if (!callback) return Promise.reject(noAnswer())
        process.nextTick(callback, noAnswer())
      }
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      const client = new pg.Client(this.#settings.connection)
      client.on('error', () => {})
      try {
        await this.#expect(client.connect())
        this.#begun(await this.#expect(unsafeSettings(client)))
        const until = performance.now() + SESSION_MS
        while (!signal.aborted && performance.now() < until) {
          await sleep(BEAT_MS, undefined, { signal, ref: false }).catch(() => {})
          this.#compared(await this.#expect(clockAhead(client, this.#settings.now)))
          this.#judged(await this.#expect(unsafeSettings(client)))
        }
      } catch (error) {
        if (isAnswer(error)) this.#answered()
        else if (performance.now() - this.#answeredAt > this.#settings.silenceMs) this.#silent()
      }
      client.connection.stream.destroy()
      await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  /** Resolves when the answer comes in time. */
  async #expect<T>(answer: Promise<T>): Promise<T> {
    const waiting = new AbortController()
    const silence = async () => {
      const options = {
        signal: AbortSignal.any([waiting.signal, this.#closing.signal]),
        ref: false
      }
      await sleep(this.#settings.silenceMs, undefined, options)
      await sleep(READING_MS, undefined, options)
      throw noAnswer()
    }
    try {
      const given = await Promise.race([answer, silence()])
      this.#answered()
      return given
    } finally {
      waiting.abort()
      answer.catch(() => {})
    }
  }

  #compared(aheadMs: number): void {
    const before = this.#clockAheadMs
    this.#clockAheadMs = aheadMs
    if ((before === 0) !== (aheadMs === 0)) this.#settings.onClock?.(aheadMs)
  }

  /** Where a new session is well and the one before was not, there may be others that began when that one did. */
  #begun(unsafe: readonly string[]): void {
    const wasUnsafe = this.#unsafe.length > 0
    this.#judged(unsafe)
    if (wasUnsafe && unsafe.length === 0) this.#cut()
  }

  #judged(unsafe: readonly string[]): void {
    if (unsafe.join() === this.#unsafe.join()) return
    this.#unsafe = unsafe
    this.#settings.onUnsafe?.(unsafe)
  }

  #answered(): void {
    this.#answeredAt = performance.now()
    if (!this.#away) return
    this.#away = false
    this.#settings.onChange?.(false)
  }

  #silent(): void {
    if (!this.#away) this.#settings.onChange?.(true)
    this.#away = true
    this.#cut()
  }

  #cut(): void {
    for (const client of this.#clients) client.connection.stream.destroy(noAnswer())
  }
}

function noAnswer(): Error {
  return new Error('The database does not answer')
}

function isAnswer(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !NOT_SERVING.test(error.code ?? '')
}
