import { randomBytes } from 'node:crypto'

/** So many groups in a row met nobody else: then the next is expected to meet nobody either. */
const ALONE = 8

/** Whoever remembers what it wrote, so that it need not be told of its own entries; see TransactionOptions. */
export type Writer = object

/** Where entries of the journal stand: from `first` on, all with the time `at`. */
export interface Places {
  readonly first: number
  /** RFC 3339, UTC. */
  readonly at: string
}

/** Places as the head of the journal tells them from the same ones of somebody else. */
export interface MarkedPlaces extends Places {
  /** Drawn for them: what the head says behind them. */
  readonly mark: bigint
}

/** Places that are taken without asking. */
export interface ClaimedPlaces extends MarkedPlaces {
  /** What the head has to say before: the mark of the entries that these follow. */
  readonly follows: bigint
}

/** Draws what no two takers of places share. */
export function drawMark(): bigint {
  return randomBytes(8).readBigInt64BE()
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
  #mark = 0n
  #alone = 0
  #writer: Writer | null = null
  #generation = 0

  /**
   * Changes as soon as entries may stand in the journal that the last writer has not placed itself: what
   * it remembers of the database holds for as long as this stays the same.
   */
  get generation(): number {
    return this.#generation
  }

  /** The place behind the last one that this process has placed; infinity where nobody knows. */
  get next(): number {
    return this.#next ?? Number.POSITIVE_INFINITY
  }

  /** True where places can be taken without asking. */
  get known(): boolean {
    return this.#next !== null && this.#alone >= ALONE
  }

  /** The database gave these places. */
  given({ first, at, mark }: MarkedPlaces, count: number, writer: Writer | null): void {
    const follows = first === this.#next
    this.#alone = follows ? this.#alone + 1 : 0
    this.#next = first + count
    this.#at = at
    this.#mark = mark
    if (follows) this.#placedBy(writer)
    else this.#forget(writer)
  }

  /** The next places, which are counted as taken; null where they have to be asked for. */
  take(count: number, now: Date, writer: Writer | null): ClaimedPlaces | null {
    if (this.#next === null || !this.known) return null
    const first = this.#next
    const time = now.toISOString()
    if (time > this.#at) this.#at = time
    const follows = this.#mark
    this.#next += count
    this.#mark = drawMark()
    this.#placedBy(writer)
    return { first, at: this.#at, mark: this.#mark, follows }
  }

  /** Something that took places was rolled back, so what follows stands elsewhere. */
  lost(): void {
    this.#next = null
    this.#alone = 0
    this.#forget(null)
  }

  /** What stands in these places can be seen from now on. */
  committed(writer: Writer | null): void {
    if (writer === null) this.#forget(null)
  }

  #placedBy(writer: Writer | null): void {
    if (writer === null || writer !== this.#writer) this.#forget(writer)
  }

  #forget(writer: Writer | null): void {
    this.#writer = writer
    this.#generation += 1
  }
}
