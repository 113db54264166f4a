import type pg from 'pg'
import { Session } from '../connection/session.ts'
import { asRegistryError } from '../connection/sql-error.ts'
import type { Database, Queryable, Transaction } from '../database.ts'

/** "leaf" in ASCII: one integrator of the log in one database, however many processes run. */
const LOCK = 0x6c656166

/**
 * A leader asks many times a second. One that says nothing for so long has stopped or cannot be
 * reached: PostgreSQL ends its session, and another may lead.
 */
const LONGEST_SILENCE = '10s'

/**
 * The right to grow the log, which exactly one session holds. Everything that it allows is done on
 * the same connection, so what is committed was committed while it held.
 */
export interface Leadership extends Queryable {
  /**
   * Commits what `work` does. Any failure ends the leadership with the connection, because then
   * nobody knows what the database holds: take it again and read.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Frees the lock and closes the connection. Never rejects. */
  end(): Promise<void>
}

/** Takes the leadership, or resolves with null where another session has it. */
export async function tryLead(db: Database): Promise<Leadership | null> {
  const client = await db.pool.connect().catch((error) => {
    throw asRegistryError(error)
  })
  try {
    const { rows } = await client.query<{ taken: boolean }>(
      'select pg_try_advisory_lock($1) as taken',
      [LOCK]
    )
    if (rows[0]?.taken) {
      await client.query(`set idle_session_timeout = '${LONGEST_SILENCE}'`)
      return new LeadingSession(client)
    }
  } catch (error) {
    client.release(true)
    throw asRegistryError(error)
  }
  client.release()
  return null
}

class LeadingSession extends Session implements Leadership {
  readonly #client: pg.PoolClient
  #ended = false

  constructor(client: pg.PoolClient) {
    super(client)
    this.#client = client
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      // What was accepted is signed, also where the server was told meanwhile to take nothing more.
      await this.#client.query('begin read write')
      const result = await work(this)
      await this.#client.query('commit')
      return result
    } catch (error) {
      await this.end()
      throw asRegistryError(error)
    }
  }

  async end(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    // Freed before the connection closes, which the server notices later; where the connection is
    // broken, the server frees it by itself.
    await this.#client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => {})
    this.#client.release(true)
  }
}
