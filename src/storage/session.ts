import { drizzle, type NodePgClient, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type pg from 'pg'
import type { Statement, Transaction } from './database.ts'
import { gatherWrites } from './one-write.ts'
import { asRegistryError } from './sql-error.ts'
import { valueParsers } from './value-parsers.ts'

/** One connection, or a pool that lends one for each statement, as the storage functions see it. */
export class Session implements Transaction {
  readonly #client: pg.Pool | pg.PoolClient
  #orm: NodePgDatabase | null = null
  readonly #sent: Promise<unknown>[] = []
  /** Why a statement failed that was only sent: the first of them. */
  failure: unknown
  #refusal: { readonly error: unknown } | null = null

  constructor(client: pg.Pool | pg.PoolClient) {
    this.#client = client
  }

  get orm(): NodePgDatabase {
    this.#orm ??= drizzle(drizzleClient(this.#client))
    return this.#orm
  }

  /** From now on every statement fails with the error, without reaching the database. */
  refuse(error: unknown): void {
    this.#refusal ??= { error: asRegistryError(error) }
  }

  send(statement: Statement): void {
    const answered = this.query(statement)
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
    if (this.#refusal) throw this.#refusal.error
    const { name, text, values } = statement
    const config = name === undefined ? { text } : { name, text }
    if ('connection' in this.#client) gatherWrites(this.#client)
    try {
      const result = await this.#client.query({ ...config, values: values as unknown[] })
      return result.rows as Row[]
    } catch (error) {
      throw asRegistryError(error)
    }
  }
}

/** drizzle brings value parsers of its own; ours take their place, so both ways read the same. */
function drizzleClient(client: pg.Pool | pg.PoolClient): NodePgClient {
  const query = async (config: pg.QueryConfig, values: unknown[]) => {
    try {
      return await client.query({ ...config, types: valueParsers }, values)
    } catch (error) {
      throw asRegistryError(error)
    }
  }
  return { query } as unknown as NodePgClient
}
