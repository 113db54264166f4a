import { fromBase64 } from './base64.ts'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { HASH_BYTES, verifyInclusion } from './merkle.ts'
import type { NoteVerifier } from './note-key.ts'

const HEADER = 'c2sp.org/tlog-proof@v1'
/** A tree of 2^64 leaves is no higher. */
const LONGEST_PROOF = 64

/** C2SP tlog-proof: that an entry stands at an index of the tree of a checkpoint. */
export interface LogProof {
  /** Bytes that the application adds; nobody signed them. */
  readonly extra: Uint8Array | null
  readonly index: bigint
  readonly hashes: readonly Uint8Array[]
  /** The whole signed note, as it was published. */
  readonly checkpoint: string
}

/** Writes a proof; the result is what a `.tlog-proof` file holds. */
export function formatProof({ extra, index, hashes, checkpoint }: LogProof): string {
  const lines = [
    HEADER,
    ...(extra === null ? [] : [`extra ${base64(extra)}`]),
    `index ${index}`,
    ...hashes.map(base64),
    '',
    checkpoint
  ]
  return lines.join('\n')
}

/** Reads a proof; null for anything that `formatProof` would not write. */
export function parseProof(text: string): LogProof | null {
  const end = text.indexOf('\n\n')
  if (end < 0) return null
  const [header, ...rest] = text.slice(0, end).split('\n')
  const extra = rest[0]?.startsWith('extra ') ? fromBase64(rest.shift()?.slice(6) ?? '') : undefined
  const index = /^index (0|[1-9]\d{0,19})$/.exec(rest.shift() ?? '')?.[1]
  const hashes = rest.map(fromBase64)
  const wrong = header !== HEADER || extra === null || index === undefined
  if (wrong || hashes.length > LONGEST_PROOF) return null
  if (hashes.some((hash) => hash?.length !== HASH_BYTES)) return null
  return {
    extra: extra ?? null,
    index: BigInt(index),
    hashes: hashes.filter((hash) => hash !== null),
    checkpoint: text.slice(end + 2)
  }
}

/**
 * The checkpoint under which the leaf is proved, where a key among `keys` signed it as the log;
 * null where anything is wrong.
 */
export function verifyProof(
  proof: LogProof,
  leaf: Uint8Array,
  keys: readonly NoteVerifier[]
): Checkpoint | null {
  const checkpoint = openCheckpoint(proof.checkpoint, keys)
  if (!checkpoint) return null
  const { size, root } = checkpoint
  const included = verifyInclusion({ leaf, index: proof.index, size, proof: proof.hashes, root })
  return included ? checkpoint : null
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
