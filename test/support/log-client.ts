import { createHash } from 'node:crypto'
import { type Checkpoint, openCheckpoint } from '../../src/log/checkpoint.ts'
import { blindLeaf, leafHash, plainLeaf, SALT_BYTES } from '../../src/log/entry.ts'
import { unpackEntries } from '../../src/log/entry-bundle.ts'
import { verifyConsistency } from '../../src/log/merkle.ts'
import { type NoteVerifier, parseVerifier } from '../../src/log/note-key.ts'
import { parseProof, verifyProof } from '../../src/log/proof.ts'
import {
  entriesPath,
  nodeReader,
  TILE_WIDTH,
  tileKey,
  tilePath,
  tilesOf
} from '../../src/log/tiles.ts'
import { rootOf } from '../../src/log/tree.ts'
import type { Answer } from './service.ts'

type Get = (path: string) => Promise<Answer>

/**
 * What a buyer or an auditor has: the key of the log, checkpoints and receipts it kept, and public
 * addresses; nothing of the service. Whatever it does not say `null` to, it found.
 */
export class LogClient {
  readonly #get: Get
  readonly key: NoteVerifier

  private constructor(get: Get, key: NoteVerifier) {
    this.#get = get
    this.key = key
  }

  static async open(get: Get): Promise<LogClient> {
    const key = parseVerifier(String((await get('/log/key')).body).trim())
    if (!key) throw new Error('the log has no key')
    return new LogClient(get, key)
  }

  async checkpoint(): Promise<Checkpoint> {
    const answer = await this.#get('/log/checkpoint')
    const checkpoint = openCheckpoint(String(answer.body), [this.key])
    if (!checkpoint) throw new Error(`no checkpoint of this log: ${answer.body}`)
    return checkpoint
  }

  /** What is wrong with a newer checkpoint, given one that was kept; null for nothing. */
  async extended(kept: Checkpoint): Promise<string | null> {
    const now = await this.checkpoint()
    if (now.size < kept.size) return `the log shrank from ${kept.size} to ${now.size}`
    const answer = await this.#get(`/log/proof/consistency?from=${kept.size}&to=${now.size}`)
    if (answer.status !== 200) return `no proof: ${answer.body.detail}`
    const proof = (answer.body.proof as string[]).map((hash) => Buffer.from(hash, 'base64'))
    const claim = { oldSize: kept.size, newSize: now.size, oldRoot: kept.root, newRoot: now.root }
    return verifyConsistency({ ...claim, proof }) ? null : 'the history is another one'
  }

  /** What is wrong with a receipt and the document that it is for; null for nothing. */
  opened(receipt: string, document?: Buffer): Record<string, never> | string {
    const proof = parseProof(receipt)
    const extra = proof?.extra && Buffer.from(proof.extra)
    if (!proof || !extra) return 'not a receipt that opens an entry'
    const blind = extra[0] === 2
    const statement = extra.subarray(blind ? 1 + SALT_BYTES : 1)
    const salt = extra.subarray(1, 1 + SALT_BYTES)
    const data = blind ? blindLeaf(statement, salt) : plainLeaf(statement)
    if (!verifyProof(proof, leafHash(data), [this.key])) return 'the log does not hold it'
    const said = JSON.parse(statement.toString())
    const sha256 = document && createHash('sha256').update(document).digest('base64url')
    if (sha256 && said.document?.sha256 !== sha256) return 'the log holds other bytes'
    return said
  }

  /** Rebuilds the whole tree from entries and from tiles; what is wrong, or null. */
  async audit(kept: Checkpoint | null = null): Promise<string | null> {
    const { size, root } = await this.checkpoint()
    const tiles = new Map<string, Uint8Array>()
    for (const tile of tilesOf(Number(size))) {
      const { raw, status } = await this.#get(`/log/${tilePath(tile)}`)
      if (status !== 200) return `${tilePath(tile)} is missing`
      tiles.set(tileKey(tile), raw)
    }
    const read = nodeReader(tiles)
    if (!root.equals(rootOf(Number(size), read))) return 'the tiles do not have the signed root'
    if (kept && !kept.root.equals(rootOf(Number(kept.size), read))) return 'the past is another one'
    for (let begin = 0; begin < Number(size); begin += TILE_WIDTH) {
      const width = Math.min(TILE_WIDTH, Number(size) - begin)
      const path = `/log/${entriesPath({ index: begin / TILE_WIDTH, width })}`
      const answer = await this.#get(path)
      const entries = answer.status === 200 ? unpackEntries(answer.raw) : null
      if (entries?.length !== width) return `${path} holds ${entries?.length ?? 'no'} entries`
      const hashes = Buffer.concat(entries.map((entry) => leafHash(entry)))
      const expected = tiles.get(tileKey({ level: 0, index: begin / TILE_WIDTH }))
      if (!expected || !hashes.equals(expected)) return `the entries behind ${path} were changed`
    }
    return null
  }
}
