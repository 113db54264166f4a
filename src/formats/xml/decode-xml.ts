import { isAscii, isUtf8 } from 'node:buffer'
import { RegistryError } from '../../errors.ts'
import { invalidPlace } from '../text-place.ts'

const SIGNATURES = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' }
] as const
const NAMES_OF_UTF8: readonly string[] = ['utf-8', 'utf8', 'us-ascii']
const DECLARED = /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/

/** Older encodings of data sets, one byte for a character. ISO 8859 has none from 0x80 to 0x9F. */
const SINGLE_BYTE: readonly string[] = [
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-15',
  'windows-1250',
  'windows-1252'
]

/**
 * The text of an XML document in UTF-8, in UTF-16 with a byte order mark (XML 1.0 4.3.3: what every
 * processor must read), or in an older encoding that it declares. Throws `BODY_INVALID` for other
 * encodings, for bytes that are not of the encoding, and where declaration and bytes contradict each
 * other.
 */
export function decodeXml(bytes: Uint8Array): string {
  const signature = SIGNATURES.find((each) => each.bytes.every((byte, at) => bytes[at] === byte))
  const encoding = signature?.encoding ?? 'utf-8'
  const declared = declaredIn(bytes)
  if (!signature && declared !== undefined && SINGLE_BYTE.includes(declared)) {
    return decodeSingleBytes(bytes, declared)
  }
  const allowed = encoding === 'utf-8' ? NAMES_OF_UTF8 : ['utf-16', encoding]
  if (declared !== undefined && !allowed.includes(declared)) {
    const mark = /^utf-?16/.test(declared) ? ', which needs a byte order mark' : ''
    throw new RegistryError(
      'BODY_INVALID',
      `The document says that it is in ${declared}${mark}, and is read as ${encoding}; send UTF-8.`
    )
  }
  return withoutMark(decoded(bytes, encoding, declared))
}

/**
 * The decoder has taken the mark of the encoding, which is no part of the document. A second one is a
 * character before its first tag, where XML 1.0 has none (production 1; 4.3.3); parsers disagree.
 */
function withoutMark(text: string): string {
  if (!text.startsWith('\uFEFF')) return text
  throw new RegistryError(
    'BODY_INVALID',
    'The document begins with two byte order marks (U+FEFF); remove one, or both of UTF-8.'
  )
}

function decoded(bytes: Uint8Array, encoding: string, declared: string | undefined): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    const older =
      declared === undefined ? ` Or let it begin with <?xml version="1.0" encoding="…"?>.` : ''
    throw new RegistryError(
      'BODY_INVALID',
      `The document is not in ${encoding}${where(bytes, encoding)}; send UTF-8.${older}`,
      { cause }
    )
  }
}

/** UTF-16 is only wrong where half of a pair is missing, which no editor shows. */
function where(bytes: Uint8Array, encoding: string): string {
  if (encoding !== 'utf-8') return ''
  return ` at ${invalidPlace(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))}`
}

/** True of what `decodeXml` reads as UTF-8 without a byte order mark: most documents. */
export function isPlainUtf8(bytes: Uint8Array): boolean {
  const declared = declaredIn(bytes) ?? 'utf-8'
  return bytes[0] !== 0xef && NAMES_OF_UTF8.includes(declared) && isUtf8(bytes)
}

/**
 * The same as UTF-8 without a byte order mark, nearly always the bytes themselves; null for what is no
 * Unicode. Throws as `decodeXml`.
 */
export function utf8Xml(bytes: Uint8Array): Uint8Array | null {
  if (isPlainUtf8(bytes)) return bytes
  const text = decodeXml(bytes)
  return text.isWellFormed() ? Buffer.from(text) : null
}

/**
 * Decoders of the web read ISO 8859-1 as windows-1252 and give what no character has as control codes.
 * Neither is wanted of a document that somebody signs.
 */
function decodeSingleBytes(bytes: Uint8Array, encoding: string): string {
  if (isAscii(bytes)) return new TextDecoder('utf-8').decode(bytes)
  if (isUtf8(bytes)) {
    throw new RegistryError(
      'BODY_INVALID',
      `The document says that it is in ${encoding}, and its bytes are UTF-8; mend what it says.`
    )
  }
  const text = new TextDecoder(encoding).decode(bytes)
  const at = encoding.startsWith('iso-8859')
    ? bytes.findIndex((byte) => byte >= 0x80 && byte < 0xa0)
    : text.search(/[\u0080-\u009f\ufffd]/)
  if (at === -1) return text
  const byte = `0x${bytes[at]?.toString(16).toUpperCase()}`
  const windows = encoding === 'iso-8859-1' ? ' It may be in windows-1252.' : ''
  throw new RegistryError(
    'BODY_INVALID',
    `The document says that it is in ${encoding}, where ${byte} (byte ${at}) is no character.${windows} Say which it is, or send UTF-8.`
  )
}

const HEAD_BYTES = 400

/** What the document says of itself, in letters that all encodings share but for zeros and marks. */
function declaredIn(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1')
  const plain = head.replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '').replaceAll('\0', '')
  return DECLARED.exec(plain)?.[1]?.toLowerCase()
}
