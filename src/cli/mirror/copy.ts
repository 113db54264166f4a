import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Checkpoint, openCheckpoint } from '../../log/checkpoint.ts'
import { packEntries } from '../../log/entry-bundle.ts'
import { edgeOf, type FilledTile } from '../../log/growth.ts'
import { HASH_BYTES, same } from '../../log/merkle.ts'
import { type NoteVerifier, verifierText } from '../../log/note-key.ts'
import { entriesPath, TILE_WIDTH, type Tile, tileKey, tilePath } from '../../log/tiles.ts'
import { rootOf } from '../../log/tree.ts'
import { usageError } from '../exit.ts'
import { nodesIn } from '../exported-log.ts'
import { readBytes } from '../trusted-keys.ts'
import { settle, stage, stagedPath, writeWhole } from '../whole-file.ts'
import type { Beginning } from './beginning.ts'

/**
 * Our own copy of a log, in the files that `lodestone export-log` writes. What comes is staged beside them and
 * takes its place once its root is known to be the signed one, the checkpoint last: the copy is whole at any time.
 */
export class LogCopy {
  readonly #directory: string
  readonly #staged = new Set<string>()
  #head: Checkpoint | null

  private constructor(directory: string, head: Checkpoint | null) {
    this.#directory = directory
    this.#head = head
  }

  /** Ends the command where the directory holds another log, or one that was damaged. */
  static open(directory: string, key: NoteVerifier): LogCopy {
    const path = join(directory, 'checkpoint')
    if (!existsSync(path)) return new LogCopy(directory, null)
    const head = openCheckpoint(readBytes(path), [key])
    if (!head) throw usageError(`${directory} holds another log than that of ${key.name}.`)
    const copy = new LogCopy(directory, head)
    if (same(copy.rootAt(copy.size), head.root)) return copy
    throw usageError(
      `The files in ${directory} are not those of the checkpoint there: mirror the log into another directory.`
    )
  }

  /** Entries that it holds. */
  get size(): number {
    return Number(this.#head?.size ?? 0n)
  }

  get root(): Uint8Array | null {
    return this.#head?.root ?? null
  }

  /** The root of the first `size` entries; of those that are staged as well where there are more than it holds. */
  rootAt(size: number): Uint8Array {
    return rootOf(
      size,
      nodesIn(Math.max(size, this.size), (file) => this.#placeOf(file))
    )
  }

  /** The partial tiles at its right edge, by `tileKey`. */
  edge(): Map<string, Uint8Array> {
    return new Map(
      edgeOf(this.size).map((tile) => {
        const hashes = readBytes(this.#placeOf(tilePath(tile)))
        return [tileKey(tile), hashes.subarray(0, tile.width * HASH_BYTES)]
      })
    )
  }

  stageTile(tile: FilledTile): void {
    this.#stage(tilePath(tile), tile.hashes)
  }

  stageEntries(tile: Pick<Tile, 'index' | 'width'>, entries: readonly Uint8Array[]): void {
    this.#stage(entriesPath(tile), packEntries(entries))
  }

  /** Makes what is staged the copy, up to the head that was verified. */
  settle(note: Uint8Array, head: Checkpoint, key: NoteVerifier): void {
    for (const file of this.#staged) settle(join(this.#directory, file))
    const before = this.size
    this.#staged.clear()
    writeWhole(join(this.#directory, 'key'), `${verifierText(key)}\n`)
    writeWhole(join(this.#directory, 'checkpoint'), note)
    this.#head = head
    this.#dropEdge(before)
  }

  /** Forgets what was staged. */
  drop(): void {
    for (const file of this.#staged)
      rmSync(stagedPath(join(this.#directory, file)), { force: true })
    this.#staged.clear()
  }

  /**
   * Keeps a head that contradicts the copy: both together prove what whoever has the key did. Of a longer
   * log it takes the proof how that began, which may not be served any more when somebody asks.
   */
  keepEvidence(note: Uint8Array, { size }: Checkpoint, beginning?: Beginning): string {
    const path = join(this.#directory, `contradiction-${size}`)
    if (beginning) {
      const [root = '', ...proof] = [beginning.root, ...beginning.proof].map(toBase64)
      const told = { from: beginning.size, to: Number(size), root, proof }
      writeWhole(`${path}.json`, `${JSON.stringify(told)}\n`)
    }
    writeWhole(path, note)
    return path
  }

  /** Partial tiles that grew since: a copy of every minute would keep hundreds of each. */
  #dropEdge(before: number): void {
    const now = new Set(edgeOf(this.size).map(tilePath))
    for (const tile of edgeOf(before)) {
      if (tile.width === TILE_WIDTH || now.has(tilePath(tile))) continue
      rmSync(join(this.#directory, tilePath(tile)), { force: true })
      if (tile.level === 0) rmSync(join(this.#directory, entriesPath(tile)), { force: true })
    }
  }

  #stage(file: string, content: Uint8Array): void {
    stage(join(this.#directory, file), content)
    this.#staged.add(file)
  }

  #placeOf(file: string): string {
    const path = join(this.#directory, file)
    return this.#staged.has(file) ? stagedPath(path) : path
  }
}

function toBase64(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64')
}
