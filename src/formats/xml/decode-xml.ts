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
  const declared = declaredIn(bytes)
  const allowed = encoding === 'utf-8' ? ['utf-8', 'utf8', 'us-ascii'] : ['utf-16', encoding]
  if (declared !== undefined && !allowed.includes(declared)) {
    const mark = /^utf-?16/.test(declared) ? ', which needs a byte order mark' : ''
    throw new RegistryError(
      'BODY_INVALID',
      `The document says that it is in ${declared}${mark}, and is read as ${encoding}; send UTF-8.`
    )
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new RegistryError('BODY_INVALID', `The document is not in ${encoding}; send UTF-8.`, {
      cause
    })
  }
}

const HEAD_BYTES = 400

/** What the document says of itself, in letters that all encodings share but for zeros and marks. */
function declaredIn(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1')
  const plain = head.replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '').replaceAll('\0', '')
  return DECLARED.exec(plain)?.[1]?.toLowerCase()
}
