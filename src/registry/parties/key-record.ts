import type { SigningKey } from '../../identity/signing-key.ts'
import type { SigningKeyRow } from '../../storage/parties/signing-keys.ts'
import type { RevocationReason } from './register-key.ts'

/** A key that an organization signs with, as the API shows it. */
export interface KeyRecord {
  /** RFC 7638 thumbprint: `kid` of its signatures. */
  readonly id: string
  readonly organization: string
  readonly algorithm: 'EdDSA' | 'ES256'
  readonly jwk: SigningKey['jwk']
  readonly label?: string
  /** From this position on its signatures are accepted, up to the one of its revocation. */
  readonly position: number
  readonly recordedAt: string
  readonly revoked?: { readonly position: number; readonly reason: RevocationReason }
}

export function keyRecord(row: SigningKeyRow): KeyRecord {
  const { id, organization, algorithm, label, recordedAt } = row
  return {
    id,
    organization,
    algorithm,
    jwk: JSON.parse(row.jwk),
    ...(label === null ? {} : { label }),
    position: Number(row.position),
    recordedAt,
    ...(row.revokedPosition === null
      ? {}
      : {
          revoked: {
            position: Number(row.revokedPosition),
            reason: row.revocationReason as RevocationReason
          }
        })
  }
}
