import { publicStates, type WrittenEpdState } from '../../domain/epd/lifecycle.ts'
import type { EpdVersionRow } from '../../storage/epds/epds.ts'
import type { JournalEntry } from '../../storage/journal/journal.ts'
import type { Principal } from '../deps.ts'
import type { StatedSignature } from '../signing/accept-signature.ts'
import type { ExternalRegistration } from './epd-record.ts'
import { type EpdSubmission, sha256 } from './epd-submission.ts'

/** What was submitted is confidential until it is published (trust.md item 2). */
export function versionEntry(
  { epd, ...sent }: EpdSubmission,
  { organization }: Principal,
  made: {
    readonly signature: StatedSignature | null
    readonly reportSha256: Buffer
    readonly external: ExternalRegistration | null
  }
): JournalEntry {
  const { document, mediaType } = sent
  return {
    kind: 'epd',
    subject: epd.id,
    organization,
    document: { sha256: sent.sha256, size: document.length, mediaType },
    blind: true,
    body: {
      version: epd.version,
      state: made.external ? 'external' : 'submitted',
      reportSha256: made.reportSha256.toString('base64url'),
      ...(made.external ? { externalSha256: hashOf(JSON.stringify(made.external)) } : {}),
      ...(made.signature ? { signature: made.signature } : {})
    }
  }
}

/** Statements hold ids and hashes, never names. */
function hashOf(text: string): string {
  return sha256(Buffer.from(text)).toString('base64url')
}

/** A step of a version. The request is its document, so that its signature can be verified by it. */
export interface EpdStep {
  readonly row: EpdVersionRow
  readonly transition: string
  readonly to: WrittenEpdState
  readonly by: string
  readonly request: Buffer | null
  readonly signature: StatedSignature | null
  /** Ids, numbers and hashes that the step is about. */
  readonly about: Readonly<Record<string, string>>
}

/** Public from publication on: everybody can check what was published and withdrawn, and when. */
export function stepEntry(step: EpdStep): JournalEntry {
  const { row, transition, to, by, request, signature, about } = step
  const mediaType = 'application/json'
  return {
    kind: 'epd_transition',
    subject: row.epd,
    organization: row.organization,
    document: request && { sha256: sha256(request), size: request.length, mediaType },
    blind: !publicStates.includes(to),
    body: {
      version: row.version,
      state: to,
      transition,
      by,
      epdSha256: row.sha256.toString('base64url'),
      ...about,
      ...(signature ? { signature } : {})
    }
  }
}
