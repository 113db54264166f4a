import type pg from 'pg'
import {
  type ClaimedPlaces,
  ExpectedHead,
  type MarkedPlaces,
  type Writer
} from './connection/expected-head.ts'
import { KnownHistory } from './connection/known-history.ts'
import { Line } from './connection/line.ts'
import { openPool, type PoolSettings } from './connection/pool.ts'
import type { Pulse } from './connection/pulse.ts'
import { refuseUnsafeServer } from './connection/server-settings.ts'
import { Session } from './connection/session.ts'
import { inTransaction } from './connection/transaction.ts'

/** One statement. A `name` makes it a prepared statement, parsed once a connection. */
export interface Statement {
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
  /**
   * What a `copy … from stdin` reads, in a transaction. Servers may be set to write every statement with its values
   * into their log (`log_statement`), and never what is copied.
   */
  readonly copied?: string
}

/**
 * What storage functions take as their first argument: the database or a transaction. Times arrive
 * as RFC 3339 in UTC, dates as `YYYY-MM-DD`, int8 and numeric as text.
 */
export interface Queryable {
  /**
   * Runs one statement and returns its rows. Throws RegistryError UNAVAILABLE or TIMEOUT where the
   * database fails, and the error of `pg` where it refuses the statement (see sql-error.ts).
   */
  query<Row>(statement: Statement): Promise<Row[]>
}

declare const open: unique symbol

/**
 * A transaction that is under way. Statements run in the order of the calls. Those that do not need
 * each other's answers may be called without awaiting each (`Promise.all`): then they share one round
 * trip. After a failure PostgreSQL refuses what follows, and the transaction is rolled back.
 */
export interface Transaction extends Queryable {
  readonly [open]?: true
  /**
   * Runs a last statement, whose answer nobody needs, together with COMMIT. Where it fails nothing is
   * committed, and the transaction rejects with its error. `done` is told when it has run.
   */
  send(statement: Statement, done?: () => void): void
  /** Lets the database begin with what has been sent, while the caller goes on in the same turn of the event loop. */
  flush(): void
  /** Says where entries are appended. Throws UNAVAILABLE where others have been there before. */
  appendsAt(places: MarkedPlaces, count: number): void
  /** Where so many entries follow those that this transaction has appended; null where it has none. */
  goesOnAt(count: number): ClaimedPlaces | null
  /** Where so many entries will be appended unless somebody else is first; null where nobody knows. */
  expectsAt(count: number, now: Date): ClaimedPlaces | null
}

export interface TransactionOptions {
  /** Default `read committed`, which `appendEntries` needs. */
  readonly isolation?: 'read committed' | 'repeatable read'
  readonly readOnly?: boolean
  /**
   * True where `work` awaits an answer before its first write: then its first statements travel with
   * BEGIN instead of waiting for it.
   */
  readonly readsFirst?: boolean
  /** True where every statement finds its rows by key: then each is planned once a connection. */
  readonly byKey?: boolean
  /**
   * Who remembers what this transaction writes, and need not be told. Whatever else appends to the
   * journal, or another writer, changes `expected.generation`.
   */
  readonly writer?: Writer
}

export interface Database extends Queryable {
  readonly pool: pg.Pool
  /** What this process knows to be durable in the journal. */
  readonly history: KnownHistory
  readonly expected: ExpectedHead
  /** By how much the clock of this process is wrong; see `clockAhead`. 0 where nobody looks. */
  readonly clockAheadMs: number
  /** What is set on the server that could lose what is accepted; see `unsafeSettings`. Empty where nobody looks. */
  readonly unsafe: readonly string[]
  /**
   * Runs `work` in one transaction on one connection: commits when it resolves, rolls back and
   * rejects with the same error when it rejects. A result means durable. Where the connection ends
   * during COMMIT nobody knows the outcome: that is a CommitUnknown (transaction.ts).
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * Runs `work` in a transaction that is sent as one message, from BEGIN to COMMIT, behind the one before
   * it: so work asks nothing, or nothing whose answer it awaits before others are to have a turn. `prepare`
   * is called when it is this one's turn, and returns null where it had better not be written this way;
   * then null comes back. Otherwise as `transaction`.
   */
  inLine<T>(
    prepare: () => ((tx: Transaction) => Promise<T>) | null,
    options?: TransactionOptions
  ): Promise<T | null>
  /** Waits for what is under way and closes every connection. */
  close(): Promise<void>
}

/**
 * Connects, and refuses a server that could lose or garble what it acknowledged (ServerRefused).
 * Rejects where no connection can be made within `connectTimeoutMs`.
 */
export async function openDatabase(settings: PoolSettings): Promise<Database> {
  const { pool, pulse } = openPool(settings)
  const db = new PooledDatabase(pool, pulse)
  try {
    await refuseUnsafeServer(pool, settings)
  } catch (error) {
    await db.close()
    throw error
  }
  return db
}

class PooledDatabase extends Session implements Database {
  readonly pool: pg.Pool
  readonly history = new KnownHistory()
  readonly expected = new ExpectedHead()
  readonly #pulse: Pulse | null
  readonly #line: Line
  #closed: Promise<void> | null = null

  constructor(pool: pg.Pool, pulse: Pulse | null) {
    super(pool)
    this.pool = pool
    this.#pulse = pulse
    this.#line = new Line(pool, this)
  }

  get clockAheadMs(): number {
    return this.#pulse?.clockAheadMs ?? 0
  }

  get unsafe(): readonly string[] {
    return this.#pulse?.unsafe ?? []
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return inTransaction(this, work, options)
  }

  inLine<T>(
    prepare: () => ((tx: Transaction) => Promise<T>) | null,
    options: TransactionOptions = {}
  ): Promise<T | null> {
    return this.#line.write(prepare, options)
  }

  close(): Promise<void> {
    this.#closed ??= this.pool.end().finally(() => this.#pulse?.close())
    return this.#closed
  }
}
