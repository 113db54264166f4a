import { hash as digest } from 'node:crypto'
import { canonicalJson } from '../domain/canonical-json.ts'

/** The document that an entry speaks of: SHA-256 of the exact bytes, their number, their type. */
export interface EntryDocument {
  readonly sha256: Uint8Array
  readonly size: number
  readonly mediaType: string
}

/** What an entry of the log says. Ids and hashes, never names of persons, never fractions. */
export interface Statement {
  readonly kind: string
  readonly subject: string
  readonly organization: string | null
  readonly document: EntryDocument | null
  readonly body: Readonly<Record<string, unknown>>
}

/** First byte of a leaf: the statement itself, or a salted hash of it. */
const PLAIN = Buffer.from([0x01])
const BLIND = Buffer.from([0x02])
/** RFC 9162 2.1.1: leaves and nodes are hashed apart. */
const LEAF = Buffer.from([0x00])

export const SALT_BYTES = 32

/**
 * A statement without its time, which is only known under the lock of the journal head: everything
 * slow is done before. The answer turns a time (RFC 3339) into the bytes: UTF-8 JSON with the keys
 * v, kind, subject, organization, at, document, body in this order, the body as RFC 8785 says.
 */
export function prepareStatement(statement: Statement): (at: string) => Buffer {
  const { kind, subject, organization } = statement
  const head = `{"v":1,"kind":${JSON.stringify(kind)},"subject":${JSON.stringify(subject)},"organization":${JSON.stringify(organization)},"at":"`
  const tail = `","document":${documentJson(statement.document)},"body":${canonicalJson(statement.body)}}`
  return (at) => Buffer.from(head + at + tail)
}

function documentJson(document: EntryDocument | null): string {
  if (document === null) return 'null'
  const hash = Buffer.from(document.sha256).toString('base64url')
  return `{"sha256":"${hash}","size":${document.size},"mediaType":${JSON.stringify(document.mediaType)}}`
}

/** The leaf data of an entry that everybody may read: 0x01, then the statement. */
export function plainLeaf(statement: Uint8Array): Buffer {
  return Buffer.concat([PLAIN, statement])
}

/** The statement that leaf data is made of; null for that of a confidential entry, which does not tell. */
export function plainStatement(leafData: Uint8Array): Uint8Array | null {
  return leafData[0] === PLAIN[0] ? leafData.subarray(1) : null
}

/**
 * The leaf data of a confidential entry: 0x02, then SHA-256(salt || statement). Whoever holds the
 * statement and its 32 bytes of salt can check it; nobody else can guess it.
 */
export function blindLeaf(statement: Uint8Array, salt: Uint8Array): Buffer {
  const commitment = digest('sha256', Buffer.concat([salt, statement]), 'buffer')
  return Buffer.concat([BLIND, commitment])
}

/** RFC 9162 2.1.1: SHA-256(0x00 || leaf data). */
export function leafHash(data: Uint8Array): Buffer {
  return digest('sha256', Buffer.concat([LEAF, data]), 'buffer')
}

/** What the leaf of an entry is made of; see `plainLeaf` and `blindLeaf`. */
export interface EntryParts {
  readonly statement: Uint8Array
  readonly salt: Uint8Array | null
  readonly blind: boolean
  /** The leaf data that was kept when the salt was erased. */
  readonly erased: Uint8Array | null
}

/** The leaf data of an entry, as the log serves it. Throws where a blind entry lost its salt. */
export function entryData({ statement, salt, blind, erased }: EntryParts): Buffer {
  if (erased !== null) return Buffer.from(erased)
  if (!blind) return plainLeaf(statement)
  if (salt === null) throw new RangeError('a blind entry without salt that nobody erased')
  return blindLeaf(statement, salt)
}
