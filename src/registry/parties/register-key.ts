import { RegistryError } from '../../errors.ts'
import { parseStrictJson } from '../../formats/strict-json.ts'
import { isSignedBy, KEY_PROOF_TYPE } from '../../identity/document-signature.ts'
import { readSigningKey, SignatureRefused, type SigningKey } from '../../identity/signing-key.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import type { Transaction } from '../../storage/database.ts'
import { appendEntries } from '../../storage/journal/journal.ts'
import { insertSignedRequest } from '../../storage/parties/signed-requests.ts'
import {
  findSigningKey,
  insertSigningKey,
  lockSigningKey,
  revokeSigningKey
} from '../../storage/parties/signing-keys.ts'
import type { Deps, Principal } from '../deps.ts'
import type { Registration } from '../registration.ts'
import { holdKeys, invalid, readOrRefuse } from '../signing/accept-signature.ts'
import { requestDocument } from '../signing/signed-request.ts'
import { type KeyRecord, keyRecord } from './key-record.ts'
import { actedBy } from './party-entry.ts'
import { refuseUnvouched, vouchedFor } from './vouch.ts'

/** Why a key is revoked: what was signed with it before stays signed. */
export type RevocationReason = 'compromised' | 'superseded' | 'retired'

/**
 * Registers a key of the caller's organization. The document `{organization, jwk, label?}` is signed
 * by that key itself, which proves that the caller has it; the entry is plain, so that everybody
 * can verify what it signs. Throws `BODY_INVALID`, `REQUEST_INVALID`, `SIGNATURE_INVALID`,
 * `SIGNATURE_REQUIRED` where a key in force must vouch for it, or
 * `CONFLICT` where another organization has the key or it was revoked.
 */
export async function registerKey(
  deps: Deps,
  request: {
    readonly principal: Principal
    readonly document: Buffer
    readonly proof: string | undefined
    /** Detached JWS over the same bytes by a key that is in force. */
    readonly countersignature?: string | undefined
  }
): Promise<Registration<KeyRecord>> {
  const { principal, document } = request
  const { label, key } = await readRequest(principal, document)
  const jws = await proven(key, request)
  const vouched = await vouchedFor(deps, principal, document, request.countersignature)
  const registered = await deps.db.transaction(async (tx) => {
    await lockName(tx, `signing_key ${key.id}`)
    const before = await findSigningKey(tx, key.id)
    if (before) {
      const same = before.organization === principal.organization
      if (same && before.revokedPosition === null) {
        return { record: keyRecord(before), created: false }
      }
      throw new RegistryError('CONFLICT', 'This key cannot be registered again; make a new one.')
    }
    const { organization } = principal
    await holdKeys(tx, [vouched])
    const by = vouched ? { vouched } : {}
    const { first: position } = await appendEntries(
      tx,
      [
        {
          kind: 'key',
          subject: key.id,
          organization,
          document: requestDocument(document),
          blind: false,
          body: { algorithm: key.algorithm, jwk: key.jwk, proof: jws, ...by }
        }
      ],
      deps.now()
    )
    if (vouched === null) await refuseUnvouched(tx, organization)
    await insertSignedRequest(tx, position, document)
    const { id, algorithm } = key
    const jwk = JSON.stringify(key.jwk)
    await insertSigningKey(tx, { id, organization, algorithm, jwk, label, position })
    return { record: await stored(tx, id), created: true }
  })
  deps.signing.keyChanged(key.id)
  return registered
}

/**
 * Revokes a key for good; a second time changes nothing. Signatures that were accepted before stay
 * good, later ones are refused. Throws `NOT_FOUND` also for keys of others, unless the caller is an
 * administrator.
 */
export async function revokeKey(
  deps: Deps,
  request: {
    readonly principal: Principal
    readonly id: string
    readonly reason: RevocationReason
  }
): Promise<KeyRecord> {
  const { principal, id, reason } = request
  const revoked = await deps.db.transaction(async (tx) => {
    await lockSigningKey(tx, id)
    const key = await findSigningKey(tx, id)
    const mine = key?.organization === principal.organization || principal.scopes.has('admin')
    if (!key || !mine) throw unknownKey(id)
    if (key.revokedPosition !== null) return keyRecord(key)
    const entry = { kind: 'key_revocation', subject: id, organization: key.organization }
    const { first } = await appendEntries(
      tx,
      [
        {
          ...entry,
          document: null,
          blind: false,
          body: { reason, ...actedBy(principal, key.organization, null) }
        }
      ],
      deps.now()
    )
    await revokeSigningKey(tx, id, first, reason)
    return stored(tx, id)
  })
  deps.signing.keyChanged(id)
  return revoked
}

export function unknownKey(id: string): RegistryError {
  return new RegistryError('NOT_FOUND', `There is no key ${id}.`)
}

async function stored(tx: Transaction, id: string): Promise<KeyRecord> {
  const row = await findSigningKey(tx, id)
  if (!row) throw new Error(`key ${id} was not stored`)
  return keyRecord(row)
}

async function readRequest(principal: Principal, document: Buffer) {
  const value = parseStrictJson(document) as Readonly<Record<string, unknown>> | null
  const unknown = Object.keys(value ?? {}).filter(
    (name) => !['organization', 'jwk', 'label'].includes(name)
  )
  const { organization, jwk, label = null } = value ?? {}
  if (unknown.length > 0) throw wrong(`/${unknown[0]}`, 'is not known here')
  if (organization !== principal.organization) {
    throw wrong('/organization', 'must be the organization of the caller')
  }
  if (label !== null && (typeof label !== 'string' || label.length > 100)) {
    throw wrong('/label', 'must be text of at most 100 characters')
  }
  try {
    return { label, key: await readSigningKey(jwk) }
  } catch (error) {
    if (error instanceof SignatureRefused) throw wrong('/jwk', error.message)
    throw error
  }
}

async function proven(
  key: SigningKey,
  { document, proof }: { readonly document: Buffer; readonly proof: string | undefined }
): Promise<string> {
  if (proof === undefined) {
    throw invalid('Sign this request with the key itself, in Lodestone-Signature.')
  }
  const signature = readOrRefuse(proof)
  if (await isSignedBy(signature, key, document, KEY_PROOF_TYPE)) return signature.jws
  throw invalid(`The key did not sign these bytes with typ ${KEY_PROOF_TYPE}.`)
}

function wrong(pointer: string, message: string): RegistryError {
  return new RegistryError(
    'REQUEST_INVALID',
    `The key cannot be registered: ${pointer} ${message}`,
    {
      details: [{ pointer, message }]
    }
  )
}
