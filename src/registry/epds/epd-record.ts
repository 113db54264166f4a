import { type EpdState, epdStates } from '../../domain/epd/lifecycle.ts'
import type { EpdSummary } from '../../domain/epd/summary.ts'
import type { EpdDraftRow } from '../../storage/epds/epd-drafts.ts'
import type { EpdVersionRow } from '../../storage/epds/epds.ts'
import { type SignedBy, signerIn } from '../signing/signed-by.ts'

/** Every state that a record can have, for the description of the API. */
export const possibleStates: readonly EpdState[] = epdStates

/** A version of a declaration as the API shows it, without the document. */
export interface EpdRecord extends Partial<EpdSummary> {
  readonly id: string
  readonly version: string
  readonly state: EpdState
  /** The owner; of an external one whoever recorded it. */
  readonly organization: string
  readonly mediaType: string
  /** Of the exact bytes, hex. */
  readonly sha256: string
  /** Of the report of its review, hex. */
  readonly reportSha256?: string
  readonly size: number
  /** Place in the one order of everything; a draft has none. */
  readonly position?: number
  readonly recordedAt?: string
  readonly savedAt?: string
  /** Whose key signed the document; null where nobody did. */
  readonly signedBy?: SignedBy | null
  /** When it came to its state, who brought it there, and why where a reason is asked for. */
  readonly stateSince?: {
    readonly position: number
    readonly recordedAt: string
    readonly organization: string
    /** The key that signed the statement; null where nobody did. */
    readonly key: string | null
    readonly reason?: string
  }
  /** Who is verifying it, or has. */
  readonly verifier?: string
  readonly verification?: Verification
  readonly registration?: Registration
  readonly external?: ExternalRegistration
  /** The first day for which it speaks no more, where it was superseded or withdrawn. */
  readonly endsOn?: string
}

/** A signed statement that a version was verified, and the bytes that it covers. */
export interface Verification {
  readonly organization: string
  readonly key: string | null
  readonly position: number
  readonly recordedAt: string
  /** The version that was verified: another one where this one only edits it. */
  readonly version: string
  readonly documentSha256: string
  readonly reportSha256: string
}

/** A signed statement that a version has a number of a programme. */
export interface Registration {
  readonly organization: string
  readonly key: string | null
  readonly position: number
  readonly recordedAt: string
  readonly number: string
}

/** Where a declaration is registered that is not registered here. */
export interface ExternalRegistration {
  readonly operator: string
  readonly registrationNumber: string
  readonly href: string
}

export function epdRecord(row: EpdVersionRow): EpdRecord {
  return {
    id: row.epd,
    version: row.version,
    state: row.state,
    organization: row.organization,
    ...(JSON.parse(row.summary) as EpdSummary),
    mediaType: row.mediaType,
    sha256: row.sha256.toString('hex'),
    reportSha256: row.reportSha256.toString('hex'),
    size: row.size,
    position: Number(row.position),
    recordedAt: row.recordedAt,
    signedBy: signerIn(row.statement),
    stateSince: {
      position: Number(row.statePosition),
      recordedAt: row.stateAt,
      organization: row.stateBy,
      key: keyIn(row.stateStatement),
      ...(row.reason === null ? {} : { reason: row.reason })
    },
    ...(row.verifier === null ? {} : { verifier: row.verifier }),
    ...verificationOf(row),
    ...registrationOf(row),
    ...(row.external === null ? {} : { external: JSON.parse(row.external) }),
    ...(row.endsOn === null ? {} : { endsOn: row.endsOn })
  }
}

function verificationOf(row: EpdVersionRow): Pick<EpdRecord, 'verification'> {
  const { verifiedPosition, verifiedBy, verifiedAt, verifiedVersion } = row
  const { verifiedSha256, verifiedReport } = row
  if (verifiedPosition === null || !verifiedBy || !verifiedAt || !verifiedVersion) return {}
  return {
    verification: {
      organization: verifiedBy,
      key: keyIn(row.verifiedStatement),
      position: Number(verifiedPosition),
      recordedAt: verifiedAt,
      version: verifiedVersion,
      documentSha256: verifiedSha256?.toString('hex') ?? '',
      reportSha256: verifiedReport?.toString('hex') ?? ''
    }
  }
}

function registrationOf(row: EpdVersionRow): Pick<EpdRecord, 'registration'> {
  const { programme, registrationNumber, registeredPosition, registeredAt } = row
  if (!programme || !registrationNumber || !registeredPosition || !registeredAt) return {}
  return {
    registration: {
      organization: programme,
      key: keyIn(row.registeredStatement),
      position: Number(registeredPosition),
      recordedAt: registeredAt,
      number: registrationNumber
    }
  }
}

function keyIn(statement: Buffer | null): string | null {
  return statement && (signerIn(statement)?.key ?? null)
}

/** A draft may lack everything but its id and version. */
export function draftRecord(row: EpdDraftRow): EpdRecord {
  return {
    id: row.epd,
    version: row.version,
    state: 'draft',
    organization: row.organization,
    ...(row.name === null ? {} : { name: JSON.parse(row.name) as EpdSummary['name'] }),
    mediaType: row.mediaType,
    sha256: row.sha256.toString('hex'),
    size: row.size,
    savedAt: row.savedAt
  }
}
