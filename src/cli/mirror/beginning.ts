import type { Checkpoint } from '../../log/checkpoint.ts'
import { verifyConsistency } from '../../log/merkle.ts'
import { nodeReader, type Tile, tileKey, tileOf, widthIn } from '../../log/tiles.ts'
import { consistencyRanges, hashRange, nodesOf, type ReadNode, rootOf } from '../../log/tree.ts'
import type { LogSource } from './source.ts'

/** What a signed head says that the log was at an earlier size, and the proof of it (RFC 9162 2.1.4). */
export interface Beginning {
  readonly size: number
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/**
 * How the log of a head began. Anybody can serve wrong hashes, and a wrong proof shows nothing: these count
 * only where the root that was signed comes out of them. Null where it does not, or where none are served.
 */
export async function beginningOf(
  source: LogSource,
  size: number,
  head: Checkpoint
): Promise<Beginning | null> {
  const ranges = consistencyRanges(size, Number(head.size))
  const nodes = [{ begin: 0, end: size }, ...ranges].flatMap(nodesOf)
  const read = await readerOf(source, nodes.map(tileOf), Number(head.size))
  if (read === null) return null
  const root = rootOf(size, read)
  const proof = ranges.map((range) => hashRange(range, read))
  const sizes = { oldSize: BigInt(size), newSize: head.size }
  const signed = verifyConsistency({ ...sizes, oldRoot: root, newRoot: head.root, proof })
  return signed ? { size, root, proof } : null
}

async function readerOf(
  source: LogSource,
  places: readonly Pick<Tile, 'level' | 'index'>[],
  size: number
): Promise<ReadNode | null> {
  const tiles = new Map<string, Uint8Array>()
  for (const place of places) {
    if (tiles.has(tileKey(place))) continue
    const hashes = await source.hashes({ ...place, width: widthIn(size, place) })
    if (hashes === null) return null
    tiles.set(tileKey(place), hashes)
  }
  return nodeReader(tiles)
}
