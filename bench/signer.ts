import { createPrivateKey, createPublicKey, hash, type KeyObject, sign } from 'node:crypto'
import { KEY_PROOF_TYPE } from '../src/identity/document-signature.ts'
import { readSigningKey } from '../src/identity/signing-key.ts'
import type { Deps, Principal } from '../src/registry/deps.ts'
import { registerKey } from '../src/registry/parties/register-key.ts'

type Signer = { readonly id: string; readonly privateKey: string }

/** PKCS #8 of an Ed25519 key is this, then the 32 bytes of the key (RFC 8410). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The Ed25519 key of the caller's organization: the same in every process, registered once. */
export async function registerSigner(
  deps: Deps,
  principal: Principal,
  name: string
): Promise<Signer> {
  const der = Buffer.concat([PKCS8_HEAD, hash('sha256', `bench ${name}`, 'buffer')])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const { id, jwk } = await readSigningKey(createPublicKey(key).export({ format: 'jwk' }))
  const signer = { id, privateKey: key.export({ type: 'pkcs8', format: 'pem' }) as string }
  const [known] = await deps.db.query({
    text: 'select 1 from signing_key where id = $1',
    values: [id]
  })
  if (known) return signer
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
