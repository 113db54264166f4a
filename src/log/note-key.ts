import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { pointFault } from '../domain/ed25519-point.ts'
import { fromBase64 } from './base64.ts'

/** C2SP signed-note: the signature type of plain Ed25519. */
const ED25519 = 0x01
const PUBLIC_KEY_BYTES = 32

/** Whose signature on a note is believed: a name, the id that goes with it, and the key. */
export interface NoteVerifier {
  readonly name: string
  /** First four bytes of SHA-256(name || 0x0A || type || public key). */
  readonly id: Buffer
  readonly publicKey: KeyObject
}

/** C2SP signed-note: not empty, no space, no plus; so that lines can be told apart. */
export function isKeyName(name: string): boolean {
  return /^[^\s+\p{Cc}]+$/u.test(name)
}

/** The verifier for an Ed25519 key of 32 bytes. Throws RangeError for a name that is not one. */
export function noteVerifier(name: string, publicKey: Uint8Array): NoteVerifier {
  if (!isKeyName(name)) throw new RangeError(`"${name}" is not a key name`)
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw new RangeError('an Ed25519 key has 32 bytes')
  const x = Buffer.from(publicKey).toString('base64url')
  return {
    name,
    id: keyId(name, publicKey),
    publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  }
}

/** The key as people hand it on: `name+hex(id)+base64(type || key)`. */
export function verifierText({ name, id, publicKey }: NoteVerifier): string {
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const encoded = Buffer.concat([Buffer.from([ED25519]), Buffer.from(x, 'base64url')])
  return `${name}+${id.toString('hex')}+${encoded.toString('base64')}`
}

/**
 * Reads `verifierText`; null for anything else, also where the id is not the one of the key, or the key
 * one by which anybody signs.
 */
export function parseVerifier(text: string): NoteVerifier | null {
  const [, name = '', id = '', key = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? []
  const bytes = fromBase64(key)
  if (!isKeyName(name) || bytes?.length !== PUBLIC_KEY_BYTES + 1 || bytes[0] !== ED25519)
    return null
  if (pointFault(bytes.subarray(1)) !== null) return null
  const verifier = noteVerifier(name, bytes.subarray(1))
  return verifier.id.toString('hex') === id ? verifier : null
}

function keyId(name: string, publicKey: Uint8Array): Buffer {
  const type = Buffer.from([ED25519])
  const hash = createHash('sha256').update(`${name}\n`).update(type).update(publicKey)
  return hash.digest().subarray(0, 4)
}
