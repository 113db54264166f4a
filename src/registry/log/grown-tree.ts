import { edgeOf, type FilledTile, growTiles } from '../../log/growth.ts'
import { nodeReader, tileKey, tileOf } from '../../log/tiles.ts'
import { nodesOf } from '../../log/tree.ts'
import type { Queryable } from '../../storage/database.ts'
import { readLeaves, readTiles } from '../../storage/journal/log-tree.ts'
import { LogRefused } from './log-refused.ts'

/** The tree at `size`: from its tiles, and beyond the signed size from the entries themselves. */
export async function grownTo(db: Queryable, signed: number, size: number) {
  const known = new Map<string, Uint8Array>()
  let tiles: FilledTile[] = []
  if (size > signed) {
    const edge = await readEdge(db, signed)
    tiles = growTiles(signed, edge, await leavesBetween(db, signed, size))
    for (const tile of tiles) known.set(tileKey(tile), tile.hashes)
  }
  return { tiles, read: await readerWith(db, size, known) }
}

/** The leaves of these positions. Throws LogRefused where one is missing. */
export async function leavesBetween(db: Queryable, begin: number, end: number): Promise<Buffer[]> {
  const leaves = await readLeaves(db, begin, end)
  if (leaves.length === end - begin) return leaves
  throw new LogRefused({
    reason: `Entries are missing between position ${begin} and ${end}.`,
    remedy: 'Run `lodestone fsck` to see which, and restore a backup that holds them.'
  })
}

/** The partial tiles at the right edge, by `tileKey`. */
export async function readEdge(db: Queryable, size: number): Promise<Map<string, Uint8Array>> {
  const tiles = await readTiles(db, edgeOf(size))
  return new Map(tiles.map((tile) => [tileKey(tile), tile.hashes]))
}

/** Reads the nodes that the root of `size` is made of, from `known` first and then from the rows. */
export async function readerWith(
  db: Queryable,
  size: number,
  known: ReadonlyMap<string, Uint8Array>
) {
  const places = new Map(
    nodesOf({ begin: 0, end: size })
      .map(tileOf)
      .map((place) => [tileKey(place), place])
  )
  const absent = [...places].filter(([key]) => !known.has(key)).map(([, place]) => place)
  const stored = await readTiles(db, absent)
  return nodeReader(new Map([...stored.map((t) => [tileKey(t), t.hashes] as const), ...known]))
}
