import pg from 'pg'
import { sqlState } from './sql-error.ts'

/** No connection free, of the server, the role or the database; or the server starts, stops, lets nobody in. */
const NO_OTHER = new Set(['53300', '57P03'])
/** How long nobody asks PostgreSQL for another connection that it had no room for. */
const NARROW_MS = 1_000

type Lent = Parameters<Parameters<pg.Pool['connect']>[0]>

/**
 * Waits for a connection that is there where PostgreSQL has no room for another one: it is then as large as PostgreSQL
 * lets it be, for a while, and whoever waits is served in turn and within the same time as in a full pool. The pool
 * by itself would refuse whoever comes when the others are busy. Where there is none, nothing can be waited for.
 */
export class PatientPool extends pg.Pool {
  readonly #most: number
  #open = 0
  #narrowUntil = 0

  constructor(settings: pg.PoolConfig & { readonly max: number }) {
    super(settings)
    this.#most = settings.max
    this.on('connect', () => {
      this.#open += 1
    })
    this.on('remove', () => {
      this.#open -= 1
    })
  }

  override connect(): Promise<pg.PoolClient>
  override connect(callback: (...lent: Lent) => void): void
  override connect(callback?: (...lent: Lent) => void): Promise<pg.PoolClient> | undefined {
    if (this.options.max < this.#most && performance.now() > this.#narrowUntil) {
      this.options.max = this.#most
    }
    if (!callback) {
      return super.connect().catch((error) => {
        if (!this.#narrowed(error)) throw error
        return super.connect()
      })
    }
    super.connect((error, client, done) => {
      if (this.#narrowed(error)) super.connect(callback)
      else callback(error, client, done)
    })
    return undefined
  }

  /** True where the refusal is one that a connection that is there makes good. */
  #narrowed(error: unknown): boolean {
    if (this.#open === 0 || !NO_OTHER.has(sqlState(error) ?? '')) return false
    this.options.max = this.#open
    this.#narrowUntil = performance.now() + NARROW_MS
    return true
  }
}
