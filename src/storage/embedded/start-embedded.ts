import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { type Attached, attach } from './attach.ts'
import { type Binaries, usableBinaries } from './binaries.ts'
import { ensureCluster } from './create-cluster.ts'
import { type Place, preparePlace } from './place.ts'
import { type ServerSettings, stopPostmaster } from './postmaster.ts'
import { ensureDatabase, othersPresent } from './presence.ts'
import type { EmbeddedLog } from './refused.ts'
import { socketUrl } from './socket-url.ts'
import { watch } from './watchdog.ts'

const DATABASE = 'lodestone'
const RESTART_PAUSE_MS = 1_000
const GRACE_MS = 10_000
const GOING_MS = 2_000
const LOOK_AGAIN_MS = 20

export interface EmbeddedOptions {
  /** For PostgreSQL, where this call starts it. */
  readonly settings?: ServerSettings
  /** How long a killed service may take to come back for its server; default ten seconds. */
  readonly graceMs?: number
}

export interface Embedded {
  /** For openDatabase. Stays the same when the server is started again. */
  readonly url: string
  /** True where the server was running already: left by a killed service, or shared with another. */
  readonly adopted: boolean
  /** Stops the server, or leaves it to those that still use it. Close the databases first. */
  stop(): Promise<void>
}

/**
 * A real PostgreSQL of our own on `<dataDir>/postgres`, reachable through a unix socket only. It is
 * made on first use, adopted if it runs, started again if it dies, shared between the services of
 * one data directory, and stopped when the last of them has left, also where that one is killed, and
 * nobody else is connected to it. Rejects with
 * EmbeddedRefused where it cannot run.
 */
export async function startEmbedded(
  dataDir: string,
  log: EmbeddedLog,
  options: EmbeddedOptions = {}
): Promise<Embedded> {
  const place = await preparePlace(dataDir, log)
  const binaries = await usableBinaries(place.identity)
  await ensureCluster(place, binaries)
  const server = new Supervisor(place, binaries, options, log)
  await server.start()
  return server
}

class Supervisor implements Embedded {
  readonly #place: Place
  readonly #binaries: Binaries
  readonly #options: EmbeddedOptions
  readonly #log: EmbeddedLog
  readonly #giveUp = new AbortController()
  #presence: pg.Client | null = null
  #recovery: Promise<void> = Promise.resolve()
  #release: () => void = () => {}
  #stopped: Promise<void> | null = null
  url = ''
  adopted = false

  constructor(place: Place, binaries: Binaries, options: EmbeddedOptions, log: EmbeddedLog) {
    this.#place = place
    this.#binaries = binaries
    this.#options = options
    this.#log = log
  }

  async start(): Promise<void> {
    this.#release = watch(this.#place.data, this.#options.graceMs ?? GRACE_MS)
    try {
      const { socket, adopted } = await this.#attach()
      this.adopted = adopted
      this.url = socketUrl(socket, DATABASE)
    } catch (error) {
      this.#release()
      throw error
    }
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #attach(): Promise<Attached> {
    const { signal } = this.#giveUp
    const { settings = {} } = this.#options
    const attached = await attach(this.#place, this.#binaries, settings, this.#log, signal)
    const { presence } = attached
    await ensureDatabase(presence, DATABASE).catch(async (error) => {
      await presence.end()
      throw error
    })
    this.#presence = presence
    presence.on('end', () => {
      this.#presence = null
      if (!signal.aborted) this.#recovery = this.#recover()
    })
    const said = attached.adopted ? 'Adopted a running PostgreSQL' : 'Started PostgreSQL'
    this.#log.info({ directory: this.#place.home }, said)
    return attached
  }

  /** The server went away under us: killed, or stopped by a service that did not see us come. */
  async #recover(): Promise<void> {
    this.#log.warn({ directory: this.#place.home }, 'PostgreSQL ended; starting it again')
    while (!this.#giveUp.signal.aborted) {
      try {
        await this.#attach()
        return
      } catch (error) {
        this.#log.error({ err: error }, 'PostgreSQL does not start')
        await sleep(RESTART_PAUSE_MS)
      }
    }
  }

  async #stop(): Promise<void> {
    this.#giveUp.abort()
    await this.#recovery
    const presence = this.#presence
    const shared = presence !== null && (await staysInUse(presence).catch(() => false))
    await presence?.end().catch(() => {})
    if (shared)
      this.#log.info({}, 'Others use the same PostgreSQL; it keeps running until they leave')
    else await stopPostmaster(this.#place.data)
    this.#release()
  }
}

/** What was closed a moment ago is still seen for a while. */
async function staysInUse(presence: pg.Client): Promise<boolean> {
  for (let attempt = 0; attempt < GOING_MS / LOOK_AGAIN_MS; attempt += 1) {
    const { services, connections } = await othersPresent(presence)
    if (services > 0) return true
    if (connections === 0) return false
    await sleep(LOOK_AGAIN_MS)
  }
  return true
}
