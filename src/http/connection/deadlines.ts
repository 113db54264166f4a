import type { FastifyReply } from 'fastify'

/**
 * Answers that all have the same time, so that the first to begin is the first to be late: one timer
 * watches over the first, where one for each would cost more than all that it guards.
 */
export class Deadlines {
  readonly #milliseconds: number
  readonly #onLate: (reply: FastifyReply) => void
  /** When each is late, by the clock of the process; in the order in which they began. */
  readonly #lateAt = new Map<FastifyReply, number>()
  #watching = false

  constructor(milliseconds: number, onLate: (reply: FastifyReply) => void) {
    this.#milliseconds = milliseconds
    this.#onLate = onLate
  }

  begin(reply: FastifyReply): void {
    this.#lateAt.set(reply, performance.now() + this.#milliseconds)
    if (!this.#watching) this.#watch(this.#milliseconds)
  }

  end(reply: FastifyReply): void {
    this.#lateAt.delete(reply)
  }

  /** Whoever is answered keeps the process alive, not the timer, which outlives those that are in time. */
  #watch(milliseconds: number): void {
    this.#watching = true
    setTimeout(() => this.#look(), milliseconds).unref()
  }

  #look(): void {
    this.#watching = false
    // A timer may be early by the part of a millisecond that it does not count.
    const now = performance.now() + 1
    for (const [reply, at] of this.#lateAt) {
      if (at > now) {
        this.#watch(at - now + 1)
        return
      }
      this.#lateAt.delete(reply)
      this.#onLate(reply)
    }
  }
}
