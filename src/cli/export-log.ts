import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openCheckpoint } from '../log/checkpoint.ts'
import { entryData, leafHash } from '../log/entry.ts'
import { packEntries } from '../log/entry-bundle.ts'
import { HASH_BYTES, same, verifyConsistency } from '../log/merkle.ts'
import { type NoteVerifier, verifierText } from '../log/note-key.ts'
import { entriesPath, TILE_WIDTH, type Tile, tilePath, tilesOf } from '../log/tiles.ts'
import { proveConsistency } from '../registry/log/prove.ts'
import type { Database } from '../storage/database.ts'
import { entriesBetween, type StoredEntry } from '../storage/journal/journal-entries.ts'
import { latestCheckpoint, readTiles, type StoredCheckpoint } from '../storage/journal/log-tree.ts'
import { environment } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { CommandError, exitCodes, usageError } from './exit.ts'
import { readBytes } from './trusted-keys.ts'
import { writeWhole } from './whole-file.ts'
import { keyOfLog, withDatabase } from './with-database.ts'

const help = `lodestone export-log DIRECTORY

Writes the log as static files that any web server can host: checkpoint, key, tile/… (C2SP tlog-tiles).
Repeating it adds what is new; full tiles are never written again. The checkpoint comes last, so a
mirror is whole at any time. Refused where the directory holds another log, or entries that are not
those of the database any more: what was published is never taken back.

Reads LODESTONE_DATABASE_URL and LODESTONE_DATA_DIR. Ends with 0, or with 1 where it is refused.`

/** `lodestone export-log` */
export const exportLog: Command = {
  help,
  run: async (args, terminal) => {
    const { positionals } = readArgs(args, {})
    const [directory, ...more] = positionals
    if (directory === undefined || more.length > 0)
      throw usageError('export-log takes a directory.')
    const { written, size } = await withDatabase(environment(), (db) => exportTo(db, directory))
    terminal.print(`${size} entries in ${directory}, ${written} files written.`)
    return exitCodes.ok
  }
}

async function exportTo(db: Database, directory: string) {
  const head = await latestCheckpoint(db)
  if (!head) throw new CommandError(exitCodes.refused, 'The log was not signed yet.')
  const { verifier } = await keyOfLog(db)
  await refuseOther(db, directory, { verifier, head })
  let written = 0
  for (const tile of tilesOf(head.size)) written += await exportTile(db, directory, tile)
  writeWhole(join(directory, 'key'), `${verifierText(verifier)}\n`)
  writeWhole(join(directory, 'checkpoint'), head.note)
  return { written: written + 2, size: head.size }
}

/** What was published before must be the beginning of what is published now. */
async function refuseOther(
  db: Database,
  directory: string,
  { verifier, head }: { readonly verifier: NoteVerifier; readonly head: StoredCheckpoint }
): Promise<void> {
  const key = published(join(directory, 'key'))
  if (key !== null && key.trim() !== verifierText(verifier)) {
    throw new CommandError(exitCodes.refused, `${directory} holds the log ${key.split('+')[0]}.`)
  }
  const note = published(join(directory, 'checkpoint'))
  if (note === null) return
  const before = openCheckpoint(note, [verifier])
  if (!before) throw new CommandError(exitCodes.refused, `${directory} holds another log.`)
  const oldSize = Number(before.size)
  if (oldSize > head.size) {
    throw new CommandError(
      exitCodes.refused,
      `${directory} holds ${oldSize} entries that were signed, the database ${head.size}: it is behind.`
    )
  }
  const proof = await proveConsistency(db, oldSize, head.size)
  const claim = { oldSize: before.size, newSize: BigInt(head.size), proof }
  if (verifyConsistency({ ...claim, oldRoot: before.root, newRoot: head.root })) return
  throw notAsSigned(`The ${oldSize} entries in ${directory}`)
}

function published(path: string): string | null {
  return existsSync(path) ? readBytes(path).toString('utf8') : null
}

async function exportTile(db: Database, directory: string, tile: Tile): Promise<number> {
  const [path, below] = [tilePath(tile), tile.level === 0 ? entriesPath(tile) : null]
  const missing = [path, below ?? path].filter((one) => !existsSync(join(directory, one)))
  if (missing.length === 0) return 0
  const [stored] = await readTiles(db, [tile])
  if (!stored) throw notAsSigned(path)
  const hashes = stored.hashes.subarray(0, tile.width * HASH_BYTES)
  // A mirror never writes it again, so it must be right.
  if (below !== null)
    writeWhole(join(directory, below), packEntries(await entriesOf(db, tile, hashes)))
  writeWhole(join(directory, path), hashes)
  return below === null ? 1 : 2
}

/** The entries behind a tile of level 0, as they were when it was signed. */
async function entriesOf(db: Database, tile: Tile, hashes: Uint8Array): Promise<Buffer[]> {
  const begin = tile.index * TILE_WIDTH
  const entries = await entriesBetween(db, begin, begin + tile.width)
  const data = entries.flatMap((entry) => (isWhole(entry) ? [entryData(entry)] : []))
  if (same(Buffer.concat(data.map(leafHash)), hashes)) return data
  throw notAsSigned(entriesPath(tile))
}

/** False for a blind entry whose salt is gone, though nobody erased it lawfully. */
function isWhole({ blind, salt, erased }: StoredEntry): boolean {
  return !blind || salt !== null || erased !== null
}

function notAsSigned(what: string): CommandError {
  return new CommandError(
    exitCodes.refused,
    `${what} is not what was signed: run lodestone fsck to see what was changed.`
  )
}
