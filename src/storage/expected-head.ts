/** So many groups in a row met nobody else: then the next is expected to meet nobody either. */
const ALONE = 8

/** Where entries of the journal stand: from `first` on, all with the time `at`. */
export interface Places {
  readonly first: number
  /** RFC 3339, UTC. */
  readonly at: string
}

/**
 * Where the journal will go on, as far as this process can tell: behind what it has placed itself.
 * As long as it writes alone it need not ask for positions and wait for the answer, which comes when
 * the group before is committed; it says which ones it takes, together with what it writes there, and
 * the statement fails where somebody else was first (`claim` in journal.ts). Where others write as
 * well it asks.
 */
export class ExpectedHead {
  #next: number | null = null
  #at = ''
  #alone = 0

  /** The database gave these places. */
  given({ first, at }: Places, count: number): void {
    this.#alone = first === this.#next ? this.#alone + 1 : 0
    this.#next = first + count
    this.#at = at
  }

  /** The next places, which are counted as taken; null where they have to be asked for. */
  take(count: number, now: Date): Places | null {
    if (this.#next === null || this.#alone < ALONE) return null
    const first = this.#next
    const time = now.toISOString()
    if (time > this.#at) this.#at = time
    this.#next += count
    return { first, at: this.#at }
  }

  /** Something that took places was rolled back, so what follows stands elsewhere. */
  lost(): void {
    this.#next = null
    this.#alone = 0
  }
}
