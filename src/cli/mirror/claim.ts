import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../../storage/embedded/pid-file.ts'
import { CommandError, exitCodes, usageError } from '../exit.ts'

/**
 * Keeps a directory for this process until what is returned is called: of two that stage files at once each
 * would take those of the other for its own. Who was killed has no claim any more.
 */
export function claim(directory: string): () => void {
  const path = join(directory, 'mirror.pid')
  for (;;) {
    if (written(directory, path)) return () => rmSync(path, { force: true })
    const holder = holderOf(path)
    // In containers whoever comes next often has the number of whoever was killed.
    if (holder !== null && holder !== process.pid && isAlive(holder)) throw atWork(directory, path)
    rmSync(path, { force: true })
  }
}

/** False where it is there. */
function written(directory: string, path: string): boolean {
  try {
    mkdirSync(directory, { recursive: true })
    writeFileSync(path, `${process.pid}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    throw usageError(`Cannot write ${path}: ${code}.`)
  }
}

/** Null where it went away; 0, which lives, where its number is not written yet. */
function holderOf(path: string): number | null {
  try {
    return Number(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}

function atWork(directory: string, path: string): CommandError {
  return new CommandError(
    exitCodes.unreachable,
    `Another lodestone mirror is at work in ${directory}; where none is, delete ${path}.`
  )
}
