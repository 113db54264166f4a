import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Binaries } from './binaries.ts'
import { isAlive, isPostmasterOf, readPidFile } from './pid-file.ts'
import type { Place } from './place.ts'
import { launch, type ServerSettings, StillInUse } from './postmaster.ts'
import { announce } from './presence.ts'
import { type EmbeddedLog, EmbeddedRefused } from './refused.ts'

/** Recovery after a crash replays at most `max_wal_size` (1 GB); old backends end within seconds. */
const PATIENCE_MS = 300_000
const RETRY_MS = 100
/** A server that has just written its pid file listens a moment later. */
const STALE_AFTER_MS = 2_000

export interface Attached {
  readonly presence: pg.Client
  readonly socket: string
  /** False where this call started the server. */
  readonly adopted: boolean
}

/**
 * A presence on the server of a place, whatever state it was left in: running (a killed service, or
 * another service that shares it), starting, stopping, crashed with backends that still end, or
 * stopped. Rejects with EmbeddedRefused after five minutes, or when it is told to give up.
 */
export async function attach(
  place: Place,
  binaries: Binaries,
  settings: ServerSettings,
  log: EmbeddedLog,
  signal: AbortSignal
): Promise<Attached> {
  const begun = Date.now()
  let adopted = true
  let trouble = 'it does not answer'
  while (Date.now() - begun < PATIENCE_MS) {
    signal.throwIfAborted()
    const server = await readPidFile(place.data)
    if (server !== null) {
      const presence = await announce(server.socket).catch(() => null)
      if (presence !== null) return { presence, socket: server.socket, adopted }
      if (await isPostmasterOf(server.pid, place.data)) {
        await sleep(RETRY_MS)
        continue
      }
      if (Date.now() - begun > STALE_AFTER_MS) await removeStale(place.data, server.pid, log)
    }
    const refusal = await launched(binaries, place, settings)
    if (refusal === null) adopted = false
    else {
      trouble = refusal.message
      await sleep(RETRY_MS)
    }
  }
  throw new EmbeddedRefused(`The embedded PostgreSQL of ${place.data} cannot be used: ${trouble}`)
}

/** Null when the server is up; why not, where another attempt may succeed. */
async function launched(
  binaries: Binaries,
  place: Place,
  settings: ServerSettings
): Promise<StillInUse | null> {
  try {
    await launch(binaries, place, settings)
    return null
  } catch (error) {
    if (error instanceof StillInUse) return error
    throw error
  }
}

/**
 * PostgreSQL takes any living process of its user for the one that the pid file names. Nobody
 * listens at that socket and the process works elsewhere, so the file was left by a server that is
 * gone, and its number was given to another program.
 */
async function removeStale(data: string, pid: number, log: EmbeddedLog): Promise<void> {
  if (!isAlive(pid)) return
  log.warn({ pid }, 'Another program has the process id of a server that is gone')
  await unlink(join(data, 'postmaster.pid'))
}
