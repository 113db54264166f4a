import { nodeReader, tileKey, tileOf } from '../log/tiles.ts'
import {
  consistencyRanges,
  hashRange,
  inclusionRanges,
  type Node,
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
  const known = memoryOf(db)
  const wanted = proofs.flat().flatMap(nodesOf)
  const places = new Map(
    wanted
      .filter((node) => !known.has(nodeName(node)))
      .map(tileOf)
      .map((place) => [tileKey(place), place])
  )
  const tiles = await readTiles(db, [...places.values()])
  const read = nodeReader(new Map(tiles.map((tile) => [tileKey(tile), tile.hashes])))
  const readOnce = remembered(read, known)
  return proofs.map((ranges) => ranges.map((range) => hashRange(range, readOnce)))
}

type NodeMemory = Map<string, Uint8Array>

/** The hash of a complete subtree never changes. So many take about 10 MB. */
const MOST_NODES = 50_000
/** Below this level a hash costs less to compute than to remember. */
const LOWEST_REMEMBERED = 3

const memories = new WeakMap<Queryable, NodeMemory>()

function memoryOf(db: Queryable): NodeMemory {
  const memory = memories.get(db) ?? new Map<string, Uint8Array>()
  memories.set(db, memory)
  return memory
}

/** Proofs in one tree share most of their upper nodes, each of which costs up to 255 hashes. */
function remembered(read: ReadNode, known: NodeMemory): ReadNode {
  return (node) => {
    const name = nodeName(node)
    const hash = known.get(name) ?? read(node)
    if (node.level >= LOWEST_REMEMBERED) remember(known, name, hash)
    return hash
  }
}

function remember(known: NodeMemory, name: string, hash: Uint8Array): void {
  if (known.has(name)) return
  known.set(name, Uint8Array.from(hash))
  const [oldest] = known.size > MOST_NODES ? known.keys() : []
  if (oldest !== undefined) known.delete(oldest)
}

function nodeName({ level, index }: Node): string {
  return `${level}/${index}`
}
