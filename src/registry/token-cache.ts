import type { Principal } from '../identity/principal.ts'

const LONGEST_MS = 60_000
const MOST_TOKENS = 10_000

interface Entry {
  readonly principal: Principal
  readonly until: number
}

/**
 * Tokens that were verified a moment ago, since a verification costs more than the lookup it guards.
 * Bounded in number, and in time so that a revocation elsewhere is noticed.
 */
export class TokenCache {
  readonly #entries = new Map<string, Entry>()

  get(token: string, now: number): Principal | undefined {
    const entry = this.#entries.get(token)
    if (entry && entry.until > now) return entry.principal
    if (entry) this.#entries.delete(token)
    return undefined
  }

  set(token: string, principal: Principal, now: number, expiresAt: number): void {
    if (this.#entries.size >= MOST_TOKENS) this.#dropOldest()
    this.#entries.set(token, { principal, until: Math.min(expiresAt, now + LONGEST_MS) })
  }

  forget(client: string): void {
    for (const [token, { principal }] of this.#entries) {
      if (principal.client === client) this.#entries.delete(token)
    }
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }
}
