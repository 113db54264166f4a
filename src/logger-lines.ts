import type { DestinationStream } from 'pino'

/** Where lines go: a stream of pino can write at once what it has. */
interface Destination extends DestinationStream {
  flushSync?(): void
}

/** What may wait at most; whoever logs more in that time is written more than once. */
const MOST_CHARACTERS = 65_536
/** Nobody who reads a log notices; somebody who writes a line for each request does. */
const LONGEST_WAIT_MS = 20
const METADATA: unique symbol = Symbol.for('pino.metadata')
/** `warn` of pino: what somebody has to know is on its way before anything else is done. */
const URGENT_LEVEL = 40
/** `info` of pino. */
export const MADE_LEVEL = 30

/**
 * Writes the lines of some milliseconds together: to write one costs a process that answers thousands of
 * requests a second more than to make it, and wakes whoever collects the lines. Warnings and errors wait
 * for the end of the turn of the event loop, with what came before them. Nothing is lost where the
 * process ends by itself, by a signal that it hears or by an exception that nobody caught.
 */
export class LogLines implements DestinationStream {
  readonly #destination: Destination
  #waiting = ''
  #scheduled = false
  #urgent = false
  /** What pino tells of each line, since it is asked to. */
  readonly [METADATA] = true
  lastLevel = 0

  constructor(destination: Destination) {
    this.#destination = destination
    // Before what pino itself does then for the standard output.
    process.prependOnceListener('exit', () => this.flushSync())
  }

  write(line: string): void {
    this.#waiting += line
    if (this.#waiting.length > MOST_CHARACTERS) this.#writeWaiting()
    if (this.lastLevel >= URGENT_LEVEL) this.#writeThisTurn()
    else this.#writeSoon()
  }

  /** A line of level `info` that somebody else has made. */
  writeMade(line: string): void {
    this.lastLevel = MADE_LEVEL
    this.write(line)
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

  #writeSoon(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    // A process that has nothing else to do ends without it, and writes as it does.
    setTimeout(() => {
      this.#scheduled = false
      this.#writeWaiting()
    }, LONGEST_WAIT_MS).unref()
  }

  #writeThisTurn(): void {
    if (this.#urgent) return
    this.#urgent = true
    setImmediate(() => {
      this.#urgent = false
      this.#writeWaiting()
    })
  }

  #writeWaiting(): void {
    if (this.#waiting === '') return
    const lines = this.#waiting
    this.#waiting = ''
    this.#destination.write(lines)
  }
}
