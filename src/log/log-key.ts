import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type NoteVerifier, noteVerifier, parseVerifier, verifierText } from './note-key.ts'

/** The key that a log signs its checkpoints with; its name is the origin of the log. */
export interface LogKey {
  readonly verifier: NoteVerifier
  readonly privateKey: KeyObject
}

/** A key of the log as it is stored: `id` is what verifiers are given (`verifierText`). */
export interface StoredLogKey {
  readonly id: string
  readonly privateJwk: string
  readonly publicJwk: string
}

/** A new Ed25519 key for the log of that origin. */
export function newLogKey(origin: string): StoredLogKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const publicJwk = publicKey.export({ format: 'jwk' })
  const verifier = noteVerifier(origin, Buffer.from(publicJwk.x ?? '', 'base64url'))
  return {
    id: verifierText(verifier),
    privateJwk: JSON.stringify(privateKey.export({ format: 'jwk' })),
    publicJwk: JSON.stringify(publicJwk)
  }
}

/** Makes a stored key ready to sign. Throws RangeError where it does not belong to its name. */
export function openLogKey(stored: StoredLogKey): LogKey {
  const verifier = parseVerifier(stored.id)
  const privateKey = createPrivateKey({ key: JSON.parse(stored.privateJwk), format: 'jwk' })
  const { x } = privateKey.export({ format: 'jwk' })
  if (verifier === null || verifier.publicKey.export({ format: 'jwk' }).x !== x) {
    throw new RangeError('the key of the log does not belong to its name')
  }
  return { verifier, privateKey }
}
