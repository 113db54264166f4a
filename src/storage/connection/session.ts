import pg from 'pg'
import type { Statement, Transaction } from '../database.ts'
import {
  type ClaimedPlaces,
  drawMark,
  type ExpectedHead,
  type MarkedPlaces,
  type Writer
} from './expected-head.ts'
import type { KnownHistory } from './known-history.ts'
import { gatherWrites, writeGathered } from './one-write.ts'
import { asRegistryError } from './sql-error.ts'

/** What the process knows of the journal of a database. */
export interface Journal {
  readonly history: KnownHistory
  readonly expected: ExpectedHead
}

/** One connection, or a pool that lends one for each statement, as the storage functions see it. */
export class Session implements Transaction {
  readonly #client: pg.Pool | pg.PoolClient
  readonly #journal: Journal | null
  readonly #writer: Writer | null
  #next: MarkedPlaces | null = null
  readonly #sent: Promise<unknown>[] = []
  /** Why a statement failed that was only sent: the first of them. */
  failure: unknown
  /** The same of all statements, those that somebody awaits included. */
  firstFailure: unknown
  /** Waited for by whoever asks: what is asked may write, and would stay were BEGIN refused. */
  #beginning: Promise<unknown> | undefined
  #refusal: { readonly error: unknown } | null = null

  constructor(
    client: pg.Pool | pg.PoolClient,
    journal: Journal | null = null,
    writer: Writer | null = null
  ) {
    this.#client = client
    this.#journal = journal
    this.#writer = writer
  }

  appendsAt(places: MarkedPlaces, count: number): void {
    this.#journal?.history.continueAt(places.first)
    this.#journal?.expected.given(places, count, this.#writer)
    this.#next = after(places, count)
  }

  goesOnAt(count: number): ClaimedPlaces | null {
    if (this.#next === null) return null
    const places = { ...this.#next, follows: this.#next.mark, mark: drawMark() }
    this.#journal?.expected.given(places, count, this.#writer)
    this.#next = after(places, count)
    return places
  }

  expectsAt(count: number, now: Date): ClaimedPlaces | null {
    const places = this.#journal?.expected.take(count, now, this.#writer) ?? null
    if (places === null) return null
    this.#next = after(places, count)
    return places
  }

  /** What was appended is durable from now on. */
  committed(): void {
    if (!this.#next) return
    this.#journal?.history.reaches(this.#next.first)
    this.#journal?.expected.committed(this.#writer)
  }

  /** Nothing was appended, or nobody knows. */
  failed(): void {
    if (this.#next) this.#journal?.expected.lost()
  }

  /** From now on every statement fails with the error, without reaching the database. */
  refuse(error: unknown): void {
    this.#refusal ??= { error }
  }

  /** The answer to BEGIN is not waited for: were that refused, nothing else would be let through. */
  begins(beginning: Promise<unknown>): void {
    beginning.catch((error) => this.refuse(error))
    this.#beginning = beginning
    this.#sends(beginning)
  }

  send(statement: Statement, done?: () => void): void {
    const answered = this.#ask(statement)
    if (done) answered.then(done, () => {})
    this.#sends(answered)
  }

  flush(): void {
    if ('connection' in this.#client) writeGathered(this.#client)
  }

  #sends(answered: Promise<unknown>): void {
    answered.catch((error) => {
      this.failure ??= error
    })
    this.#sent.push(answered)
  }

  /** Resolves when everything that was sent has been answered; rejects with the first failure. */
  async sent(): Promise<void> {
    await Promise.all(this.#sent)
  }

  async query<Row>(statement: Statement): Promise<Row[]> {
    if (this.#beginning) await this.#beginning
    return this.#ask(statement)
  }

  async #ask<Row>(statement: Statement): Promise<Row[]> {
    if (this.#refusal) throw asRegistryError(this.#refusal.error)
    try {
      return await asked<Row>(this.#client, statement)
    } catch (error) {
      this.firstFailure ??= error
      throw asRegistryError(error)
    }
  }
}

/**
 * A query that is made here: the client would copy its description, descriptor by descriptor, which takes a dozen
 * times as long as to make it.
 */
function asked<Row>(client: pg.Pool | pg.PoolClient, statement: Statement): Promise<Row[]> {
  if (!('connection' in client)) return askedOfPool(client, statement)
  const { name, text, values, copied } = statement
  gatherWrites(client)
  return new Promise((resolve, reject) => {
    const query = new pg.Query(text, values as unknown[], (error, result) => {
      if (error) reject(error)
      else resolve(result.rows as Row[])
    })
    if (name !== undefined) Object.assign(query, { name })
    if (copied !== undefined) Object.assign(query, { handleCopyInResponse: givesCopied(copied) })
    client.query(query)
  })
}

/** What the types of `pg` leave out of a connection. */
interface CopyTarget {
  sendCopyFromChunk(bytes: Buffer): void
  endCopyFrom(): void
}

/** Answers the server when it is ready to read what a statement copies. */
function givesCopied(text: string): (connection: CopyTarget) => void {
  return (connection) => {
    connection.sendCopyFromChunk(Buffer.from(text))
    connection.endCopyFrom()
  }
}

/** The pool lends a connection for it, and learns by its own callback when to take it back. */
async function askedOfPool<Row>(pool: pg.Pool, { name, text, values }: Statement): Promise<Row[]> {
  const config = name === undefined ? { text } : { name, text }
  return (await pool.query({ ...config, values: values as unknown[] })).rows as Row[]
}

function after({ first, at, mark }: MarkedPlaces, count: number): MarkedPlaces {
  return { first: first + count, at, mark }
}
