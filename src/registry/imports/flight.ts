import type { Place } from '../../storage/imports/import-work.ts'
import { MOST_EFFORT, ONE_TURN } from '../bookkeeper/effort.ts'
import { EventGroup } from './event-group.ts'
import type { ImportWork } from './import-work.ts'
import { writeEventGroup } from './write-event-group.ts'

/** One is being written, one waits for its turn to be, and one is judged meanwhile. */
const MOST = 3

/**
 * The groups of an import that are on their way, one behind the other. Where the process remembers the books,
 * the next leaves when the one before has been judged and sent; otherwise when it is durable. None gets ahead:
 * each moves the import on from where the one before has to leave it.
 */
export class Flight {
  readonly #work: ImportWork
  /** In their order, the oldest first. */
  readonly #away: Promise<void>[] = []
  /** Settles when what the last one makes is remembered, or durable. */
  #followable: Promise<void> = Promise.resolve()
  /** The last one was to be judged by memory, and was judged by what had to be read after all. */
  #readInstead = false
  #failure: { readonly error: unknown } | null = null

  constructor(work: ImportWork) {
    this.#work = work
  }

  /**
   * How much work the next group is at most, once that is known. Behind one with something wrong in it more is
   * read at once: such come in rows, and to be judged twice costs more than to be read.
   */
  async mostEffort(): Promise<number> {
    const { bookkeeper } = this.#work.deps
    // Where all is read anyway, more is read of the import while the one before is written.
    if (bookkeeper.mostEffort() > ONE_TURN) return bookkeeper.mostEffort()
    await this.#followable
    return this.#readInstead ? MOST_EFFORT : bookkeeper.mostEffort()
  }

  /** Sends a group off behind the others, and answers with the next one. */
  async send(group: EventGroup): Promise<EventGroup> {
    if (group.isEmpty) return group
    await this.#followable
    const most = await this.mostEffort()
    while (this.#away.length >= MOST) await this.#oldest()
    const { promise: sent, resolve: onSent } = Promise.withResolvers<'sent'>()
    const follows = Promise.allSettled(this.#away)
    const written = writeEventGroup(this.#work, group, { follows, onSent: () => onSent('sent') })
    this.#away.push(written)
    this.#followable = Promise.race([sent, written.catch(() => {})]).then((end) => {
      this.#readInstead = end !== 'sent' && most === ONE_TURN
    })
    return new EventGroup(group.to)
  }

  /** Sends a group off and waits until it is durable; answers where the work stands then. */
  async clear(group: EventGroup): Promise<Place> {
    const { from } = await this.send(group)
    await this.landed()
    return from
  }

  /** Resolves when nothing is on its way; rejects where something failed, with what failed first. */
  async landed(): Promise<void> {
    while (this.#away.length > 0) await this.#oldest().catch(() => {})
    if (this.#failure) throw this.#failure.error
  }

  async #oldest(): Promise<void> {
    try {
      await this.#away.shift()
    } catch (error) {
      // Those behind it fail because it did.
      this.#failure ??= { error }
      throw error
    }
  }
}
