import type { EpdState } from '../domain/epd/lifecycle.ts'
import type { EpdSummary } from '../domain/epd/summary.ts'
import type { EpdDraftRow } from '../storage/epd-drafts.ts'
import type { EpdVersionRow } from '../storage/epds.ts'
import type { SignedBy } from './signed-by.ts'

/** A version of a declaration as the API shows it, without the document. */
export interface EpdRecord extends Partial<EpdSummary> {
  readonly id: string
  readonly version: string
  readonly state: EpdState
  /** The owner. */
  readonly organization: string
  readonly mediaType: string
  /** Of the exact bytes, hex. */
  readonly sha256: string
  readonly size: number
  /** Place in the one order of everything; a draft has none. */
  readonly position?: number
  readonly recordedAt?: string
  readonly savedAt?: string
  /** Whose key signed the document; null where nobody did. Not told in lists. */
  readonly signedBy?: SignedBy | null
  /** When it came to its state, who brought it there, and why where a reason is asked for. */
  readonly stateSince?: {
    readonly position: number
    readonly recordedAt: string
    readonly organization: string
    readonly reason?: string
  }
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
    size: row.size,
    position: Number(row.position),
    recordedAt: row.recordedAt,
    stateSince: {
      position: Number(row.statePosition),
      recordedAt: row.stateAt,
      organization: row.stateBy,
      ...(row.reason === null ? {} : { reason: row.reason })
    }
  }
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
