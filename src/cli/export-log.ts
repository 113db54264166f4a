import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { entryData } from '../log/entry.ts'
import { packEntries } from '../log/entry-bundle.ts'
import { HASH_BYTES } from '../log/merkle.ts'
import { verifierText } from '../log/note-key.ts'
import { entriesPath, TILE_WIDTH, type Tile, tilePath, tilesOf } from '../log/tiles.ts'
import type { Database } from '../storage/database.ts'
import { entriesBetween } from '../storage/journal-entries.ts'
import { latestCheckpoint, readTiles } from '../storage/log-tree.ts'
import { environment } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { CommandError, exitCodes, usageError } from './exit.ts'
import { keyOfLog, withDatabase } from './with-database.ts'

const help = `lodestone export-log DIRECTORY

Writes the log as static files that any web server can host: checkpoint, key, tile/… (C2SP tlog-tiles).
Repeating it adds what is new; full tiles are never written again. The checkpoint comes last, so a
mirror is whole at any time. Reads LODESTONE_DATABASE_URL and LODESTONE_DATA_DIR.`

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
  let written = 0
  for (const tile of tilesOf(head.size)) {
    written += await exportTile(db, directory, tile)
    if (tile.level === 0) written += await exportEntries(db, directory, tile)
  }
  const { verifier } = await keyOfLog(db)
  write(join(directory, 'key'), `${verifierText(verifier)}\n`)
  write(join(directory, 'checkpoint'), head.note)
  return { written: written + 2, size: head.size }
}

async function exportTile(db: Database, directory: string, tile: Tile): Promise<number> {
  const path = join(directory, tilePath(tile))
  if (existsSync(path)) return 0
  const [stored] = await readTiles(db, [tile])
  if (!stored) throw new Error(`${tilePath(tile)} is signed but not stored: run lodestone fsck`)
  write(path, stored.hashes.subarray(0, tile.width * HASH_BYTES))
  return 1
}

async function exportEntries(db: Database, directory: string, tile: Tile): Promise<number> {
  const path = join(directory, entriesPath(tile))
  if (existsSync(path)) return 0
  const begin = tile.index * TILE_WIDTH
  const entries = await entriesBetween(db, begin, begin + tile.width)
  write(path, packEntries(entries.map(entryData)))
  return 1
}

/** Readers see the old file or the new one, never half of it. */
function write(path: string, content: string | Uint8Array): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.new`, content)
    renameSync(`${path}.new`, path)
  } catch (error) {
    throw usageError(`Cannot write ${path}: ${(error as NodeJS.ErrnoException).code}.`)
  }
}
