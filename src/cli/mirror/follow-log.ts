import { type Checkpoint, openCheckpoint } from '../../log/checkpoint.ts'
import { leafHash } from '../../log/entry.ts'
import { growTiles } from '../../log/growth.ts'
import { same } from '../../log/merkle.ts'
import type { NoteVerifier } from '../../log/note-key.ts'
import { TILE_WIDTH, tileKey, widthIn } from '../../log/tiles.ts'
import { CommandError, exitCodes } from '../exit.ts'
import { type Beginning, beginningOf } from './beginning.ts'
import { claim } from './claim.ts'
import { LogCopy } from './copy.ts'
import type { LogSource } from './source.ts'

/** What a look at the log found: that it went on from the copy, which has it all now, or an older head of the same history. */
export interface Look {
  readonly found: 'grown' | 'behind'
  /** Entries that the copy had. */
  readonly before: number
  /** Entries of the head that is shown. */
  readonly size: number
}

/** Told of each entry that came, before it is known that the log has signed it. */
export type OnEntry = (data: Buffer, position: number) => void

/**
 * Looks at the log once and takes over what is new. Ends the command where the log does not go on from the
 * copy: then nothing of the copy changes, and the head that shows it is kept beside. The copy is opened anew
 * each time, since another process may have brought it forward.
 */
export async function followLog(
  source: LogSource,
  directory: string,
  key: NoteVerifier,
  onEntry: OnEntry
): Promise<Look> {
  const note = await source.head()
  const head = openCheckpoint(note, [key])
  if (!head) {
    throw new CommandError(
      exitCodes.refused,
      `What is shown as the newest head is not signed by ${key.name}.`
    )
  }
  const release = claim(directory)
  try {
    const copy = LogCopy.open(directory, key)
    const [before, size] = [copy.size, Number(head.size)]
    if (size > before) await takeOver(source, copy, { key, note, head }, onEntry)
    else if (size > 0 && !same(copy.rootAt(size), head.root)) throw forked(copy, note, head)
    return { found: size < before ? 'behind' : 'grown', before, size }
  } finally {
    release()
  }
}

/** Throws where the head does not go on from the copy. */
async function takeOver(
  source: LogSource,
  copy: LogCopy,
  {
    key,
    note,
    head
  }: { readonly key: NoteVerifier; readonly note: Buffer; readonly head: Checkpoint },
  onEntry: OnEntry
): Promise<void> {
  const size = Number(head.size)
  try {
    const goesOn = await stageNew(source, copy, size, onEntry)
    if (!goesOn || !same(copy.rootAt(size), head.root)) {
      throw await contradicted(source, copy, note, head)
    }
    copy.settle(note, head, key)
  } catch (error) {
    copy.drop()
    throw error
  }
}

/**
 * Fetches entry for entry, and computes every tile from them: hashes of others are not asked for. False where
 * entries that the copy has already are served as others.
 */
async function stageNew(
  source: LogSource,
  copy: LogCopy,
  size: number,
  onEntry: OnEntry
): Promise<boolean> {
  const edge = copy.edge()
  for (let at = copy.size; at < size; ) {
    const index = Math.floor(at / TILE_WIDTH)
    const width = widthIn(size, { level: 0, index })
    const entries = await source.entries(index, width)
    const known = at - index * TILE_WIDTH
    const leaves = entries.map(leafHash)
    const ours = edge.get(`0/${index}`) ?? Buffer.alloc(0)
    if (!same(Buffer.concat(leaves.slice(0, known)), ours)) return false
    copy.stageEntries({ index, width }, entries)
    for (const tile of growTiles(at, edge, leaves.slice(known))) {
      // Those of higher levels grow with each round; what they are at the end is kept.
      if (tile.width === widthIn(size, tile)) copy.stageTile(tile)
      if (tile.width === TILE_WIDTH) edge.delete(tileKey(tile))
      else edge.set(tileKey(tile), tile.hashes)
    }
    entries.slice(known).forEach((data, n) => {
      onEntry(data, at + n)
    })
    at = index * TILE_WIDTH + width
  }
  return true
}

/** Either other entries are served than the head covers, or it does not go on from the copy. */
async function contradicted(
  source: LogSource,
  copy: LogCopy,
  note: Buffer,
  head: Checkpoint
): Promise<CommandError> {
  const { root, size: before } = copy
  const beginning = root && (await beginningOf(source, before, head))
  if (beginning && !same(beginning.root, root)) return forked(copy, note, head, beginning)
  const served = `The entries that are served are not those of the head of ${head.size} that was signed`
  return new CommandError(
    exitCodes.refused,
    root === null || beginning
      ? `${served}.`
      : `${served}, or it does not go on from the ${before} that were mirrored before: look at the log of the registry itself.`
  )
}

function forked(
  copy: LogCopy,
  note: Buffer,
  head: Checkpoint,
  beginning?: Beginning
): CommandError {
  const path = copy.keepEvidence(note, head, beginning)
  return new CommandError(exitCodes.refused, [
    `The head of ${head.size} entries does not go on from the ${copy.size} that were mirrored before: whoever has the key of ${head.origin} signed two histories.`,
    `It is kept as ${path}. With the copy it proves that to anybody; the copy is as it was.`
  ])
}
