import type { TokenClaims } from '../../identity/access-token.ts'
import type { Principal } from '../../identity/principal.ts'
import type { ClientRow } from '../../storage/parties/clients.ts'

const LONGEST_MS = 60_000
const MOST_TOKENS = 10_000

/** A token that was verified, and what it made of its client the last time. */
export interface VerifiedToken {
  readonly claims: TokenClaims
  standing: { readonly client: ClientRow; readonly principal: Principal } | null
}

interface Entry {
  readonly token: VerifiedToken
  readonly until: number
}

/**
 * Tokens that were verified a moment ago, since a verification costs more than the lookup it guards.
 * What their clients may do is not remembered here.
 */
export class TokenCache {
  readonly #entries = new Map<string, Entry>()

  get(token: string, now: number): VerifiedToken | undefined {
    const entry = this.#entries.get(token)
    if (entry && entry.until > now) return entry.token
    if (entry) this.#entries.delete(token)
    return undefined
  }

  set(token: string, verified: VerifiedToken, now: number): void {
    if (this.#entries.size >= MOST_TOKENS) this.#dropOldest()
    const until = Math.min(verified.claims.expiresAt, now + LONGEST_MS)
    this.#entries.set(token, { token: verified, until })
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }
}
