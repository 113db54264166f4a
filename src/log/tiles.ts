import { HASH_BYTES } from './merkle.ts'
import { combine, type Node, type ReadNode } from './tree.ts'

/** C2SP tlog-tiles: a tile holds the hashes of 256 subtrees that lie side by side. */
export const TILE_WIDTH = 256
const TILE_HEIGHT = 8
const HIGHEST_LEVEL = 63

/** Level, number on the level, and how many of the 256 hashes there are yet. */
export interface Tile {
  readonly level: number
  readonly index: number
  /** 1 to 256; below 256 the tile is partial. */
  readonly width: number
}

/** Which kind of resource a path of the log names. */
export interface TilePath {
  readonly of: 'hashes' | 'entries'
  readonly tile: Tile
}

/** The path of a tile: `tile/0/x001/x234/067`, `tile/1/000.p/17`. */
export function tilePath({ level, ...tile }: Tile): string {
  return `tile/${level}/${numberPath(tile)}`
}

/** The path of the entries behind a tile of level 0: `tile/entries/000.p/17`. */
export function entriesPath(tile: Pick<Tile, 'index' | 'width'>): string {
  return `tile/entries/${numberPath(tile)}`
}

/** Reads what follows `tile/`; null for anything that `tilePath` or `entriesPath` would not write. */
export function parseTilePath(path: string): TilePath | null {
  const [, kind = '', number = '', width] =
    /^(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path) ?? []
  const digits = number.replaceAll(/[x/]/g, '')
  const index = Number(digits)
  if (number === '' || !Number.isSafeInteger(index)) return null
  const tile = {
    level: kind === 'entries' ? 0 : Number(kind),
    index,
    width: width === undefined ? TILE_WIDTH : Number(width)
  }
  const of = kind === 'entries' ? 'entries' : 'hashes'
  const written = of === 'entries' ? entriesPath(tile) : tilePath(tile)
  const partial = width === undefined || tile.width < TILE_WIDTH
  return written === `tile/${path}` && partial && tile.level <= HIGHEST_LEVEL ? { of, tile } : null
}

function numberPath({ index, width }: Pick<Tile, 'index' | 'width'>): string {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/\d{3}/g) ?? []
  const path = groups.map((group, n) => (n < groups.length - 1 ? `x${group}` : group)).join('/')
  return width === TILE_WIDTH ? path : `${path}.p/${width}`
}

/** How many hashes the tile has in the tree of `size`: 0 where it does not begin yet. */
export function widthIn(size: number, { level, index }: Pick<Tile, 'level' | 'index'>): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH
  return Math.max(0, Math.min(TILE_WIDTH, hashes))
}

/** Every tile of a tree of `size`, level by level. */
export function* tilesOf(size: number): Generator<Tile> {
  for (let level = 0; size >= TILE_WIDTH ** level; level += 1) {
    const hashes = Math.floor(size / TILE_WIDTH ** level)
    for (let index = 0; index * TILE_WIDTH < hashes; index += 1) {
      yield { level, index, width: widthIn(size, { level, index }) }
    }
  }
}

/** The tile that a subtree's hash is computed from. */
export function tileOf({ level, index }: Node): Pick<Tile, 'level' | 'index'> {
  const within = level % TILE_HEIGHT
  return {
    level: Math.floor(level / TILE_HEIGHT),
    index: Math.floor((index * 2 ** within) / TILE_WIDTH)
  }
}

/** Names a tile in a map. */
export function tileKey({ level, index }: Pick<Tile, 'level' | 'index'>): string {
  return `${level}/${index}`
}

/** Reads subtrees from tiles: their hashes one after the other, by `tileKey`. */
export function nodeReader(tiles: ReadonlyMap<string, Uint8Array>): ReadNode {
  return (node) => {
    const tile = tileOf(node)
    const count = 2 ** (node.level % TILE_HEIGHT)
    const first = node.index * count - tile.index * TILE_WIDTH
    const bytes = tiles.get(tileKey(tile))
    if (!bytes || bytes.length < (first + count) * HASH_BYTES) {
      throw new RangeError(`tile ${tileKey(tile)} does not reach node ${node.level}/${node.index}`)
    }
    return combine(hashesOf(bytes.subarray(first * HASH_BYTES, (first + count) * HASH_BYTES)))
  }
}

/** The hashes that are packed in a tile. */
export function hashesOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, n) =>
    bytes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES)
  )
}
