import type { SigningKey } from '../../identity/signing-key.ts'
import type { Queryable } from '../../storage/database.ts'
import { findSigningKey, signingPolicyOf } from '../../storage/parties/signing-keys.ts'
import { ShortMemory } from '../access/short-memory.ts'

const REMEMBERED_MS = 1_000

/** A registered key, as every submission signed with it needs it. */
export interface RegisteredKey extends SigningKey {
  readonly organization: string
  readonly revoked: boolean
}

/**
 * What every submission asks of the signing keys and policies, at most a second old, so that it costs
 * no round trip each time. A key that was revoked within that second is found by `holdKeys` in the
 * transaction that accepts the submission.
 */
export class SigningTerms {
  readonly #policies: ShortMemory<boolean>
  readonly #keys: ShortMemory<RegisteredKey | null>

  constructor(db: Queryable) {
    this.#policies = new ShortMemory(
      async (organization) => (await signingPolicyOf(db, organization)).unsigned === 'accepted',
      REMEMBERED_MS
    )
    this.#keys = new ShortMemory((id) => registeredKey(db, id), REMEMBERED_MS)
  }

  /** Whether the organization lets in what nobody signed. */
  acceptsUnsigned(organization: string): Promise<boolean> {
    return this.#policies.get(organization)
  }

  /** The key of this id; null where there is none. */
  key(id: string): Promise<RegisteredKey | null> {
    return this.#keys.get(id)
  }

  /** The organization has just changed its policy here. */
  policyChanged(organization: string): void {
    this.#policies.forget(organization)
  }

  /** The key has just been registered or revoked here. */
  keyChanged(id: string): void {
    this.#keys.forget(id)
  }
}

async function registeredKey(db: Queryable, id: string): Promise<RegisteredKey | null> {
  const row = await findSigningKey(db, id)
  if (!row) return null
  const { organization, algorithm, revokedPosition } = row
  return {
    id,
    organization,
    algorithm,
    jwk: JSON.parse(row.jwk),
    revoked: revokedPosition !== null
  }
}
