import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { SignatureRefused, type SigningKey } from './signing-key.ts'

/** A detached JWS (RFC 7515 appendix F) over the exact bytes of a document. */
export interface DocumentSignature {
  /** The `kid` of its header: RFC 7638 thumbprint of the key. */
  readonly key: string
  readonly algorithm: 'EdDSA' | 'Ed25519' | 'ES256'
  /** What kind of thing was signed; absent for documents. */
  readonly type: string | null
  /** As it was sent: protected header, two dots, signature. */
  readonly jws: string
}

/** `typ` of what is signed to show that one has a key, so that it is never taken for a document. */
export const KEY_PROOF_TYPE = 'lodestone-key+jws'

const LONGEST = 4096
const DETACHED = /^([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]+)$/
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256'] as const
const MALFORMED = 'A detached JWS is expected: protected header, two dots, signature, in base64url.'
/** Everything else in a header is refused, above all what names a key of its own: jku, x5u, jwk. */
const MEMBERS = ['alg', 'kid', 'typ', 'cty', 'iat']

/**
 * Reads a detached signature without verifying it. Strict where libraries are not: one way to write
 * base64url, known header members only, the two algorithms only. Throws SignatureRefused.
 */
export function readSignature(jws: string): DocumentSignature {
  const [, header = '', signature = ''] = (jws.length <= LONGEST && DETACHED.exec(jws)) || []
  if (header === '' || !isCanonical(signature)) {
    throw new SignatureRefused(MALFORMED)
  }
  return { ...protectedHeader(header), jws }
}

/** What a protected header says. */
type ProtectedHeader = Omit<DocumentSignature, 'jws'>

/** Whoever signs writes the same header again and again: a text stands for what was read in it. */
const readHeaders = new Map<string, ProtectedHeader>()
const MOST_HEADERS = 10_000

function protectedHeader(text: string): ProtectedHeader {
  const known = readHeaders.get(text)
  if (known) return known
  const header = readHeader(text)
  if (readHeaders.size >= MOST_HEADERS) readHeaders.clear()
  readHeaders.set(text, header)
  return header
}

function readHeader(text: string): ProtectedHeader {
  if (!isCanonical(text)) throw new SignatureRefused(MALFORMED)
  const members = membersOf(text)
  const algorithm = ALGORITHMS.find((name) => name === members['alg'])
  if (!algorithm) throw new SignatureRefused(`alg must be ${ALGORITHMS.join(', ')}.`)
  const { kid, typ } = members
  if (typeof kid !== 'string' || kid === '') {
    throw new SignatureRefused('kid must name a registered key.')
  }
  return { key: kid, algorithm, type: (typ as string | undefined) ?? null }
}

/**
 * True where the key made the signature over exactly these bytes. A signature of another type of
 * thing, or by an algorithm that is not the key's, is false.
 */
export async function isSignedBy(
  signature: DocumentSignature,
  key: SigningKey,
  bytes: Uint8Array,
  type: string | null = null
): Promise<boolean> {
  const algorithms = key.algorithm === 'ES256' ? ['ES256'] : ['EdDSA', 'Ed25519']
  if (signature.key !== key.id || !algorithms.includes(signature.algorithm)) return false
  if ((signature.type === KEY_PROOF_TYPE) !== (type === KEY_PROOF_TYPE)) return false
  const [header = '', , signed = ''] = signature.jws.split('.')
  const input = Buffer.from(`${header}.${Buffer.from(bytes).toString('base64url')}`)
  return holds(input, importedKey(key), Buffer.from(signed, 'base64url'))
}

const SIGNATURE_BYTES = 64
const verifyAsync = promisify(verify)

/**
 * RFC 8037 3.1 and RFC 7518 3.4. In the thread pool, beside everything else, and by Node itself: every
 * event may be signed, and through Web Crypto each would cost three times as much.
 */
async function holds(input: Buffer, key: KeyObject, signature: Buffer): Promise<boolean> {
  if (signature.length !== SIGNATURE_BYTES) return false
  if (key.asymmetricKeyType === 'ed25519') return verifyAsync(null, input, key, signature)
  return verifyAsync('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature)
}

/**
 * Importing a key costs as much as a verification, and submissions come many by one key. An id is the
 * thumbprint of its key, so what is remembered is never another one.
 */
const importedKeys = new Map<string, KeyObject>()
const MOST_KEYS = 10_000

function importedKey({ id, jwk }: SigningKey): KeyObject {
  const known = importedKeys.get(id)
  if (known) return known
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  if (importedKeys.size >= MOST_KEYS) importedKeys.clear()
  importedKeys.set(id, key)
  return key
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  const json = jsonOf(text)
  const members = objectIn(json)
  for (const [name, value] of Object.entries(members)) {
    if (!MEMBERS.includes(name)) {
      throw new SignatureRefused(`The header member ${name} is not allowed here.`)
    }
    // RFC 7515 4.1: all are texts, but for the time, which is a NumericDate (RFC 7519 2).
    if (!(name === 'iat' ? isTime(value) : isText(value))) {
      throw new SignatureRefused(`The header member ${name} is not what RFC 7515 says.`)
    }
  }
  // A member that is written twice reads differently elsewhere.
  const names = json.match(/"(?:[^"\\]|\\.)*"\s*:/g) ?? []
  if (names.length === Object.keys(members).length) return members
  throw new SignatureRefused('The protected header names a member twice.')
}

/** A number that was not too large to be read. */
function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value)
}

/** No half of a surrogate pair, which is no UTF-8, and no U+0000, which no database keeps. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0')
}

/** RFC 7515 5.2: the header is UTF-8; whoever replaces what is not would read another header. */
function jsonOf(text: string): string {
  try {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return strict.decode(Buffer.from(text, 'base64url'))
  } catch (cause) {
    throw new SignatureRefused('The protected header is not UTF-8.', { cause })
  }
}

function objectIn(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // Told below, like everything else that is not an object.
  }
  throw new SignatureRefused('The protected header is not a JSON object.')
}

function isCanonical(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text
}
