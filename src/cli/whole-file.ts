import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { usageError } from './exit.ts'

/** Readers see the old file or the new one, never half of it. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  stage(path, content)
  settle(path)
}

/** Where a file stands until it is settled. */
export function stagedPath(path: string): string {
  return `${path}.new`
}

/** Writes what is to stand at `path` beside it. */
export function stage(path: string, content: string | Uint8Array): void {
  writing(path, () => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(stagedPath(path), content)
  })
}

/** Puts what was staged in its place. */
export function settle(path: string): void {
  writing(path, () => renameSync(stagedPath(path), path))
}

function writing(path: string, write: () => void): void {
  try {
    write()
  } catch (error) {
    throw usageError(`Cannot write ${path}: ${(error as NodeJS.ErrnoException).code}.`)
  }
}
