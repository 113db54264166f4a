import { fromBase64 } from './base64.ts'
import { HASH_BYTES } from './merkle.ts'
import { type Note, parseNote, verifiedBy } from './note.ts'
import { isKeyName, type NoteVerifier } from './note-key.ts'

/** The head of a tree: which log, how many leaves, their root (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string
  readonly size: bigint
  readonly root: Buffer
}

const LARGEST_SIZE = 2n ** 64n - 1n

/** The text that is signed. Throws RangeError for an origin that is not a key name. */
export function checkpointText(checkpoint: {
  readonly origin: string
  readonly size: bigint | number
  readonly root: Uint8Array
}): string {
  const { origin, size, root } = checkpoint
  if (!isKeyName(origin)) throw new RangeError(`"${origin}" is not an origin`)
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`
}

/** Reads the text of a checkpoint; null for another text. Extension lines are allowed and ignored. */
export function parseCheckpointText(text: string): Checkpoint | null {
  const [origin = '', size = '', root = '', ...extensions] = text.replace(/\n$/, '').split('\n')
  const hash = fromBase64(root)
  const wrong =
    origin === '' ||
    !/^(0|[1-9]\d{0,19})$/.test(size) ||
    BigInt(size) > LARGEST_SIZE ||
    hash?.length !== HASH_BYTES ||
    extensions.includes('')
  return wrong || hash === null ? null : { origin, size: BigInt(size), root: hash }
}

/**
 * The checkpoint that a note carries, where the log itself signed it: a key among `keys` whose name
 * is the origin. Null for anything else, a foreign origin included.
 */
export function openCheckpoint(
  note: string | Uint8Array,
  keys: readonly NoteVerifier[]
): Checkpoint | null {
  const parsed: Note | null = parseNote(note)
  const checkpoint = parsed && parseCheckpointText(parsed.text)
  if (!checkpoint) return null
  const own = keys.filter((key) => key.name === checkpoint.origin)
  return verifiedBy(parsed, own) ? checkpoint : null
}
