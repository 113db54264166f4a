import { RegistryError } from '../../errors.ts'
import type { JournalEntry } from '../../storage/journal/journal.ts'
import type { GrantRow, GrantScope } from '../../storage/parties/grants.ts'
import { type SignedBy, signerIn } from '../signing/signed-by.ts'

/** A grant as the API shows it. */
export interface GrantRecord {
  readonly id: string
  readonly batch: string
  readonly grantor: string
  /** Absent while a link waits to be redeemed. */
  readonly grantee?: string
  readonly kind: 'organization' | 'link'
  readonly scope: GrantScope
  readonly status: 'waiting' | 'in_force' | 'expired' | 'revoked'
  readonly expiresAt?: string
  readonly redeemedAt?: string
  readonly position: number
  readonly grantedAt: string
  /** Whose key signed the grant; null where nobody did. */
  readonly signedBy: SignedBy | null
  readonly revokedPosition?: number
  /** Shown once, to whoever made the link. */
  readonly secret?: string
}

export function grantRecord(row: GrantRow, now: Date): GrantRecord {
  return {
    id: row.id,
    batch: row.batch,
    grantor: row.grantor,
    ...(row.grantee === null ? {} : { grantee: row.grantee }),
    kind: row.isLink ? 'link' : 'organization',
    scope: row.scope,
    status: statusOf(row, now),
    ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt }),
    ...(row.usedAt === null ? {} : { redeemedAt: row.usedAt }),
    position: Number(row.position),
    grantedAt: row.grantedAt,
    signedBy: signerIn(row.statement),
    ...(row.revokedPosition === null ? {} : { revokedPosition: Number(row.revokedPosition) })
  }
}

function statusOf(row: GrantRow, now: Date): GrantRecord['status'] {
  if (row.revokedPosition !== null) return 'revoked'
  if (row.expiresAt !== null && new Date(row.expiresAt) <= now) return 'expired'
  return row.grantee === null ? 'waiting' : 'in_force'
}

/** A blind journal entry about a grant: ids and times, and never the secret of a link. */
export function grantEntry(
  kind: 'grant' | 'grant_redemption' | 'grant_revocation',
  grant: { readonly id: string; readonly organization: string },
  body: Readonly<Record<string, unknown>>
): JournalEntry {
  const { id, organization } = grant
  return { kind, subject: id, organization, document: null, blind: true, body }
}

export function noSuchGrant(id: string): RegistryError {
  return new RegistryError('NOT_FOUND', `There is no grant ${id}.`)
}
