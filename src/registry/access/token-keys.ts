import {
  newTokenKey,
  openTokenKey,
  TOKEN_ALGORITHM,
  type TokenKey
} from '../../identity/token-key.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import { insertServiceKey, readServiceKeys } from '../../storage/parties/service-keys.ts'
import type { Deps } from '../deps.ts'

const PURPOSE = 'access-token'

/** An unknown key id makes the keys be read again at most this often. */
const REREAD_AFTER_MS = 30_000

/**
 * The keys that sign and verify access tokens: created once for a database, shared by all its
 * processes, kept across restarts. A key that another process adds is found when it is first needed.
 */
export class TokenKeys {
  readonly #deps: Deps
  #keys: ReadonlyMap<string, TokenKey> = new Map()
  #readAt = Number.NEGATIVE_INFINITY

  private constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Reads the keys, and makes the first one where there is none. */
  static async open(deps: Deps): Promise<TokenKeys> {
    await deps.db.transaction(async (tx) => {
      await lockName(tx, `service_key ${PURPOSE}`)
      const present = await readServiceKeys(tx, PURPOSE)
      if (present.some((key) => key.retiredAt === null)) return
      const key = { ...(await newTokenKey()), purpose: PURPOSE, algorithm: TOKEN_ALGORITHM }
      await insertServiceKey(tx, key, deps.now())
    })
    const keys = new TokenKeys(deps)
    await keys.#read()
    return keys
  }

  /** The newest key that is not retired. */
  signing(): TokenKey {
    for (const key of this.#keys.values()) if (key.signs) return key
    throw new Error('service_key holds no signing key: it was emptied while the service runs')
  }

  async find(id: string): Promise<TokenKey | undefined> {
    const stale = performance.now() - this.#readAt > REREAD_AFTER_MS
    if (!this.#keys.has(id) && stale) await this.#read()
    return this.#keys.get(id)
  }

  /** RFC 7517 key set, for whoever verifies tokens elsewhere. */
  published(): { readonly keys: readonly TokenKey['publicJwk'][] } {
    return { keys: [...this.#keys.values()].map((key) => key.publicJwk) }
  }

  async #read(): Promise<void> {
    this.#readAt = performance.now()
    const stored = await readServiceKeys(this.#deps.db, PURPOSE)
    const keys = await Promise.all(stored.map(openTokenKey))
    this.#keys = new Map(keys.map((key) => [key.id, key]))
  }
}
