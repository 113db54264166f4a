import { fromBase64Url } from './base64.ts'
import { HASH_BYTES } from './merkle.ts'

export const BUNDLE_FORMAT = 'lodestone-bundle@v1'

/** One entry of the log in a bundle; everything binary in base64url. */
export interface BundleEntry {
  readonly index: number
  /** RFC 9162 inclusion proof in the checkpoint of the bundle. */
  readonly proof: readonly string[]
  /** What the entry says; absent where it is not the reader's to know. */
  readonly statement?: string
  /** Opens a blind entry together with the statement. */
  readonly salt?: string
  /** The leaf data of an entry whose statement is absent: it keeps its place. */
  readonly leaf?: string
  /** The exact bytes that the statement speaks of. */
  readonly document?: string
}

const SUBJECT_KINDS = ['event', 'batch', 'epd', 'organization', 'facility', 'entry']

/** What a bundle is about: one of `SUBJECT_KINDS` and its id, of `entry` its index. */
export interface BundleSubject {
  readonly kind: string
  readonly id: string
  /**
   * Where nothing names it that the reader may see: of a batch, the log proves its chain and not its
   * id; of anything else, that it was lawfully erased.
   */
  readonly shown?: false
}

/**
 * Everything that proves one thing, or the chain of custody of a batch, in one file: documents,
 * statements, salts, the keys that signed and the signed head of the log that covers them all.
 */
export interface Bundle {
  readonly format: typeof BUNDLE_FORMAT
  readonly subject: BundleSubject
  readonly checkpoint: string
  /** In ascending order of their index. */
  readonly entries: readonly BundleEntry[]
}

/** An entry of a bundle with its bytes. */
export interface OpenedEntry {
  readonly index: number
  readonly proof: readonly Buffer[]
  readonly statement: Buffer | null
  readonly salt: Buffer | null
  readonly leaf: Buffer | null
  readonly document: Buffer | null
}

/** A bundle with its bytes; nothing is verified yet. */
export interface OpenedBundle extends Omit<Bundle, 'entries'> {
  readonly entries: readonly OpenedEntry[]
}

/** Reads a parsed JSON value; a text that says what is wrong with it where it is no bundle. */
export function openBundle(value: unknown): OpenedBundle | string {
  if (!hasOnly(value, ['format', 'subject', 'checkpoint', 'entries'])) {
    return 'The members of a bundle are format, subject, checkpoint and entries.'
  }
  const { format, subject, checkpoint, entries } = value
  if (format !== BUNDLE_FORMAT) return `The format is not ${BUNDLE_FORMAT}.`
  const about = openSubject(subject)
  if (about === null || typeof checkpoint !== 'string') {
    return 'subject and checkpoint are not as they should be.'
  }
  if (!Array.isArray(entries) || entries.length === 0) return 'There are no entries.'
  const opened = entries.map(openEntry)
  const wrong = opened.indexOf(null)
  if (wrong >= 0) return `Entry ${wrong} of the list is not as it should be.`
  return {
    format: BUNDLE_FORMAT,
    subject: about,
    checkpoint,
    entries: opened.filter((entry) => entry !== null)
  }
}

function openSubject(value: unknown): BundleSubject | null {
  if (!hasOnly(value, ['kind', 'id', 'shown'])) return null
  const { kind, id, shown } = value
  if (typeof kind !== 'string' || typeof id !== 'string') return null
  if (!SUBJECT_KINDS.includes(kind) || (shown !== undefined && shown !== false)) return null
  return { kind, id, ...(shown === undefined ? {} : { shown }) }
}

function openEntry(value: unknown): OpenedEntry | null {
  const names = ['index', 'proof', 'statement', 'salt', 'leaf', 'document']
  if (!hasOnly(value, names)) return null
  const { index, proof } = value
  if (!Number.isSafeInteger(index) || Number(index) < 0 || !Array.isArray(proof)) return null
  const hashes = proof.map((hash) => (typeof hash === 'string' ? fromBase64Url(hash) : null))
  if (hashes.some((hash) => hash?.length !== HASH_BYTES)) return null
  const bytes = ['statement', 'salt', 'leaf', 'document'].map((name) => bytesOf(value[name]))
  const [statement = null, salt = null, leaf = null, document = null] = bytes.map(
    (one) => one ?? null
  )
  const isShown = statement !== null && leaf === null
  const isHidden = statement === null && leaf !== null && salt === null && document === null
  if (bytes.includes(null) || !(isShown || isHidden)) return null
  const path = hashes.filter((hash) => hash !== null)
  return { index: Number(index), proof: path, statement, salt, leaf, document }
}

/** Undefined for an absent member, null for one that is not base64url. */
function bytesOf(value: unknown): Buffer | null | undefined {
  if (value === undefined) return undefined
  return typeof value === 'string' ? fromBase64Url(value) : null
}

function hasOnly(
  value: unknown,
  names: readonly string[]
): value is Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject && Object.keys(value).every((name) => names.includes(name))
}
