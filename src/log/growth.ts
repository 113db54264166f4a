import { HASH_BYTES } from './merkle.ts'
import { hashesOf, TILE_WIDTH, type Tile, tileKey, widthIn } from './tiles.ts'
import { combine } from './tree.ts'

/** A tile with its hashes, `width` times 32 bytes. */
export interface FilledTile extends Tile {
  readonly hashes: Uint8Array
}

/**
 * The tiles that change when leaves join a tree of `size`, with their new content. `edge` holds the
 * partial tiles at the right edge of the old tree, by `tileKey`; a full tile never changes again.
 */
export function growTiles(
  size: number,
  edge: ReadonlyMap<string, Uint8Array>,
  leaves: readonly Uint8Array[]
): FilledTile[] {
  const grown: FilledTile[] = []
  let fresh = leaves
  for (let level = 0; fresh.length > 0; level += 1) {
    const first = Math.floor(size / TILE_WIDTH ** level)
    const tiles = growLevel({ level, first, edge, fresh })
    grown.push(...tiles)
    fresh = tiles
      .filter((tile) => tile.width === TILE_WIDTH)
      .map((tile) => combine(hashesOf(tile.hashes)))
  }
  return grown
}

function growLevel({
  level,
  first,
  edge,
  fresh
}: {
  readonly level: number
  /** Hashes on this level before. */
  readonly first: number
  readonly edge: ReadonlyMap<string, Uint8Array>
  readonly fresh: readonly Uint8Array[]
}): FilledTile[] {
  const tiles: FilledTile[] = []
  let index = Math.floor(first / TILE_WIDTH)
  for (let taken = 0; taken < fresh.length; index += 1) {
    const old = edgeTile(first, { level, index }, edge)
    const room = TILE_WIDTH - old.length / HASH_BYTES
    const hashes = Buffer.concat([old, ...fresh.slice(taken, taken + room)])
    tiles.push({ level, index, width: hashes.length / HASH_BYTES, hashes })
    taken += room
  }
  return tiles
}

function edgeTile(
  hashesBefore: number,
  tile: Pick<Tile, 'level' | 'index'>,
  edge: ReadonlyMap<string, Uint8Array>
): Uint8Array {
  const width = Math.max(0, hashesBefore - tile.index * TILE_WIDTH)
  if (width === 0) return new Uint8Array()
  const known = edge.get(tileKey(tile))
  if (known && known.length >= width * HASH_BYTES) return known.subarray(0, width * HASH_BYTES)
  throw new RangeError(`the right edge lacks tile ${tileKey(tile)}`)
}

/** The partial tiles at the right edge of a tree of `size`, lowest level first. */
export function edgeOf(size: number): Tile[] {
  const edge: Tile[] = []
  for (let level = 0; size >= TILE_WIDTH ** level; level += 1) {
    const index = Math.floor(Math.floor(size / TILE_WIDTH ** level) / TILE_WIDTH)
    const width = widthIn(size, { level, index })
    if (width > 0) edge.push({ level, index, width })
  }
  return edge
}
