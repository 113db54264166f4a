import { sign } from 'node:crypto'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import { KEY_PROOF_TYPE } from '../../src/identity/document-signature.ts'
import { readSigningKey, type SigningKey } from '../../src/identity/signing-key.ts'
import type { Actor } from './service.ts'

/** A key pair of a test, and what it can sign. */
export interface Signer extends SigningKey {
  /** A detached JWS over the bytes; `header` adds or replaces members. */
  sign(document: Buffer | string, header?: Readonly<Record<string, unknown>>): Promise<string>
  /** The same under a header of any bytes at all; of Ed25519 keys. */
  signUnder(document: Buffer | string, header: Buffer): string
}

export async function newSigner(algorithm: 'EdDSA' | 'ES256' = 'EdDSA'): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, {
    ...(algorithm === 'EdDSA' ? { crv: 'Ed25519' } : {}),
    extractable: true
  })
  const privateJwk = await exportJWK(privateKey)
  const key = await readSigningKey(await exportJWK(publicKey))
  return {
    ...key,
    sign: async (document, header = {}) => {
      const members = { alg: algorithm, kid: key.id, ...header }
      const whole = await new CompactSign(Buffer.from(document))
        .setProtectedHeader(members)
        .sign(privateKey)
      return whole.replace(/\..*\./, '..')
    },
    signUnder: (document, header) => {
      const head = header.toString('base64url')
      const input = Buffer.from(`${head}.${Buffer.from(document).toString('base64url')}`)
      const made = sign(null, input, { key: { ...privateJwk }, format: 'jwk' })
      return `${head}..${made.toString('base64url')}`
    }
  }
}

/** Registers a new key of the actor's organization. */
export async function registeredKey(
  actor: Actor,
  algorithm: 'EdDSA' | 'ES256' = 'EdDSA'
): Promise<Signer> {
  const signer = await newSigner(algorithm)
  const answer = await registerKeyOf(actor, signer)
  if (answer.status !== 201) throw new Error(`no key: ${JSON.stringify(answer.body)}`)
  return signer
}

export async function registerKeyOf(actor: Actor, signer: Signer, more: object = {}) {
  const { organization } = actor
  const document = JSON.stringify({ organization, jwk: signer.jwk, ...more })
  const proof = await signer.sign(document, { typ: KEY_PROOF_TYPE })
  return actor.request('POST', '/v1/keys', document, { 'lodestone-signature': proof })
}
