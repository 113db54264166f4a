import type { Books } from '../../domain/custody/books.ts'
import { numberKey } from '../../domain/custody/books.ts'
import type { LoadedBooks } from '../../storage/books/custody-load.ts'
import type { ExpectedHead } from '../../storage/connection/expected-head.ts'
import type { KnownHistory } from '../../storage/connection/known-history.ts'
import type { Database } from '../../storage/database.ts'
import { BookShelves } from './book-shelves.ts'
import { lackingOn, type NamedBooks } from './lacking.ts'
import { recalledFrom } from './recalled.ts'
import type { TouchedByUnits } from './touched-by.ts'
import { accountsOpenedBy, changedBy, shipmentsOf, type WrittenGroup } from './written-group.ts'

const READ = -1
/** Then it is locked behind the claim, which does no harm where it could have been before. */
const UNKNOWN = Number.POSITIVE_INFINITY

/** What stood when a question was put to the database without locks; see `beforeReading`. */
export interface Reading {
  readonly generation: number
  readonly turns: readonly number[]
}

/**
 * The part of the books that this process has read or written lately, as it stands behind the last
 * entry that it has placed in the journal. Whatever changes the books appends an entry, so what is
 * remembered holds as long as nobody else does (`ExpectedHead.generation`); and whether nobody has, the
 * database says when the next entries claim the places behind that last one. So only what leads to
 * entries may be judged by it, never a refusal.
 */
export class RememberedBooks {
  readonly #head: ExpectedHead
  readonly #history: KnownHistory
  /** Groups that were judged by it. */
  groups = 0
  #generation = -1
  /** Everything that was placed from here on went one behind the other, in the line. */
  #lineFrom = Number.POSITIVE_INFINITY
  /** Groups that read the books and are judged by what they read: what they change is not here yet. */
  #judging = 0
  #judged: (() => void)[] = []
  readonly #shelves: BookShelves

  /** `most`: batches that are remembered, see `BookShelves`. */
  constructor({ expected, history }: Pick<Database, 'expected' | 'history'>, most?: number) {
    this.#head = expected
    this.#history = history
    this.#shelves = new BookShelves(() => expected.next, most)
  }

  /** Compare it before and after reading: what was read holds if it is the same. */
  get generation(): number {
    return this.#head.generation
  }

  /** True where what is remembered holds, as far as this process can tell. */
  get holds(): boolean {
    return this.#head.known && this.#generation === this.#head.generation
  }

  /**
   * The books as far as the units touch them; null where part of that is not remembered. What the units
   * declare counts as new: the database refuses it where it is not.
   */
  recall(touched: TouchedByUnits): LoadedBooks | null {
    if (!this.holds || !isPlain(touched)) return null
    return recalledFrom(this.#shelves, touched)
  }

  /** What `recall` would need for the units and does not have; null where that is nothing, or in vain. */
  lacks(touched: TouchedByUnits): NamedBooks | null {
    return this.holds && isPlain(touched) ? lackingOn(this.#shelves, touched) : null
  }

  /**
   * Those whose own events may not be committed yet when the next group in the line comes to lock them,
   * so that it could not see them.
   */
  unseen(batches: Iterable<string>): readonly string[] {
    return [...batches].filter((id) => {
      const madeAt = this.#shelves.batches.get(id)?.madeAt ?? UNKNOWN
      const inLine = madeAt >= this.#lineFrom && madeAt !== UNKNOWN
      return !inLine && !this.#history.holds(madeAt)
    })
  }

  /**
   * To be asked before the books are read without locks. Null where the database may not show yet what
   * groups of this process have done to what is not remembered any more.
   */
  beforeReading(): Reading | null {
    const { changing } = this.#shelves
    const durable = changing.every(({ goneBefore }) => this.#history.holds(goneBefore - 1))
    if (!this.holds || !durable) return null
    return { generation: this.#generation, turns: changing.map(({ turns }) => turns) }
  }

  /**
   * Remembers parts of the books that were read without locks, but for those that are here. To the
   * others no group of this process has done anything since that is not in them: it would have put them
   * here, and what is put here stays for one turn of the shelf at least. Whether somebody else has comes out when
   * the next places are claimed.
   */
  learn(
    named: NamedBooks & { readonly meant: readonly string[] },
    books: Books,
    reading: Reading
  ): void {
    const { changing, batches, numbers, shipments } = this.#shelves
    const turned = Math.max(...changing.map(({ turns }, n) => turns - (reading.turns[n] ?? 0)))
    const holds = this.holds && this.#generation === reading.generation
    if (!holds || turned > 1 || this.#judging > 0) return
    // What others lead to may have been here when the question was put, in the older half.
    const meant = turned === 0 ? [...named.batches, ...named.meant] : named.batches
    // All of it before any is put: putting makes room as well.
    const absent = meant.filter((id) => !batches.has(id))
    const sent = named.shipments.filter((id) => !shipments.has(id))
    const given = named.numbers
      .map(({ organization, number }) => numberKey(organization, number))
      .filter((key) => !numbers.has(key))
    for (const id of absent) this.#shelves.putBatch(id, books, { madeAt: READ })
    for (const key of given) numbers.put(key, books.numbers.get(key))
    for (const id of sent) shipments.put(id, books.shipments.get(id))
    this.#shelves.putParties(named, books)
  }

  /** A group reads the books and will be judged by what it reads. Returns what to call when it has been kept. */
  judging(): () => void {
    this.#judging += 1
    let over = false
    return () => {
      if (over) return
      over = true
      this.#judging -= 1
      if (this.#judging > 0) return
      for (const resolve of this.#judged.splice(0)) resolve()
    }
  }

  /** Resolves when there is no such group: then what was read can be learned. */
  judged(): Promise<void> {
    if (this.#judging === 0) return Promise.resolve()
    return new Promise((resolve) => this.#judged.push(resolve))
  }

  /**
   * Remembers what a group found and what it made of it, as of `generation`, which was read before the
   * group was. To be called as soon as the group has its places, before another is judged.
   */
  keep(group: WrittenGroup, generation: number): void {
    const { touched, loaded, read, accepted, packed, inLine } = group
    if (accepted.length === 0) return
    if (generation !== this.#head.generation) {
      // It has changed what is remembered, and that cannot be told: nothing is held to be true any more.
      this.#generation = -1
      return
    }
    if (this.#generation !== generation) this.#shelves.clear()
    this.#generation = generation
    if (!inLine) this.#lineFrom = this.#head.next
    const { books } = loaded
    const { batches, shipments, events } = this.#shelves
    this.#shelves.putParties(touched, books)
    for (const { event } of accepted) events.set(event.id, true)
    for (const id of shipmentsOf(touched, accepted)) {
      const shipment = books.shipments.get(id)
      if (shipment) shipments.set(id, shipment)
    }
    const opened = accountsOpenedBy(accepted, loaded)
    const made = new Map(
      accepted.flatMap(({ effect, position }) =>
        effect.newBatches.map(({ state }) => [state.id, position] as const)
      )
    )
    for (const id of new Set([...read, ...changedBy(accepted)])) {
      const known = made.get(id) ?? batches.get(id)?.madeAt
      const madeAt = known ?? (read.has(id) ? READ : UNKNOWN)
      this.#shelves.putBatch(id, books, { opened: opened.get(id) ?? [], madeAt, packed })
    }
  }
}

/** Campaigns, corrections and declarations are always read. */
function isPlain({ campaigns, corrections, epds }: TouchedByUnits): boolean {
  return campaigns.length + corrections.length + epds.length === 0
}
