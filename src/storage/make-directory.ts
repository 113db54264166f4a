import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * A directory and those above it, unless they are there. Not by `recursive`: where a file system makes none and
 * says that something is missing, as /proc does, Node tries again for ever, and of one that is read-only it
 * says that something is missing.
 */
export async function makeDirectory(path: string, mode?: number): Promise<void> {
  try {
    await makeOne(path, mode)
  } catch (error) {
    const parent = dirname(path)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path) throw error
    await makeDirectory(parent, mode)
    await makeOne(path, mode)
  }
}

async function makeOne(path: string, mode?: number): Promise<void> {
  await mkdir(path, mode === undefined ? {} : { mode }).catch(async (error) => {
    // A read-only file system refuses also what is there.
    if (!(await isDirectory(path))) throw error
  })
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )
}
