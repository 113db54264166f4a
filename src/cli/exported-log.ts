import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Checkpoint, openCheckpoint } from '../log/checkpoint.ts'
import { HASH_BYTES, same, verifyConsistency } from '../log/merkle.ts'
import type { NoteVerifier } from '../log/note-key.ts'
import { nodeReader, TILE_WIDTH, tileKey, tileOf, tilePath, widthIn } from '../log/tiles.ts'
import { consistencyRanges, hashRange, type ReadNode } from '../log/tree.ts'
import { usageError } from './exit.ts'
import { readBytes } from './trusted-keys.ts'

/** A log as `lodestone export-log` writes it, or as somebody mirrored it. */
export interface ExportedLog {
  readonly head: Checkpoint
  /** Why the head is none of this log; null where the log goes on from it. */
  refuses(head: Checkpoint): string | null
}

/** Ends the command where the directory holds no log that is trusted. */
export function openExportedLog(directory: string, trusted: readonly NoteVerifier[]): ExportedLog {
  const head = openCheckpoint(readBytes(join(directory, 'checkpoint')), trusted)
  if (!head) throw usageError(`${directory} holds no log that you trust.`)
  return {
    head,
    refuses(other) {
      if (other.origin !== head.origin) return `The head is of ${other.origin}.`
      if (other.size > head.size) {
        return `The head is of ${other.size} entries, and the log in ${directory} ends after ${head.size}.`
      }
      if (other.size === 0n) return null
      const read = nodesIn(Number(head.size), (file) => join(directory, file))
      const root = hashRange({ begin: 0, end: Number(other.size) }, read)
      // Whoever kept a damaged copy must not be told that somebody lied.
      if (!goesOn({ ...other, root: Buffer.from(root) }, head, read)) {
        return `The tiles in ${directory} are not those of the checkpoint there: fetch them again.`
      }
      if (same(root, other.root)) return null
      return `The log in ${directory} does not go on from this head: whoever has the key signed two histories.`
    }
  }
}

/** The tiles are believed as far as the proof that is made of them holds. */
function goesOn(old: Checkpoint, now: Checkpoint, read: ReadNode): boolean {
  const ranges = consistencyRanges(Number(old.size), Number(now.size))
  const proof = ranges.map((range) => hashRange(range, read))
  const [oldSize, newSize] = [old.size, now.size]
  return verifyConsistency({ oldSize, newSize, oldRoot: old.root, newRoot: now.root, proof })
}

/**
 * Reads subtrees from the tiles of a log of that size; a tile that was partial may be whole by now.
 * `placeOf` says where a file of the log stands.
 */
export function nodesIn(size: number, placeOf: (file: string) => string): ReadNode {
  return (node) => {
    const place = tileOf(node)
    const tile = { ...place, width: widthIn(size, place) }
    const whole = placeOf(tilePath({ ...tile, width: TILE_WIDTH }))
    const path = existsSync(whole) ? whole : placeOf(tilePath(tile))
    const hashes = readBytes(path)
    if (hashes.length < tile.width * HASH_BYTES) throw usageError(`${path} is not whole.`)
    return nodeReader(new Map([[tileKey(tile), hashes]]))(node)
  }
}
