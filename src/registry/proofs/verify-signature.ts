import { transitions } from '../../domain/epd/lifecycle.ts'
import { parseStrictJson } from '../../formats/strict-json.ts'
import { isSignedBy, KEY_PROOF_TYPE, readSignature } from '../../identity/document-signature.ts'
import { readSigningKey, SignatureRefused, type SigningKey } from '../../identity/signing-key.ts'
import type { OpenedEntry } from '../../log/bundle.ts'
import type { LoggedStatement } from '../../log/read-statement.ts'
import { signingOrganization } from '../signing/signed-by.ts'
import type { StatedEntry } from './verify-bundle.ts'

/** What became of the signature that a statement names. */
export type SignatureResult =
  | { readonly state: 'none' }
  | { readonly state: 'verified'; readonly key: string; readonly organization: string | null }
  /** The document is withheld, so only the log vouches for it. */
  | { readonly state: 'unseen'; readonly key: string }
  | { readonly state: 'refused'; readonly reason: string }

/** What the log says of keys, by their ids; of each, the first entry of its kind. */
export class KeysShown {
  readonly #entries = new Map<string, StatedEntry>()

  constructor(entries: readonly StatedEntry[] = []) {
    for (const entry of entries) this.add(entry)
  }

  add(stated: StatedEntry): void {
    const { kind, subject } = stated.statement ?? {}
    if (kind !== 'key' && kind !== 'key_revocation') return
    const name = `${kind} ${subject}`
    if (!this.#entries.has(name)) this.#entries.set(name, stated)
  }

  registered(id: string): StatedEntry | undefined {
    return this.#entries.get(`key ${id}`)
  }

  revoked(id: string): StatedEntry | undefined {
    return this.#entries.get(`key_revocation ${id}`)
  }
}

/**
 * Verifies a signature by the entries of the log alone: the key must have been registered before by
 * the organization that acted, and not revoked before; of a key, that it was registered by itself.
 */
export async function verifySignature(
  { entry, statement }: StatedEntry,
  keys: KeysShown
): Promise<SignatureResult> {
  if (!statement) return { state: 'none' }
  const isKey = statement.kind === 'key'
  const possession = isKey ? await verifyPossession(entry, statement) : null
  if (possession?.state === 'refused') return possession
  // Of a further key, that one in force vouched for it.
  const signature = statement.body[isKey ? 'vouched' : 'signature']
  if (signature !== undefined) {
    return verifyNamed({ entry, statement }, namedIn(signature), keys)
  }
  return mustBeSigned(statement)
    ? refused('Nobody signed what is always signed.')
    : { state: 'none' }
}

/** Verification, registration and withdrawal of a declaration, by what they do or by what comes of it. */
function mustBeSigned({ kind, body }: LoggedStatement): boolean {
  const { transition, state } = body
  return (
    kind === 'epd_transition' &&
    transitions.some(({ signed, name, to }) => signed && (name === transition || to === state))
  )
}

function namedIn(value: unknown): Named {
  return typeof value === 'object' && value !== null ? value : {}
}

/** A signature as a statement names it. */
interface Named {
  readonly key?: unknown
  readonly jws?: unknown
}

async function verifyNamed(
  { entry, statement }: { readonly entry: OpenedEntry; readonly statement: LoggedStatement },
  { key: id, jws }: Named,
  keys: KeysShown
): Promise<SignatureResult> {
  if (typeof id !== 'string' || typeof jws !== 'string') return refused('It names no key.')
  const registered = keys.registered(id)
  if (!registered?.statement) return refused(`The bundle lacks the key ${id}.`)
  const organization = signingOrganization(statement)
  if (registered.statement.organization !== organization) {
    return refused('The key belongs to another organization.')
  }
  if (registered.entry.index >= entry.index) return refused('The key was registered later.')
  const revoked = keys.revoked(id)
  if (revoked && revoked.entry.index < entry.index) return refused('The key was revoked before.')
  if (!entry.document) return { state: 'unseen', key: id }
  const reason = await refusedSignature(registered.statement, jws, entry.document)
  if (reason !== null) return refused(reason)
  return { state: 'verified', key: id, organization }
}

/**
 * That whoever registered a key has it, and registered it for this organization: the key signed the
 * request, which names both. Else a registry could give an organization a key that is not its own.
 * No signature of anything else: what holds is told by its document, what does not is refused.
 */
async function verifyPossession(
  { document }: OpenedEntry,
  statement: LoggedStatement
): Promise<SignatureResult> {
  const { subject, organization, body } = statement
  if (!document) return refused('The bundle lacks the request that registered the key.')
  const proof = String(body['proof'])
  const reason = await refusedSignature(statement, proof, document, KEY_PROOF_TYPE)
  if (reason === null && (await registers(document, subject, organization))) {
    return { state: 'none' }
  }
  return refused('Nobody who has the key registered it for this organization.')
}

/** True where the request registers the key for the organization, whoever reads it. */
async function registers(
  document: Buffer,
  id: string,
  organization: string | null
): Promise<boolean> {
  try {
    const request = parseStrictJson(document) as Readonly<Record<string, unknown>>
    return (
      request['organization'] === organization && (await readSigningKey(request['jwk'])).id === id
    )
  } catch {
    return false
  }
}

/** Why the key did not sign the document; null where it did. */
async function refusedSignature(
  registered: LoggedStatement,
  jws: string,
  document: Uint8Array,
  type: string | null = null
): Promise<string | null> {
  try {
    const key: SigningKey = await readSigningKey(registered.body['jwk'])
    if (key.id !== registered.subject) return 'The key is not the one that was registered.'
    const isSigned = await isSignedBy(readSignature(jws), key, document, type)
    return isSigned ? null : 'The key did not sign these bytes.'
  } catch (error) {
    if (error instanceof SignatureRefused) return error.message
    throw error
  }
}

function refused(reason: string): SignatureResult {
  return { state: 'refused', reason }
}
