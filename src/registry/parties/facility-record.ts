import type { Facility } from '../../domain/party/facility.ts'
import type { FacilityRow } from '../../storage/parties/facilities.ts'
import { type SignedBy, signerIn } from '../signing/signed-by.ts'

/** A version of a facility as the API shows it: what the document leaves out is filled in. */
export interface FacilityRecord extends Facility {
  readonly id: string
  readonly organization: string
  readonly operator: string
  readonly attestation: 'declared' | 'attested'
  readonly position: number
  readonly recordedAt: string
  readonly signedBy: SignedBy | null
}

export function facilityRecord(row: FacilityRow): FacilityRecord {
  const document = JSON.parse(row.document.toString('utf8')) as Facility
  return {
    id: row.id,
    ...document,
    organization: row.organization,
    operator: row.operator,
    attestation: document.attestation ?? 'declared',
    position: Number(row.position),
    recordedAt: row.recordedAt,
    signedBy: signerIn(row.statement)
  }
}
