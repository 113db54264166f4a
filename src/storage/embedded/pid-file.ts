import { readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** What a running postmaster writes into its data directory (`miscadmin.h`, LOCK_FILE_LINE_*). */
export interface PidFile {
  readonly pid: number
  readonly socket: string
  readonly ready: boolean
}

/** The pid file of a data directory; null where there is none or it is not written out yet. */
export async function readPidFile(data: string): Promise<PidFile | null> {
  const lines = await readFile(join(data, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n'),
    () => []
  )
  const [pid, , , , socket, , , status = ''] = lines
  if (pid === undefined || socket === undefined) return null
  return { pid: Number(pid), socket, ready: status.trim() === 'ready' }
}

/** True while a process with this number exists, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * True where the process is the postmaster of the data directory. Numbers are used again, most of
 * all in containers: on Linux a postmaster is known by its working directory, elsewhere any living
 * process is taken for it, which errs on the safe side.
 */
export async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false
  if (process.platform !== 'linux') return true
  return readlink(`/proc/${pid}/cwd`).then(
    (directory) => directory === data,
    () => false
  )
}
