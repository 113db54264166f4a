import { compactVerify, importJWK, type JWK } from 'jose'
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
/** Everything else in a header is refused, above all what names a key of its own: jku, x5u, jwk. */
const MEMBERS = ['alg', 'kid', 'typ', 'cty', 'iat']

/**
 * Reads a detached signature without verifying it. Strict where libraries are not: one way to write
 * base64url, known header members only, the two algorithms only. Throws SignatureRefused.
 */
export function readSignature(jws: string): DocumentSignature {
  const [, header = '', signature = ''] = (jws.length <= LONGEST && DETACHED.exec(jws)) || []
  if (header === '' || !isCanonical(header) || !isCanonical(signature)) {
    throw new SignatureRefused(
      'A detached JWS is expected: protected header, two dots, signature, in base64url.'
    )
  }
  const members = headerOf(header)
  const unknown = Object.keys(members).find((name) => !MEMBERS.includes(name))
  if (unknown !== undefined) {
    throw new SignatureRefused(`The header member ${unknown} is not allowed here.`)
  }
  const algorithm = ALGORITHMS.find((name) => name === members['alg'])
  if (!algorithm) throw new SignatureRefused(`alg must be ${ALGORITHMS.join(', ')}.`)
  const { kid, typ } = members
  if (typeof kid !== 'string' || kid === '') {
    throw new SignatureRefused('kid must name a registered key.')
  }
  return { key: kid, algorithm, type: typeof typ === 'string' ? typ : null, jws }
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
  const payload = Buffer.from(bytes).toString('base64url')
  const whole = signature.jws.replace('..', `.${payload}.`)
  const publicKey = await imported(key.jwk, signature.algorithm)
  return compactVerify(whole, publicKey, { algorithms }).then(
    () => true,
    () => false
  )
}

/** Importing a key costs as much as a verification, and submissions come many by one key. */
const importedKeys = new WeakMap<JWK, ReturnType<typeof importJWK>>()

function imported(jwk: JWK, algorithm: string): ReturnType<typeof importJWK> {
  const known = importedKeys.get(jwk)
  if (known) return known
  const key = importJWK(jwk, algorithm)
  importedKeys.set(jwk, key)
  return key
}

function headerOf(text: string): Readonly<Record<string, unknown>> {
  const json = Buffer.from(text, 'base64url').toString('utf8')
  try {
    const value: unknown = JSON.parse(json)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    // A member that is written twice reads differently elsewhere.
    const names = json.match(/"(?:[^"\\]|\\.)*"\s*:/g) ?? []
    if (isObject && names.length === Object.keys(value).length) return { ...value }
  } catch {
    // Told below, like everything else that is not an object.
  }
  throw new SignatureRefused('The protected header is not a JSON object.')
}

function isCanonical(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text
}
