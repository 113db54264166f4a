import { createHash } from 'node:crypto'
import { type Checkpoint, openCheckpoint } from '../../log/checkpoint.ts'
import { entryData, leafHash } from '../../log/entry.ts'
import { Frontier } from '../../log/frontier.ts'
import { type FilledTile, growTiles } from '../../log/growth.ts'
import { same } from '../../log/merkle.ts'
import type { NoteVerifier } from '../../log/note-key.ts'
import { readStatement } from '../../log/read-statement.ts'
import { tileKey, tilesOf } from '../../log/tiles.ts'
import { findingsClosedOtherwise, strangeActors } from '../../storage/audit/audit-hands.ts'
import {
  type Compared,
  rowsThatBelieTheirDocument,
  strangeEntries,
  strayRows
} from '../../storage/audit/audit-rows.ts'
import { rowsThatBelieTheLog } from '../../storage/audit/audit-statements.ts'
import { documentsAt } from '../../storage/audit/bundle-parts.ts'
import { erasedOtherwise } from '../../storage/audit/erasure.ts'
import type { Database, Queryable } from '../../storage/database.ts'
import type { Guarded } from '../../storage/journal/guard.ts'
import { entriesBetween, type StoredEntry } from '../../storage/journal/journal-entries.ts'
import {
  checkpointsAfter,
  countEntries,
  countHeads,
  latestCheckpoint,
  missingTiles,
  readTiles
} from '../../storage/journal/log-tree.ts'
import { ENTERED_BLIND, isForEverybody } from '../proofs/for-everybody.ts'

/** Something that is not as it was accepted and signed. */
export interface LogProblem {
  /** Of the entry; null for a head or a row without one. */
  readonly position: number | null
  readonly message: string
}

export interface LogAudit {
  readonly entries: number
  readonly heads: number
  readonly documents: number
  readonly problems: readonly LogProblem[]
}

const CHUNK = 1_024
/** Kinds whose document is kept here; of others the log holds the hash alone. */
const WITH_DOCUMENT = new Set([
  'event',
  'organization',
  'facility',
  'epd',
  'epd_transition',
  'key',
  'grant',
  'finding_resolution',
  'rule_setting',
  'signing_policy'
])

/** What only the journal can have made otherwise, by what `strangeEntries` calls it. */
const STRANGE: Readonly<Record<string, string>> = {
  beyond: 'It stands behind the end of the journal.',
  salt: 'Its salt was used for another entry before.',
  moment: 'The journal says another time of its last entry.'
}

const GONE = 'Of what was erased the row is gone that shares and states rest on.'

/**
 * Rebuilds the tree from the entries, in one snapshot, and compares everything: statements with
 * their columns, leaves, tiles, every head that was signed, every document, every row with its entry.
 * Where `guarded` is given, also with the guard as it was read before: entries are there before a head
 * of them is guarded.
 */
export function auditLog(
  db: Database,
  key: NoteVerifier,
  guarded: Guarded | null = null
): Promise<LogAudit> {
  return db.transaction(
    async (tx) => {
      const audit = new Audit(tx, key, guarded)
      const entries = await countEntries(tx)
      for (let begin = 0; begin < entries; begin += CHUNK) {
        await audit.chunk(begin, Math.min(entries, begin + CHUNK))
      }
      return audit.finish(entries)
    },
    { isolation: 'repeatable read', readOnly: true }
  )
}

class Audit {
  readonly #db: Queryable
  readonly #key: NoteVerifier
  readonly #guarded: Guarded | null
  /** What the guard holds, where the log signed it. */
  readonly #guardedHead: Checkpoint | null
  readonly #tree = new Frontier()
  readonly #problems: LogProblem[] = []
  readonly #edge = new Map<string, Uint8Array>()
  /** Stored tiles that hold more than the entries read so far account for. */
  readonly #ahead = new Map<string, FilledTile>()
  #at = ''
  #heads = 0
  #documents = 0

  constructor(db: Queryable, key: NoteVerifier, guarded: Guarded | null) {
    this.#db = db
    this.#key = key
    this.#guarded = guarded
    this.#guardedHead = guarded && openCheckpoint(guarded.note, [key])
  }

  async chunk(begin: number, end: number): Promise<void> {
    const entries = await entriesBetween(this.#db, begin, end)
    const positions = entries.map(({ position }) => position)
    if (positions.length !== end - begin || positions.some((at, n) => at !== begin + n)) {
      this.#report(null, `Entries are missing between position ${begin} and ${end}.`)
    }
    const documents = await documentsAt(this.#db, positions)
    const leaves = entries.map((entry) => this.#entry(entry, documents.get(entry.position)))
    await this.#tiles(begin, leaves)
    await this.#headsUpTo(begin, end, leaves)
  }

  async finish(entries: number): Promise<LogAudit> {
    for (const tile of this.#ahead.values()) this.#wrongTile(tile)
    const signed = (await latestCheckpoint(this.#db))?.size ?? 0
    for (const tile of await missingTiles(this.#db, [...tilesOf(signed)])) {
      this.#report(null, `Tile ${tileKey(tile)} was signed and is not there, or not whole.`)
    }
    for (const { size } of await checkpointsAfter(this.#db, entries, 100)) {
      this.#report(null, `A head of ${size} entries was signed; there are ${entries}.`)
    }
    if (this.#guarded) await this.#guard(this.#guarded)
    for (const { what, position } of await strangeEntries(this.#db)) {
      this.#report(Number(position), STRANGE[what] ?? what)
    }
    for (const { what, id, position } of await strayRows(this.#db)) {
      this.#report(Number(position), `The ${what} ${id} is no entry of the log.`)
    }
    const known = this.#problems.flatMap(({ position }) => position ?? [])
    for (const { what, id, position } of await strangeActors(this.#db)) {
      this.#report(Number(position), `The ${what} ${id} is by no client that its organization had.`)
    }
    for (const { id, position } of await findingsClosedOtherwise(this.#db)) {
      this.#report(Number(position), `The finding ${id} was not closed like that.`)
    }
    this.#rows(await rowsThatBelieTheirDocument(this.#db, known), 'its document says')
    this.#rows(await rowsThatBelieTheLog(this.#db, known), 'the log says')
    for (const { position, isBack } of await erasedOtherwise(this.#db)) {
      this.#report(Number(position), isBack ? 'What was erased is there again.' : GONE)
    }
    const [heads, documents] = [this.#heads, this.#documents]
    return { entries, heads, documents, problems: this.#problems }
  }

  /**
   * Every head was guarded before it was stored, and the guard counts how often it changed: so it tells
   * whether heads are gone, as long as it is the one that the log began with.
   */
  async #guard({ generation }: Guarded): Promise<void> {
    const head = this.#guardedHead
    if (!head) return this.#report(null, 'The guard holds no checkpoint that this log signed.')
    const size = Number(head.size)
    const [stored] = await checkpointsAfter(this.#db, size - 1, 1)
    const [signed, heads] = [
      stored?.size === size ? generation : generation - 1,
      await countHeads(this.#db)
    ]
    if (heads >= signed) return
    this.#report(null, `${signed} heads were signed, and ${heads} are there.`)
  }

  #rows({ rows, unreadable }: Compared, than: string): void {
    for (const { what, id, position } of rows) {
      this.#report(Number(position), `The ${what} ${id} is not what ${than}.`)
    }
    for (const what of unreadable) {
      this.#report(null, `What is kept of each ${what} is not readable, so it was not compared.`)
    }
  }

  /** Checks one entry and gives the leaf hash that it really has. */
  #entry(entry: StoredEntry, document: Buffer | undefined): Buffer {
    const { position } = entry
    const statement = readStatement(entry.statement)
    if (!statement) this.#report(position, 'The statement is not readable.')
    else {
      const { kind, subject, organization, at } = statement
      const told = [kind, subject, organization].join()
      if (told !== [entry.kind, entry.subject, entry.organization].join()) {
        this.#report(position, 'The columns say something else than the statement.')
      }
      if (entry.blind && isForEverybody(statement)) this.#report(position, ENTERED_BLIND)
      if (at < this.#at) this.#report(position, `It is dated ${at}, before the entry before it.`)
      this.#at = at > this.#at ? at : this.#at
      this.#document(entry, statement.document?.sha256, document)
    }
    const leaf = leafOf(entry)
    if (!leaf?.equals(entry.leaf)) {
      this.#report(position, 'The statement or its salt is not the one that was accepted.')
    }
    return leaf ?? entry.leaf
  }

  #document(entry: StoredEntry, hash: Uint8Array | undefined, document: Buffer | undefined): void {
    if (hash === undefined || entry.erased !== null || !WITH_DOCUMENT.has(entry.kind)) return
    this.#documents += 1
    const found = document && createHash('sha256').update(document).digest()
    if (!found || !same(found, hash)) {
      this.#report(entry.position, `The document of the ${entry.kind} is not the accepted one.`)
    }
  }

  async #tiles(begin: number, leaves: readonly Buffer[]): Promise<void> {
    const grown = growTiles(begin, this.#edge, leaves)
    const stored = await readTiles(this.#db, grown)
    const byKey = new Map(stored.map((tile) => [tileKey(tile), tile.hashes]))
    for (const tile of grown) {
      this.#edge.set(tileKey(tile), tile.hashes)
      const hashes = byKey.get(tileKey(tile))
      if (!hashes) continue
      // What is not signed yet is not there yet; what is still to be read may be there already.
      const known = Math.min(hashes.length, tile.hashes.length)
      if (!same(hashes.subarray(0, known), tile.hashes.subarray(0, known))) this.#wrongTile(tile)
      if (hashes.length > known) this.#ahead.set(tileKey(tile), tile)
      else this.#ahead.delete(tileKey(tile))
    }
  }

  async #headsUpTo(begin: number, end: number, leaves: readonly Buffer[]): Promise<void> {
    const heads = await checkpointsAfter(this.#db, begin, end - begin)
    const bySize = new Map(heads.map((head) => [head.size, head]))
    for (const leaf of leaves) {
      this.#tree.add(leaf)
      this.#sameAsGuarded()
      const head = bySize.get(this.#tree.size)
      if (!head) continue
      this.#heads += 1
      const root = this.#tree.root()
      const signed = openCheckpoint(head.note, [this.#key])
      if (!signed || signed.size !== BigInt(head.size) || !same(signed.root, head.root)) {
        this.#report(null, `The head of ${head.size} entries is not signed by this log.`)
      } else if (!same(root, head.root)) {
        this.#report(null, `The head of ${head.size} entries was signed for other entries.`)
      }
    }
  }

  #sameAsGuarded(): void {
    const head = this.#guardedHead
    if (head?.size !== BigInt(this.#tree.size) || same(head.root, this.#tree.root())) return
    this.#report(null, `The head of ${head.size} entries that the guard holds is of other entries.`)
  }

  #wrongTile(tile: FilledTile): void {
    this.#report(null, `Tile ${tileKey(tile)} does not follow from the entries.`)
  }

  #report(position: number | null, message: string): void {
    this.#problems.push({ position, message })
  }
}

function leafOf(entry: StoredEntry): Buffer | null {
  if (entry.blind && entry.salt === null && entry.erased === null) return null
  return leafHash(entryData(entry))
}
