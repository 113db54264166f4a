import { type KeyObject, sign, verify } from 'node:crypto'
import { fromBase64 } from './base64.ts'
import type { NoteVerifier } from './note-key.ts'

const KEY_ID_BYTES = 4
/** Beyond what any log has witnesses; a limit against notes made to cost time. */
const MOST_SIGNATURES = 100

/** One line below the text: who signed, with which key, and the signature. */
export interface NoteSignature {
  readonly name: string
  readonly keyId: Buffer
  readonly signature: Buffer
}

/** C2SP signed-note: a text that ends in a newline, and its signatures; nothing is verified yet. */
export interface Note {
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** Signs a text, which must end in a newline, and returns the whole note. */
export function signNote(text: string, signer: NoteVerifier, privateKey: KeyObject): string {
  if (!text.endsWith('\n')) throw new RangeError('the text of a note ends in a newline')
  const signature = Buffer.concat([signer.id, sign(null, Buffer.from(text), privateKey)])
  return `${text}\n— ${signer.name} ${signature.toString('base64')}\n`
}

/** Reads a note; null for anything that the format does not allow, CRLF and trailing data included. */
export function parseNote(bytes: string | Uint8Array): Note | null {
  const whole = typeof bytes === 'string' ? bytes : decode(bytes)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids them
  if (whole === null || /[\x00-\x09\x0b-\x1f]/.test(whole)) return null
  const split = whole.lastIndexOf('\n\n')
  if (split < 1 || !whole.endsWith('\n')) return null
  const lines = whole.slice(split + 2, -1).split('\n')
  if (lines.length > MOST_SIGNATURES) return null
  const signatures = lines.map(parseSignature)
  if (signatures.includes(null)) return null
  return {
    text: whole.slice(0, split + 1),
    signatures: signatures.filter((signature) => signature !== null)
  }
}

/**
 * The keys among `known` that signed the note. Null where a signature of a known key is wrong or
 * none of them signed: then nothing of the note is to be believed. Unknown signatures are ignored.
 */
export function verifiedBy(note: Note, known: readonly NoteVerifier[]): NoteVerifier[] | null {
  const signers = new Set<NoteVerifier>()
  for (const { name, keyId, signature } of note.signatures) {
    const key = known.find((one) => one.name === name && one.id.equals(keyId))
    if (!key) continue
    if (!verify(null, Buffer.from(note.text), key.publicKey, signature)) return null
    signers.add(key)
  }
  return signers.size === 0 ? null : [...signers]
}

function parseSignature(line: string): NoteSignature | null {
  const [, name = '', encoded = ''] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? []
  const bytes = fromBase64(encoded)
  if (name === '' || bytes === null || bytes.length <= KEY_ID_BYTES) return null
  return { name, keyId: bytes.subarray(0, KEY_ID_BYTES), signature: bytes.subarray(KEY_ID_BYTES) }
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
