import { nodeReader, tileKey, tileOf } from '../log/tiles.ts'
import {
  consistencyRanges,
  hashRange,
  inclusionRanges,
  nodesOf,
  type Range,
  type ReadNode
} from '../log/tree.ts'
import type { Queryable } from '../storage/database.ts'
import { readTiles } from '../storage/log-tree.ts'

/** The hashes that prove each index in the tree of `size`; the tiles are read once for all. */
export async function proveInclusion(
  db: Queryable,
  indexes: readonly number[],
  size: number
): Promise<Uint8Array[][]> {
  return hashed(
    db,
    indexes.map((index) => inclusionRanges(index, size))
  )
}

/** The hashes that prove that the tree of `to` begins with the tree of `from`. */
export async function proveConsistency(
  db: Queryable,
  from: number,
  to: number
): Promise<Uint8Array[]> {
  const [hashes = []] = await hashed(db, [consistencyRanges(from, to)])
  return hashes
}

async function hashed(
  db: Queryable,
  proofs: readonly (readonly Range[])[]
): Promise<Uint8Array[][]> {
  const places = new Map(
    proofs
      .flat()
      .flatMap(nodesOf)
      .map(tileOf)
      .map((place) => [tileKey(place), place])
  )
  const tiles = await readTiles(db, [...places.values()])
  const read = remembered(nodeReader(new Map(tiles.map((tile) => [tileKey(tile), tile.hashes]))))
  return proofs.map((ranges) => ranges.map((range) => hashRange(range, read)))
}

/** Proofs in one tree share most of their upper nodes, each of which costs up to 255 hashes. */
function remembered(read: ReadNode): ReadNode {
  const known = new Map<string, Uint8Array>()
  return (node) => {
    const name = `${node.level}/${node.index}`
    const hash = known.get(name) ?? read(node)
    known.set(name, hash)
    return hash
  }
}
