import { randomBytes } from 'node:crypto'
import { link, open, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory } from '../make-directory.ts'

/** What the guard holds: the last checkpoint that was signed, and how often it changed. */
export interface Guarded {
  readonly generation: number
  /** The signed note. */
  readonly note: string
}

/**
 * The memory of the log outside PostgreSQL (trust.md item 4): a restored backup or a second instance
 * cannot make the service sign another history than the one that it signed before.
 */
export interface Guard {
  /** Where it is, for messages. */
  readonly place: string
  /** The newest content; null where there was never any. Rejects where it cannot be reached. */
  read(): Promise<Guarded | null>
  /**
   * Replaces `before` by `note`, durably, or does nothing and resolves with null where something
   * else than `before` is there: of several writers at once exactly one wins.
   */
  swap(before: Guarded | null, note: string): Promise<Guarded | null>
}

const PREFIX = 'checkpoint.'
/** Older ones stay for somebody who has just listed them. */
const KEPT = 3

/**
 * A guard in a directory: one file a generation, the highest is current. A file is written aside,
 * synced and then linked under its name, which fails where the name is taken, also between machines
 * that share the directory; so there is no lock that a crash could leave behind.
 */
export function directoryGuard(place: string): Guard {
  return {
    place,
    read: () => readNewest(place),
    async swap(before, note) {
      const generation = (before?.generation ?? 0) + 1
      await makeDirectory(place, 0o700)
      if (!(await linkNew(place, generation, note))) return null
      // Where the name was free only because others had gone far beyond it, theirs is current.
      const newest = (await generations(place)).at(-1)
      if (newest !== generation) {
        // Theirs may have removed it with the old ones.
        await unlink(join(place, nameOf(generation))).catch(() => {})
        return null
      }
      await removeOld(place, generation)
      return { generation, note }
    }
  }
}

async function readNewest(place: string): Promise<Guarded | null> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const generation = (await generations(place)).at(-1)
    if (generation === undefined) return null
    try {
      return { generation, note: await readFile(join(place, nameOf(generation)), 'utf8') }
    } catch (error) {
      // It was replaced and removed since the directory was listed.
      if (!isCode(error, 'ENOENT')) throw error
    }
  }
  throw new Error(`the guard in ${place} changes faster than it can be read`)
}

async function generations(place: string): Promise<number[]> {
  const names = await readdir(place).catch((error) => {
    if (isCode(error, 'ENOENT')) return []
    throw error
  })
  return names
    .filter((name) => /^checkpoint\.\d{16}$/.test(name))
    .map((name) => Number(name.slice(PREFIX.length)))
    .sort((one, other) => one - other)
}

/** True once the file is on disk under its name; false where the name is taken. */
async function linkNew(place: string, generation: number, note: string): Promise<boolean> {
  const draft = join(place, `draft.${randomBytes(8).toString('hex')}`)
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(note)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(draft, join(place, nameOf(generation)))
    await syncDirectory(place)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await unlink(draft).catch(() => {})
  }
}

async function removeOld(place: string, generation: number): Promise<void> {
  for (const old of await generations(place)) {
    if (old <= generation - KEPT) await unlink(join(place, nameOf(old))).catch(() => {})
  }
}

async function syncDirectory(place: string): Promise<void> {
  const directory = await open(place, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function nameOf(generation: number): string {
  return PREFIX + String(generation).padStart(16, '0')
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
