import type { Role } from '../../identity/principal.ts'
import type { ClientRow } from '../../storage/parties/clients.ts'
import type { ClientIdentity } from './client-identity.ts'

/** An API client as the API shows it; its secret is shown once, by whoever made it. */
export interface ClientRecord {
  readonly id: string
  readonly organization: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly createdAt: string
  readonly position: number
  /** Whose tokens are its own; absent where it has a secret. */
  readonly identity?: ClientIdentity
  readonly revokedAt?: string
}

export function clientRecord(row: ClientRow): ClientRecord {
  return {
    id: row.id,
    organization: row.organization,
    name: row.name,
    roles: row.roles as Role[],
    createdAt: row.createdAt,
    position: Number(row.position),
    ...(row.issuer === null || row.subject === null
      ? {}
      : { identity: { issuer: row.issuer, subject: row.subject } }),
    ...(row.revokedAt === null ? {} : { revokedAt: row.revokedAt })
  }
}
