import { HASH_BYTES } from '../../log/merkle.ts'
import { nodeReader, TILE_WIDTH, type Tile, tileKey, tileOf } from '../../log/tiles.ts'
import {
  consistencyRanges,
  hashRange,
  inclusionRanges,
  type Node,
  nodesOf,
  type Range,
  type ReadNode
} from '../../log/tree.ts'
import type { Queryable } from '../../storage/database.ts'
import { readTiles } from '../../storage/journal/log-tree.ts'
import { Remembered } from '../remembered.ts'

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
  const memory = memoryOf(db)
  const { nodes, tiles } = memory
  const wanted = proofs.flat().flatMap(nodesOf)
  const places = new Map(
    wanted
      .filter((node) => !nodes.has(nodeName(node)))
      .map(tileOf)
      .map((place) => [tileKey(place), place])
  )
  const read = nodeReader(await tilesAt(db, places, tiles))
  const readOnce = remembered(read, memory)
  return proofs.map((ranges) => ranges.map((range) => hashRange(range, readOnce)))
}

type Tiles = ReadonlyMap<string, Uint8Array>

/** The hashes of tiles by their keys; what was not read before is read in one statement. */
async function tilesAt(
  db: Queryable,
  places: ReadonlyMap<string, Pick<Tile, 'level' | 'index'>>,
  known: Memory['tiles']
): Promise<Tiles> {
  const unknown = [...places].filter(([key]) => !known.has(key)).map(([, place]) => place)
  const read = new Map<string, Uint8Array>()
  for (const tile of await readTiles(db, unknown)) {
    read.set(tileKey(tile), tile.hashes)
    if (tile.hashes.length === FULL_TILE) known.keep(tileKey(tile), tile.hashes)
  }
  for (const key of places.keys()) {
    const tile = known.get(key)
    if (tile) read.set(key, tile)
  }
  return read
}

interface Memory {
  readonly nodes: Remembered<string, Uint8Array>
  readonly tiles: Remembered<string, Uint8Array>
}

/** The hash of a complete subtree never changes. So many take about 10 MB. */
const MOST_NODES = 50_000
/** Below this level a hash costs less to compute than to remember. */
const LOWEST_REMEMBERED = 3
/** Nor does a tile change once it is full. So many take 16 MB. */
const MOST_TILES = 2_048
const FULL_TILE = TILE_WIDTH * HASH_BYTES

const memories = new WeakMap<Queryable, Memory>()

function memoryOf(db: Queryable): Memory {
  const known = memories.get(db)
  if (known) return known
  const memory = {
    nodes: new Remembered<string, Uint8Array>(MOST_NODES),
    tiles: new Remembered<string, Uint8Array>(MOST_TILES)
  }
  memories.set(db, memory)
  return memory
}

/**
 * Proofs in one tree share most of their upper nodes, each of which costs up to 255 hashes, and those
 * at its edge, whose tile is not full and would be read for each proof.
 */
function remembered(read: ReadNode, { nodes, tiles }: Memory): ReadNode {
  return (node) => {
    const name = nodeName(node)
    const known = nodes.get(name)
    if (known) return known
    const hash = read(node)
    const shared = node.level >= LOWEST_REMEMBERED || !tiles.has(tileKey(tileOf(node)))
    // A copy, so that a hash does not keep the tile that it lies in.
    if (shared) nodes.keep(name, Uint8Array.from(hash))
    return hash
  }
}

function nodeName({ level, index }: Node): string {
  return `${level}/${index}`
}
