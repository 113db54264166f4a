import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { KEY_PROOF_TYPE } from '../src/identity/document-signature.ts'
import { readSigningKey } from '../src/identity/signing-key.ts'
import type { Deps, Principal } from '../src/registry/deps.ts'
import { registerKey } from '../src/registry/register-key.ts'

type Signer = { readonly id: string; readonly privateKey: string }

/** A new Ed25519 key of the caller's organization. */
export async function registerSigner(deps: Deps, principal: Principal): Promise<Signer> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { id, jwk } = await readSigningKey(publicKey.export({ format: 'jwk' }))
  const signer = { id, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
  const { organization } = principal
  const document = Buffer.from(JSON.stringify({ organization, jwk }))
  const proof = signature(signer, document, { typ: KEY_PROOF_TYPE })
  await registerKey(deps, { principal, document, proof })
  return signer
}

const keys = new Map<string, KeyObject>()

/** A detached JWS over the bytes (RFC 7515 appendix F). */
export function signature(signer: Signer, bytes: Buffer, more: object = {}): string {
  const known = keys.get(signer.id) ?? createPrivateKey(signer.privateKey)
  keys.set(signer.id, known)
  const members = JSON.stringify({ alg: 'EdDSA', kid: signer.id, ...more })
  const header = Buffer.from(members).toString('base64url')
  const signed = Buffer.from(`${header}.${bytes.toString('base64url')}`)
  return `${header}..${sign(null, signed, known).toString('base64url')}`
}
