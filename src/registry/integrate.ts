import { checkpointText, openCheckpoint } from '../log/checkpoint.ts'
import { type Break, judgeContinuity } from '../log/continuity.ts'
import { edgeOf, type FilledTile, growTiles } from '../log/growth.ts'
import type { LogKey } from '../log/log-key.ts'
import { signNote } from '../log/note.ts'
import { nodeReader, tileKey, tileOf } from '../log/tiles.ts'
import { nodesOf, rootOf } from '../log/tree.ts'
import type { Queryable } from '../storage/database.ts'
import type { Guard, Guarded } from '../storage/guard.ts'
import type { Leadership } from '../storage/leadership.ts'
import {
  countEntries,
  latestCheckpoint,
  readLeaves,
  readTiles,
  type StoredCheckpoint,
  writeGrowth
} from '../storage/log-tree.ts'

/** Leaves that one head takes in at most, so that a backlog is worked off in steps. */
const MOST_LEAVES = 16_384

/** What an integrator works with while it leads. */
export interface Integrator {
  readonly leadership: Leadership
  readonly guard: Guard
  readonly key: LogKey
  readonly now: () => Date
}

/** The head of the log as the leading integrator knows it. */
export interface LeadHead {
  readonly size: number
  /** True where more was committed than one head takes in. */
  readonly behind: boolean
  readonly guarded: Guarded | null
  /** The partial tiles at the right edge, by `tileKey`. */
  readonly edge: ReadonlyMap<string, Uint8Array>
}

/** Signing would fork or shorten the history; the operator has to act. */
export class LogRefused extends Error {
  override readonly name = 'LogRefused'
  readonly remedy: string

  constructor({ reason, remedy }: Break) {
    super(reason)
    this.remedy = remedy
  }
}

/**
 * Takes the log over where the last leader left it: compares database and guard, and mends what a
 * crash between them left. Throws LogRefused where the database does not continue what was signed.
 */
export async function takeOver(integrator: Integrator): Promise<LeadHead> {
  const { leadership, guard, key } = integrator
  const guarded = await guard.read()
  const signed = guarded && (openCheckpoint(guarded.note, [key.verifier]) ?? 'unreadable')
  const head = (await latestCheckpoint(leadership)) ?? null
  const entries = await countEntries(leadership)
  const size = signed === null || signed === 'unreadable' ? 0 : Number(signed.size)
  const grown = size <= entries ? await grownTo(leadership, head?.size ?? 0, size) : null
  const rootAtGuard = grown && rootOf(size, grown.read)
  const verdict = judgeContinuity({ guard: signed, head, entries, rootAtGuard })
  if (typeof verdict !== 'string') throw new LogRefused(verdict)
  if (verdict === 'adopt' && guarded && grown && rootAtGuard) {
    const adopted = { size, root: Buffer.from(rootAtGuard), note: guarded.note }
    await writeHead(integrator, grown.tiles, adopted)
    return { size, behind: true, guarded, edge: await readEdge(leadership, size) }
  }
  const at = head?.size ?? 0
  const edge = await readEdge(leadership, at)
  if (verdict !== 'advance' || !head) return { size: at, behind: true, guarded, edge }
  return { size: at, behind: true, guarded: await swapOrLose(guard, guarded, head.note), edge }
}

/**
 * Takes in what was committed since: tree, signature, guard, then the database; what can be read
 * there is therefore always guarded. Null where nothing was committed. Throws where somebody else
 * signed meanwhile: then this process does not lead any more.
 */
export async function integrateNext(
  integrator: Integrator,
  head: LeadHead
): Promise<LeadHead | null> {
  const { leadership, guard, key } = integrator
  const entries = await countEntries(leadership)
  if (entries === head.size) return null
  const size = Math.min(entries, head.size + MOST_LEAVES)
  const tiles = growTiles(head.size, head.edge, await leavesBetween(leadership, head.size, size))
  const known = new Map(head.edge)
  for (const tile of tiles) known.set(tileKey(tile), tile.hashes)
  const root = Buffer.from(rootOf(size, await readerWith(leadership, size, known)))
  const text = checkpointText({ origin: key.verifier.name, size, root })
  const note = signNote(text, key.verifier, key.privateKey)
  const guarded = await swapOrLose(guard, head.guarded, note)
  await writeHead(integrator, tiles, { size, root, note })
  const edge = new Map<string, Uint8Array>()
  for (const place of edgeOf(size)) {
    const hashes = known.get(tileKey(place))
    if (hashes) edge.set(tileKey(place), hashes)
  }
  return { size, behind: size < entries, guarded, edge }
}

/**
 * Somebody signed meanwhile: another process took the lead while this one had stopped, or another
 * registry shares the guard. Whoever leads next compares all again and knows which.
 */
async function swapOrLose(guard: Guard, before: Guarded | null, note: string): Promise<Guarded> {
  const guarded = await guard.swap(before, note)
  if (guarded) return guarded
  throw new Error('Another process signed meanwhile; the history is compared again.')
}

function writeHead(
  { leadership, now }: Integrator,
  tiles: readonly FilledTile[],
  head: StoredCheckpoint
): Promise<void> {
  return leadership.transaction((tx) => writeGrowth(tx, tiles, head, now()))
}

/** The tree at `size`: from its tiles, and beyond the signed size from the entries themselves. */
async function grownTo(db: Queryable, signed: number, size: number) {
  const known = new Map<string, Uint8Array>()
  let tiles: FilledTile[] = []
  if (size > signed) {
    const edge = await readEdge(db, signed)
    tiles = growTiles(signed, edge, await leavesBetween(db, signed, size))
    for (const tile of tiles) known.set(tileKey(tile), tile.hashes)
  }
  return { tiles, read: await readerWith(db, size, known) }
}

async function leavesBetween(db: Queryable, begin: number, end: number): Promise<Buffer[]> {
  const leaves = await readLeaves(db, begin, end)
  if (leaves.length === end - begin) return leaves
  throw new LogRefused({
    reason: `Entries are missing between position ${begin} and ${end}.`,
    remedy: 'Run `lodestone fsck` to see which, and restore a backup that holds them.'
  })
}

async function readEdge(db: Queryable, size: number): Promise<Map<string, Uint8Array>> {
  const tiles = await readTiles(db, edgeOf(size))
  return new Map(tiles.map((tile) => [tileKey(tile), tile.hashes]))
}

/** Reads the nodes that the root of `size` is made of, from `known` first and then from the rows. */
async function readerWith(db: Queryable, size: number, known: ReadonlyMap<string, Uint8Array>) {
  const places = new Map(
    nodesOf({ begin: 0, end: size })
      .map(tileOf)
      .map((place) => [tileKey(place), place])
  )
  const absent = [...places].filter(([key]) => !known.has(key)).map(([, place]) => place)
  const stored = await readTiles(db, absent)
  return nodeReader(new Map([...stored.map((t) => [tileKey(t), t.hashes] as const), ...known]))
}
