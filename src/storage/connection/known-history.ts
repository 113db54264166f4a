import { RegistryError } from '../../errors.ts'

/**
 * How long the journal is, as far as this process knows: what it committed itself and what it saw
 * signed. A database that holds less has lost what was acknowledged, for instance because a replica
 * became the primary before it had received everything. The guard finds that as well, a moment
 * later; this keeps anything from being accepted in the meantime.
 */
export class KnownHistory {
  #entries = 0

  /** So many entries are durable. */
  reaches(entries: number): void {
    if (entries > this.#entries) this.#entries = entries
  }

  /** True where this process knows that the entry at the position is durable. */
  holds(position: number): boolean {
    return position < this.#entries
  }

  /** Throws UNAVAILABLE where the next entry would take the place of one that was committed. */
  continueAt(position: number): void {
    if (position >= this.#entries) return
    throw new RegistryError(
      'UNAVAILABLE',
      `Nothing is accepted: the database holds ${position} entries, but ${this.#entries} were there.`
    )
  }
}
