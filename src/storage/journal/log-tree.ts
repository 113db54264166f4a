import type { FilledTile } from '../../log/growth.ts'
import type { Tile } from '../../log/tiles.ts'
import type { Queryable, Transaction } from '../database.ts'

/** A signed head of the log, as it was published. */
export interface StoredCheckpoint {
  readonly size: number
  readonly root: Buffer
  readonly note: string
}

interface CheckpointRow {
  readonly size: string
  readonly root: Buffer
  readonly note: string
}

/** The newest head; undefined where the log was never signed. */
export async function latestCheckpoint(db: Queryable): Promise<StoredCheckpoint | undefined> {
  const [row] = await db.query<CheckpointRow>({
    name: 'log_checkpoint_latest',
    text: 'select size, root, note from log_checkpoint order by size desc limit 1'
  })
  return row && { ...row, size: Number(row.size) }
}

/** Heads in the order of their size, after one of `after` leaves. */
export async function checkpointsAfter(
  db: Queryable,
  after: number,
  limit: number
): Promise<StoredCheckpoint[]> {
  const rows = await db.query<CheckpointRow>({
    name: 'log_checkpoints_after',
    text: 'select size, root, note from log_checkpoint where size > $1 order by size limit $2',
    values: [after, limit]
  })
  return rows.map((row) => ({ ...row, size: Number(row.size) }))
}

/** How many heads are stored. */
export async function countHeads(db: Queryable): Promise<number> {
  const [row] = await db.query<{ heads: string }>({
    text: 'select count(*) as heads from log_checkpoint'
  })
  return Number(row?.heads ?? 0)
}

/** How many entries are committed. */
export async function countEntries(db: Queryable): Promise<number> {
  const [head] = await db.query<{ next: string }>({
    name: 'journal_count',
    text: 'select next from journal_head'
  })
  return Number(head?.next ?? 0)
}

/** The leaf hashes of the positions from `begin` up to and without `end`, in order. */
export async function readLeaves(db: Queryable, begin: number, end: number): Promise<Buffer[]> {
  const [row] = await db.query<{ leaves: Buffer | null }>({
    name: 'journal_leaves',
    text: `select string_agg(leaf, ''::bytea order by position) as leaves
      from journal where position >= $1 and position < $2`,
    values: [begin, end]
  })
  const leaves = row?.leaves ?? Buffer.alloc(0)
  return Array.from({ length: leaves.length / 32 }, (_, n) => leaves.subarray(n * 32, n * 32 + 32))
}

type TilePlace = Pick<FilledTile, 'level' | 'index'>

/** The hashes of tiles, each with its place; those that do not exist are missing. */
export async function readTiles(
  db: Queryable,
  places: readonly TilePlace[]
): Promise<(TilePlace & { readonly hashes: Buffer })[]> {
  if (places.length === 0) return []
  const rows = await db.query<{ level: number; index: string; hashes: Buffer }>({
    name: 'log_tiles_read',
    text: `select level, index, hashes from log_tile
      where (level, index) in (select * from unnest($1::int2[], $2::int8[]))`,
    values: [places.map(({ level }) => level), places.map(({ index }) => index)]
  })
  return rows.map((row) => ({ ...row, index: Number(row.index) }))
}

/** Those of the tiles that are not there, or hold fewer hashes than their width. */
export async function missingTiles(
  db: Queryable,
  tiles: readonly Tile[]
): Promise<readonly TilePlace[]> {
  const rows = await db.query<{ level: number; index: string }>({
    text: `select level, index
        from unnest($1::int2[], $2::int8[], $3::int4[]) as signed (level, index, width)
        left join log_tile using (level, index)
       where coalesce(length(hashes), 0) < 32 * width order by level, index`,
    values: [
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      tiles.map(({ width }) => width)
    ]
  })
  return rows.map(({ level, index }) => ({ level, index: Number(index) }))
}

/** Writes grown tiles and the head that covers them. */
export async function writeGrowth(
  tx: Transaction,
  tiles: readonly FilledTile[],
  head: StoredCheckpoint,
  at: Date
): Promise<void> {
  await tx.query({
    name: 'log_tiles_write',
    text: `insert into log_tile (level, index, hashes)
      select * from unnest($1::int2[], $2::int8[], $3::bytea[])
      on conflict (level, index) do update set hashes = excluded.hashes
        where log_tile.hashes <> excluded.hashes`,
    values: [
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      tiles.map(({ hashes }) => hashes)
    ]
  })
  await tx.query({
    name: 'log_checkpoint_insert',
    text: 'insert into log_checkpoint (size, root, note, at) values ($1, $2, $3, $4)',
    values: [head.size, head.root, head.note, at.toISOString()]
  })
}
