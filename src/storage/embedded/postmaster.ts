import { spawn } from 'node:child_process'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries } from './binaries.ts'
import { ENVIRONMENT } from './command.ts'
import { isPostmasterOf, readPidFile } from './pid-file.ts'
import type { Place } from './place.ts'
import { EmbeddedRefused } from './refused.ts'

export type ServerSettings = Readonly<Record<string, string>>

const POLL_MS = 10
const LARGEST_LOG = 16 * 1024 * 1024
/** After this long a fast shutdown has failed; an immediate one is as safe as a crash. */
const FAST_SHUTDOWN_MS = 60_000

/** A postmaster of the same directory, or its last backends, still run: worth another attempt. */
export class StillInUse extends Error {
  override readonly name = 'StillInUse'
}

/**
 * Starts a postmaster that outlives us, if need be: a killed service leaves it running, and the next
 * one adopts it. Resolves when it is ready for connections, so after a crash when it has recovered;
 * rejects with StillInUse, or with EmbeddedRefused and the end of its log.
 */
export async function launch(
  binaries: Binaries,
  place: Place,
  settings: ServerSettings
): Promise<void> {
  await rotateLog(place.log)
  const logFile = await open(place.log, 'a', 0o600)
  const begin = (await logFile.stat()).size
  let ended = false
  try {
    const child = spawn(binaries.postgres, serverArguments(place, settings), {
      cwd: '/',
      env: ENVIRONMENT,
      // A session of its own: an interrupt typed in our terminal is not for it.
      detached: true,
      stdio: ['ignore', logFile.fd, logFile.fd],
      ...place.identity
    })
    const end = () => {
      ended = true
    }
    child.on('exit', end)
    child.on('error', end)
    child.unref()
    while (!ended && (await readPidFile(place.data))?.pid !== child.pid) await sleep(POLL_MS)
    while (!ended && !(await readPidFile(place.data))?.ready) await sleep(POLL_MS)
  } finally {
    await logFile.close()
  }
  if (ended) throw await whyItEnded(place.log, begin)
}

function serverArguments(place: Place, settings: ServerSettings): string[] {
  const all = {
    listen_addresses: '',
    unix_socket_directories: `"${place.socket.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    cluster_name: 'lodestone',
    // Refused statements quote what was submitted; the service logs what it needs itself.
    log_min_messages: 'log',
    log_timezone: 'UTC',
    ...settings
  }
  return [
    '-D',
    place.data,
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  ]
}

async function whyItEnded(log: string, begin: number): Promise<Error> {
  const tail = (await readFile(log)).subarray(begin).toString('utf8').trim()
  if (/lock file .* already exists|is still in use/.test(tail)) return new StillInUse(tail)
  return new EmbeddedRefused(`PostgreSQL did not start; ${log} ends with:\n${tail}`)
}

async function rotateLog(log: string): Promise<void> {
  const size = await stat(log).then(
    (found) => found.size,
    () => 0
  )
  if (size > LARGEST_LOG) await rename(log, `${log}.1`)
}

/**
 * Stops the postmaster of a data directory, if one runs, and resolves when it is gone: connections
 * are ended, everything is written out.
 */
export async function stopPostmaster(data: string): Promise<void> {
  const found = await readPidFile(data)
  if (found === null || !(await isPostmasterOf(found.pid, data))) return
  process.kill(found.pid, 'SIGINT')
  const urgent = Date.now() + FAST_SHUTDOWN_MS
  let urged = false
  while (await isPostmasterOf(found.pid, data)) {
    if (!urged && Date.now() > urgent) {
      process.kill(found.pid, 'SIGQUIT')
      urged = true
    }
    await sleep(POLL_MS)
  }
}
