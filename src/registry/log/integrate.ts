import { checkpointText, openCheckpoint } from '../../log/checkpoint.ts'
import { judgeContinuity } from '../../log/continuity.ts'
import { edgeOf, type FilledTile, growTiles } from '../../log/growth.ts'
import type { LogKey } from '../../log/log-key.ts'
import { signNote } from '../../log/note.ts'
import { tileKey } from '../../log/tiles.ts'
import { rootOf } from '../../log/tree.ts'
import type { Guard, Guarded } from '../../storage/journal/guard.ts'
import type { Leadership } from '../../storage/journal/leadership.ts'
import {
  countEntries,
  latestCheckpoint,
  type StoredCheckpoint,
  writeGrowth
} from '../../storage/journal/log-tree.ts'
import { keepSeen, seeEntries } from '../../storage/journal/on-disk.ts'
import { grownTo, leavesBetween, readEdge, readerWith } from './grown-tree.ts'
import { LogRefused } from './log-refused.ts'

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
 * there is therefore always guarded, and what is guarded always on disk. Null where nothing was committed. Throws where somebody else
 * signed meanwhile: then this process does not lead any more.
 */
export async function integrateNext(
  integrator: Integrator,
  head: LeadHead
): Promise<LeadHead | null> {
  const { leadership, guard, key } = integrator
  const seen = await seeEntries(leadership)
  const { entries } = seen
  if (entries === head.size) return null
  const size = Math.min(entries, head.size + MOST_LEAVES)
  const tiles = growTiles(head.size, head.edge, await leavesBetween(leadership, head.size, size))
  const known = new Map(head.edge)
  for (const tile of tiles) known.set(tileKey(tile), tile.hashes)
  const root = Buffer.from(rootOf(size, await readerWith(leadership, size, known)))
  const text = checkpointText({ origin: key.verifier.name, size, root })
  const note = signNote(text, key.verifier, key.privateKey)
  await keepSeen(leadership, seen)
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
