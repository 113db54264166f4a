import { RegistryError } from '../../errors.ts'
import {
  type DocumentSignature,
  isSignedBy,
  readSignature
} from '../../identity/document-signature.ts'
import { SignatureRefused } from '../../identity/signing-key.ts'
import type { PreparedStatement } from '../../storage/connection/statement.ts'
import type { Transaction } from '../../storage/database.ts'
import {
  failWhereRefusing,
  holdSigningKeys,
  holdSigningKeysOrFail,
  refusingUnsigned
} from '../../storage/parties/signing-keys.ts'
import type { Deps, Principal } from '../deps.ts'

/** What a statement says of a signature: which key, and the detached JWS itself. */
export interface StatedSignature {
  readonly key: string
  readonly jws: string
}

/** How submissions are signed. */
export interface SignatureTerms {
  /** The `Lodestone-Signature` header. */
  readonly signature: string | undefined
  /** Verification, registration and deregistration are always signed, whatever the policy says. */
  readonly always?: boolean
}

/**
 * Verifies the signature of a submission over its exact bytes by the keys of the caller's
 * organization. Null where it is unsigned and the organization lets such in. Throws
 * `SIGNATURE_REQUIRED` or `SIGNATURE_INVALID`. What it returns goes into the body of the statement;
 * call `holdKeys` with it in the transaction that accepts the submission, and `refuseUnsigned` once that
 * has its places.
 */
export async function acceptSignature(
  { signing }: Pick<Deps, 'signing'>,
  principal: Principal,
  document: Uint8Array,
  { signature, always = false }: SignatureTerms
): Promise<StatedSignature | null> {
  if (signature === undefined) {
    if (!always && (await signing.acceptsUnsigned(principal.organization))) return null
    throw unsigned()
  }
  const read = readOrRefuse(signature)
  const key = await signing.key(read.key)
  if (key?.organization !== principal.organization) {
    throw invalid('Your organization has no key with this kid.')
  }
  if (key.revoked) throw invalid('The key is revoked.')
  if (!(await isSignedBy(read, key, document))) {
    throw invalid('The signature is not over these bytes by this key.')
  }
  return { key: read.key, jws: read.jws }
}

/** Makes sure that the keys are in force until the transaction ends; before `appendEntries`. */
export async function holdKeys(
  tx: Transaction,
  signatures: readonly (StatedSignature | null | undefined)[]
): Promise<void> {
  const keys = keysOf(signatures)
  if (keys.length === 0) return
  const held = await holdSigningKeys(tx, keys)
  if (keys.some((key) => !held.has(key))) throw invalid('The key was revoked meanwhile.')
}

/**
 * The same without waiting for the answer: the transaction fails where a key is not in force. For a
 * caller that tries again with `holdKeys`, which says why.
 */
export function holdKeysOrFail(
  tx: Transaction,
  signatures: readonly (StatedSignature | null | undefined)[]
): void {
  const keys = keysOf(signatures)
  if (keys.length > 0) holdSigningKeysOrFail(tx, keys)
}

/** Who said something, and the signature over it; null where nobody signed. */
export interface Said {
  readonly organization: string
  readonly signature?: StatedSignature | null
}

/**
 * Refuses what nobody signed where its organization has come to refuse that meanwhile; after
 * `appendEntries`, so that nothing unsigned ever stands behind the policy in the log. Throws
 * `SIGNATURE_REQUIRED`.
 */
export async function refuseUnsigned(tx: Transaction, said: readonly Said[]): Promise<void> {
  const organizations = unsignedOf(said)
  if (organizations.length === 0) return
  if ((await refusingUnsigned(tx, organizations)).length > 0) throw unsigned()
}

/**
 * The same without waiting for the answer: the transaction fails. For a caller that tries again with
 * `refuseUnsigned`, which says why.
 */
export function refuseUnsignedOrFail(tx: Transaction, said: readonly Said[]): void {
  for (const check of unsignedChecks(said)) tx.send(check)
}

/** The same as what is to be written together with the rows. */
export function unsignedChecks(said: readonly Said[]): readonly PreparedStatement[] {
  const organizations = unsignedOf(said)
  return organizations.length > 0 ? [failWhereRefusing(organizations)] : []
}

function unsignedOf(said: readonly Said[]): readonly string[] {
  return [
    ...new Set(said.flatMap(({ organization, signature }) => (signature ? [] : organization)))
  ]
}

function unsigned(): RegistryError {
  return new RegistryError(
    'SIGNATURE_REQUIRED',
    'Sign the exact bytes with a registered key and send the signature in Lodestone-Signature.'
  )
}

function keysOf(signatures: readonly (StatedSignature | null | undefined)[]): readonly string[] {
  return [...new Set(signatures.flatMap((signature) => signature?.key ?? []))].sort()
}

/** Turns what identity refuses into a refusal of the request. */
export function readOrRefuse(jws: string): DocumentSignature {
  try {
    return readSignature(jws)
  } catch (error) {
    throw error instanceof SignatureRefused ? invalid(error.message) : error
  }
}

export function invalid(message: string): RegistryError {
  return new RegistryError('SIGNATURE_INVALID', message)
}
