import { CompactSign, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { isSignedBy, KEY_PROOF_TYPE, readSignature } from './document-signature.ts'
import {
  readSigningKey,
  SignatureRefused,
  type SigningAlgorithm,
  type SigningKey
} from './signing-key.ts'

/** A private key to sign documents with; `privateJwk` is its secret. */
export interface PrivateSigningKey extends SigningKey {
  readonly privateJwk: JWK
}

export async function newSigningKey(algorithm: SigningAlgorithm): Promise<PrivateSigningKey> {
  const options = algorithm === 'EdDSA' ? { crv: 'Ed25519' } : {}
  const { privateKey } = await generateKeyPair(algorithm, { ...options, extractable: true })
  return openSigningKey(await exportJWK(privateKey))
}

/** A key from its private JWK (RFC 7517). Throws SignatureRefused for anything else. */
export async function openSigningKey(value: unknown): Promise<PrivateSigningKey> {
  const { d, ...publicParts } = (value ?? {}) as JWK
  if (typeof d !== 'string') throw new SignatureRefused('The key has no private part.')
  const key = await readSigningKey(publicParts)
  const opened = { ...key, privateJwk: { ...key.jwk, d } }
  if (await signsAsItself(opened)) return opened
  throw new SignatureRefused('The private part is not that of the key.')
}

/** Else what it signs would be refused everywhere, and nobody would know why. */
async function signsAsItself(key: PrivateSigningKey): Promise<boolean> {
  const bytes = Buffer.from(key.id)
  const jws = await signDocument(key, bytes).catch(() => null)
  return jws !== null && isSignedBy(readSignature(jws), key, bytes)
}

/** Signs the exact bytes of a document: a detached JWS for `Lodestone-Signature`. */
export function signDocument(key: PrivateSigningKey, bytes: Uint8Array): Promise<string> {
  return detached(key, bytes, {})
}

/** Signs the registration of the key itself, which shows that one has it. */
export function signKeyProof(key: PrivateSigningKey, bytes: Uint8Array): Promise<string> {
  return detached(key, bytes, { typ: KEY_PROOF_TYPE })
}

async function detached(key: PrivateSigningKey, bytes: Uint8Array, more: object): Promise<string> {
  const header = { alg: key.algorithm, kid: key.id, ...more }
  const privateKey = await importJWK(key.privateJwk, key.algorithm)
  const whole = await new CompactSign(bytes).setProtectedHeader(header).sign(privateKey)
  return whole.replace(/\..*\./, '..')
}
