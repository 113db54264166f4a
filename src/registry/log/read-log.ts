import { RegistryError } from '../../errors.ts'
import { entryData } from '../../log/entry.ts'
import { packEntries } from '../../log/entry-bundle.ts'
import { HASH_BYTES } from '../../log/merkle.ts'
import { verifierText } from '../../log/note-key.ts'
import { parseTilePath, TILE_WIDTH, widthIn } from '../../log/tiles.ts'
import type { Database } from '../../storage/database.ts'
import { entriesBetween } from '../../storage/journal/journal-entries.ts'
import {
  checkpointsAfter,
  latestCheckpoint,
  readTiles,
  type StoredCheckpoint
} from '../../storage/journal/log-tree.ts'
import type { Deps } from '../deps.ts'
import { Remembered } from '../remembered.ts'
import { proveConsistency, proveInclusion } from './prove.ts'

/** A proof with the signed head that it belongs to; hashes in base64. */
export interface PublishedProof {
  readonly proof: readonly string[]
  readonly checkpoint: string
}

/** The newest signed head. Throws `NOT_FOUND` before the first. */
export async function readCheckpoint(deps: Deps): Promise<StoredCheckpoint> {
  const head = await latestCheckpoint(deps.db)
  if (head) return head
  throw new RegistryError('NOT_FOUND', 'The log has no checkpoint yet: nothing was accepted.')
}

/** The key that signs the log, as verifiers are given it. */
export async function readLogKey(deps: Deps): Promise<string> {
  return verifierText((await deps.log.key()).verifier)
}

/**
 * A tile or an entry bundle (C2SP tlog-tiles) by what follows `/log/tile/`. Throws `NOT_FOUND` for
 * a path that is none, and for one that no signed head reaches.
 */
export async function readTile(deps: Deps, path: string): Promise<Buffer> {
  const wanted = parseTilePath(path)
  const { size } = await readCheckpoint(deps)
  if (!wanted || widthIn(size, wanted.tile) < wanted.tile.width) {
    throw new RegistryError('NOT_FOUND', `The log has no tile ${path}.`)
  }
  const { level, index, width } = wanted.tile
  if (wanted.of === 'entries') {
    const begin = index * TILE_WIDTH
    return packEntries((await entriesBetween(deps.db, begin, begin + width)).map(entryData))
  }
  const [tile] = await readTiles(deps.db, [{ level, index }])
  if (!tile) throw new Error(`tile ${path} is signed but not stored`)
  return tile.hashes.subarray(0, width * HASH_BYTES)
}

/** Proves the entry at `index` in the head of `size`, or in the newest. Throws `REQUEST_INVALID`. */
export async function readInclusion(
  deps: Deps,
  index: number,
  size?: number
): Promise<PublishedProof & { readonly index: number; readonly size: number }> {
  // Both are asked for at once where the size is given; whether it was signed decides.
  const early = size !== undefined && index < size ? proveInclusion(deps.db, [index], size) : null
  early?.catch(() => {})
  const head = await headOf(deps, size)
  if (index >= head.size) throw outside(`Index ${index} is not in a tree of ${head.size}.`)
  const [proof = []] = await (early ?? proveInclusion(deps.db, [index], head.size))
  return { index, size: head.size, proof: proof.map(base64), checkpoint: head.note }
}

/** Proves that the tree of `to` begins with the tree of `from`. Throws `REQUEST_INVALID`. */
export async function readConsistency(
  deps: Deps,
  from: number,
  to?: number
): Promise<PublishedProof & { readonly from: number; readonly to: number }> {
  const head = await headOf(deps, to)
  if (from < 1 || from > head.size) {
    throw outside(`A tree of ${from} is not the beginning of one of ${head.size}.`)
  }
  const proof = await proveConsistency(deps.db, from, head.size)
  return { from, to: head.size, proof: proof.map(base64), checkpoint: head.note }
}

/** Only heads that were signed can be proved in, because only they can be verified. */
async function headOf(deps: Deps, size: number | undefined): Promise<StoredCheckpoint> {
  if (size === undefined) return readCheckpoint(deps)
  const known = signedHeads.get(deps.db)?.get(size)
  if (known) return known
  const [head] = await checkpointsAfter(deps.db, size - 1, 1)
  if (head?.size === size) return remembered(deps, head)
  throw outside(
    `No checkpoint of ${size} entries was signed: take the size of a head that you have, or leave it out for the newest.`
  )
}

/** What was signed stays signed. */
function remembered({ db }: Deps, head: StoredCheckpoint): StoredCheckpoint {
  const heads = signedHeads.get(db) ?? new Remembered<number, StoredCheckpoint>(MOST_HEADS)
  heads.keep(head.size, head)
  signedHeads.set(db, heads)
  return head
}

const MOST_HEADS = 1_000
const signedHeads = new WeakMap<Database, Remembered<number, StoredCheckpoint>>()

function outside(message: string): RegistryError {
  return new RegistryError('REQUEST_INVALID', message)
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
