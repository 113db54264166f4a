import { createHash } from 'node:crypto'
import { RegistryError } from '../../errors.ts'
import type { EntryDocument } from '../../log/entry.ts'
import type { Transaction } from '../../storage/database.ts'
import { appendEntries, type JournalEntry } from '../../storage/journal/journal.ts'
import { insertSignedRequest } from '../../storage/parties/signed-requests.ts'
import type { Deps, Principal } from '../deps.ts'
import {
  acceptSignature,
  holdKeys,
  invalid,
  refuseUnsigned,
  type StatedSignature
} from './accept-signature.ts'

/** A request that is no document of the books: its exact bytes and the detached JWS over them. */
export interface SentRequest {
  readonly bytes: Buffer
  /** The `Lodestone-Signature` header; undefined where nobody signed. */
  readonly signature: string | undefined
}

/** A request that may be entered, with the signature that its statement will tell; null unsigned. */
export interface AcceptedRequest {
  readonly bytes: Buffer
  readonly signature: StatedSignature | null
  /** Whose policy decides whether it may be unsigned; null for a change of the policy itself. */
  readonly policyOf: string | null
}

/**
 * Verifies the signature of a grant, a resolution or a setting by the policy of the organization. What
 * is signed must itself say what it is about, since the address of the request is not signed: without
 * `isBound` the same bytes could be sent to another one. Throws as `acceptSignature`.
 */
export async function acceptRequest(
  deps: Pick<Deps, 'signing'>,
  principal: Principal,
  sent: SentRequest,
  bound: { readonly isBound: boolean; readonly by: string }
): Promise<AcceptedRequest> {
  const { bytes } = sent
  const signature = await acceptSignature(deps, principal, bytes, sent)
  const accepted = { bytes, signature, policyOf: principal.organization }
  if (signature === null || bound.isBound) return accepted
  throw invalid(`The signed bytes must say what they are about: ${bound.by}.`)
}

/** What a body names must be what the address names. Throws `REQUEST_INVALID`. */
export function refuseOtherSubject(
  pointer: string,
  named: string | undefined,
  actual: string
): void {
  if (named === undefined || named === actual) return
  throw new RegistryError('REQUEST_INVALID', 'The body speaks of another thing than the address.', {
    details: [{ pointer, message: `must be ${actual}` }]
  })
}

/** Appends the entry of a request, with its bytes where it was signed. Gives position and time. */
export async function appendRequest(
  tx: Transaction,
  entry: JournalEntry,
  { bytes, signature, policyOf }: AcceptedRequest,
  now: Date
): Promise<{ readonly position: number; readonly at: string }> {
  await holdKeys(tx, [signature])
  const signed = {
    ...entry,
    document: requestDocument(bytes),
    body: { ...entry.body, signature }
  }
  const { first, at } = await appendEntries(tx, [signature === null ? entry : signed], now)
  if (policyOf !== null) await refuseUnsigned(tx, [{ organization: policyOf, signature }])
  if (signature !== null) await insertSignedRequest(tx, first, bytes)
  return { position: first, at }
}

/** What a statement says of the bytes of a request. */
export function requestDocument(bytes: Buffer): EntryDocument {
  return {
    sha256: createHash('sha256').update(bytes).digest(),
    size: bytes.length,
    mediaType: 'application/json'
  }
}
