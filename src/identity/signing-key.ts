import { calculateJwkThumbprint, importJWK, type JWK } from 'jose'
import { pointFault } from '../domain/ed25519-point.ts'

/** Algorithms that documents may be signed with; nothing else is ever tried (RFC 8725 3.1). */
export type SigningAlgorithm = 'EdDSA' | 'ES256'

/** A public key that documents are signed with. */
export interface SigningKey {
  /** RFC 7638 thumbprint: the `kid` of its signatures. */
  readonly id: string
  readonly algorithm: SigningAlgorithm
  /** The members that make up the key, and no others (RFC 7517). */
  readonly jwk: JWK
}

/** What is wrong with a key or a signature, in words for whoever sent it. */
export class SignatureRefused extends Error {
  override readonly name = 'SignatureRefused'
}

const COORDINATE = /^[A-Za-z0-9_-]{43}$/

/**
 * Reads a public JWK: Ed25519 (RFC 8037) or P-256 (RFC 7518 6.2). Throws SignatureRefused for any
 * other key, for one with private parts, and for an Ed25519 key of small order.
 */
export async function readSigningKey(value: unknown): Promise<SigningKey> {
  if (typeof value !== 'object' || value === null) {
    throw new SignatureRefused('The key must be a JWK, a JSON object (RFC 7517).')
  }
  const given = value as Readonly<Record<string, unknown>>
  for (const secret of ['d', 'k', 'p', 'q']) {
    if (secret in given) throw new SignatureRefused('The key has private parts; keep them.')
  }
  const jwk = given['kty'] === 'OKP' ? ed25519(given) : p256(given)
  const algorithm = jwk.kty === 'OKP' ? 'EdDSA' : 'ES256'
  refuseOtherPurpose(given, algorithm === 'ES256' ? ['ES256'] : ['EdDSA', 'Ed25519'])
  await importJWK(jwk, algorithm).catch((cause) => {
    throw new SignatureRefused('The key is not a point of its curve.', { cause })
  })
  return { id: await calculateJwkThumbprint(jwk), algorithm, jwk }
}

/** RFC 7517 4.2 to 4.4: what a key says that it is for. */
function refuseOtherPurpose(
  { alg, use, key_ops: operations }: Readonly<Record<string, unknown>>,
  algorithms: readonly string[]
): void {
  if (alg !== undefined && !algorithms.includes(String(alg))) {
    throw new SignatureRefused(`The key is for ${alg}, which is not ${algorithms[0]}.`)
  }
  const verifies = Array.isArray(operations) && operations.includes('verify')
  if ((use !== undefined && use !== 'sig') || (operations !== undefined && !verifies)) {
    throw new SignatureRefused('The key is not one to verify signatures with: use or key_ops.')
  }
}

const OF_POINT = {
  smallOrder: 'The key is a point of small order, which signs everything.',
  beyondField: 'The key is a point that is not written as RFC 8032 5.1.2 says.'
} as const

function ed25519({ crv, x }: Readonly<Record<string, unknown>>): JWK {
  if (crv !== 'Ed25519') throw new SignatureRefused('The curve must be Ed25519.')
  const fault = pointFault(Buffer.from(coordinate('x', x), 'base64url'))
  if (fault) throw new SignatureRefused(OF_POINT[fault])
  return { kty: 'OKP', crv, x: coordinate('x', x) }
}

function p256({ kty, crv, x, y }: Readonly<Record<string, unknown>>): JWK {
  if (kty !== 'EC' || crv !== 'P-256') {
    throw new SignatureRefused('The key must be Ed25519 (kty OKP) or P-256 (kty EC).')
  }
  return { kty, crv, x: coordinate('x', x), y: coordinate('y', y) }
}

function coordinate(name: string, value: unknown): string {
  const text = typeof value === 'string' ? value : ''
  const isCanonical = Buffer.from(text, 'base64url').toString('base64url') === text
  if (COORDINATE.test(text) && isCanonical) return text
  throw new SignatureRefused(`${name} of the key must be 32 bytes in base64url without padding.`)
}
