import type { DestinationStream } from 'pino'

/** Where lines go: a stream of pino can write at once what it has. */
interface Destination extends DestinationStream {
  flushSync?(): void
}

/** What may wait at most; a turn of the event loop that logs more writes more than once. */
const MOST_CHARACTERS = 65_536

/**
 * Writes the lines of one turn of the event loop together: a process that answers many requests in a
 * turn would else spend more on writing than on what it writes. Nothing waits for longer, and nothing
 * is lost where the process ends by itself, by a signal that it hears or by an exception that nobody caught.
 */
export class LogLines implements DestinationStream {
  readonly #destination: Destination
  #waiting = ''
  #scheduled = false

  constructor(destination: Destination) {
    this.#destination = destination
    // Before what pino itself does then for the standard output.
    process.prependOnceListener('exit', () => this.flushSync())
  }

  write(line: string): void {
    this.#waiting += line
    if (this.#waiting.length > MOST_CHARACTERS) this.#writeWaiting()
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#writeWaiting()
    })
  }

  /** What `flush` of a logger asks for. */
  flush(done?: () => void): void {
    this.flushSync()
    done?.()
  }

  /** pino calls this after a fatal line. */
  flushSync(): void {
    this.#writeWaiting()
    this.#destination.flushSync?.()
  }

  #writeWaiting(): void {
    if (this.#waiting === '') return
    const lines = this.#waiting
    this.#waiting = ''
    this.#destination.write(lines)
  }
}
