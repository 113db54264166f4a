import { createHash } from 'node:crypto'
import type { JournalEntry } from '../../storage/journal/journal.ts'
import type { Principal } from '../deps.ts'
import type { StatedSignature } from '../signing/accept-signature.ts'

export type PartyKind = 'organization' | 'facility' | 'client' | 'client_revocation'

/** A blind journal entry about a party: ids and hashes, never names. */
export function partyEntry(entry: {
  readonly kind: PartyKind
  readonly subject: string
  readonly organization: string
  readonly document?: Buffer
  readonly body?: Readonly<Record<string, unknown>>
}): JournalEntry {
  const { document } = entry
  return {
    kind: entry.kind,
    subject: entry.subject,
    organization: entry.organization,
    document: document
      ? {
          sha256: createHash('sha256').update(document).digest(),
          size: document.length,
          mediaType: 'application/json'
        }
      : null,
    blind: true,
    body: entry.body ?? {}
  }
}

/** What the statement says of who acted: `by` where it was another than the party, and the signature. */
export function actedBy(
  { organization }: Principal,
  party: string,
  signature: StatedSignature | null
): Readonly<Record<string, unknown>> {
  return {
    ...(organization === party ? {} : { by: organization }),
    ...(signature ? { signature } : {})
  }
}
