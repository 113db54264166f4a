import type { Organization } from '../../domain/party/organization.ts'
import type { OrganizationRow } from '../../storage/parties/organizations.ts'
import { type SignedBy, signerIn } from '../signing/signed-by.ts'

/** A version of an organization as the API shows it. */
export interface OrganizationRecord extends Organization {
  readonly id: string
  readonly position: number
  readonly recordedAt: string
  readonly signedBy: SignedBy | null
}

export function organizationRecord(row: OrganizationRow): OrganizationRecord {
  const document = JSON.parse(row.document.toString('utf8')) as Organization
  return {
    id: row.id,
    ...document,
    position: Number(row.position),
    recordedAt: row.recordedAt,
    signedBy: signerIn(row.statement)
  }
}
