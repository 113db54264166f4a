import { RegistryError } from '../../errors.ts'

const SIGNATURES = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' }
] as const
const DECLARED = /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/

/**
 * The text of an XML document in UTF-8, or in UTF-16 with a byte order mark (XML 1.0 4.3.3: what
 * every processor must read). Throws `BODY_INVALID` for other encodings, for bytes that are not of
 * the encoding, and where declaration and bytes contradict each other.
 */
export function decodeXml(bytes: Uint8Array): string {
  const signature = SIGNATURES.find((each) => each.bytes.every((byte, at) => bytes[at] === byte))
  const encoding = signature?.encoding ?? 'utf-8'
  const text = decode(bytes, encoding)
  const declared = DECLARED.exec(text)?.[1]?.toLowerCase()
  const allowed = encoding === 'utf-8' ? ['utf-8', 'utf8', 'us-ascii'] : ['utf-16', encoding]
  if (declared === undefined || allowed.includes(declared)) return text
  throw new RegistryError(
    'BODY_INVALID',
    `The document says that it is in ${declared}, and is read as ${encoding}; send UTF-8.`
  )
}

function decode(bytes: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new RegistryError('BODY_INVALID', `The document is not in ${encoding}; send UTF-8.`, {
      cause
    })
  }
}
