import type { Reference } from '../domain/reference.ts'
import type { Database } from '../storage/database.ts'

/** What every verb is given: nothing else reaches the outside world, so tests are deterministic. */
export interface Deps {
  readonly db: Database
  /** The tables of facts of `data/`, read once at start. */
  readonly reference: Reference
  readonly now: () => Date
  readonly newId: () => string
}

/** Who is calling, as identity established it from the access token. */
export interface Principal {
  readonly client: string
  readonly organization: string
  readonly roles: readonly Role[]
  readonly scopes: ReadonlySet<Scope>
}

export type Role = 'producer' | 'verifier' | 'operator' | 'buyer' | 'auditor' | 'admin'

export type Scope =
  | 'epd:read'
  | 'epd:write'
  | 'epd:verify'
  | 'epd:operate'
  | 'event:write'
  | 'chain:read'
  | 'report:read'
  | 'party:read'
  | 'party:write'
  | 'grant:write'
  | 'admin'
