import type pg from 'pg'
import type { Transaction, TransactionOptions } from '../database.ts'
import { gatherWrites } from './one-write.ts'
import { type Journal, Session } from './session.ts'
import { begin, CommitUnknown, causeOf, commitSent, connect, rolledBack } from './transaction.ts'

/** A connection that several transactions have in hand. */
interface Held {
  readonly client: pg.PoolClient
  users: number
  broken: boolean
}

/**
 * One connection on which transactions that wait for no answer follow each other: PostgreSQL does one
 * after the other without a word from this process in between, and none overtakes another. The
 * connection comes from the pool, and goes back when nothing is under way.
 */
export class Line {
  readonly #pool: pg.Pool
  readonly #journal: Journal
  #held: Held | null = null
  #turn: Promise<void> = Promise.resolve()

  constructor(pool: pg.Pool, journal: Journal) {
    this.#pool = pool
    this.#journal = journal
  }

  /** See Database.inLine. */
  async write<T>(
    prepare: () => ((tx: Transaction) => Promise<T>) | null,
    options: TransactionOptions
  ): Promise<T | null> {
    const turn = this.#turn
    const { promise, resolve: sent } = Promise.withResolvers<void>()
    this.#turn = promise
    await turn
    try {
      return await this.#write(prepare, sent, options)
    } finally {
      sent()
    }
  }

  async #write<T>(
    prepare: () => ((tx: Transaction) => Promise<T>) | null,
    sent: () => void,
    options: TransactionOptions
  ): Promise<T | null> {
    const held = await this.#hold()
    const { client } = held
    const session = new Session(client, this.#journal, options.writer)
    let open = false
    try {
      const work = prepare()
      if (!work) return null
      gatherWrites(client)
      session.begins(client.query(begin(options)))
      open = true
      const result = await work(session)
      open = false
      const committed = commitSent(client, session)
      // Whoever still asks would do so in the transaction of the next.
      session.refuse(new Error('The transaction has been committed.'))
      sent()
      await committed
      session.committed()
      return result
    } catch (error) {
      session.refuse(error)
      session.failed()
      // Behind COMMIT there is nothing to roll back, and others have sent theirs by then.
      held.broken ||= open ? !(await rolledBack(client)) : error instanceof CommitUnknown
      throw causeOf(error, session)
    } finally {
      this.#leave(held)
    }
  }

  async #hold(): Promise<Held> {
    if (!this.#held || this.#held.broken) {
      this.#held = { client: await connect(this.#pool), users: 0, broken: false }
    }
    this.#held.users += 1
    return this.#held
  }

  #leave(held: Held): void {
    held.users -= 1
    if (held.users > 0) return
    if (this.#held === held) this.#held = null
    // An error instead of an answer to COMMIT leaves the transaction open.
    held.client.release(held.broken || held.client.getTransactionStatus() !== 'I')
  }
}
