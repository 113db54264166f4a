import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { attach } from './attach.ts'
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

export interface Embedded {
  /** For openDatabase. Stays the same when the server is started again. */
  readonly url: string
  /** True where the server was running already: left by a killed service, or shared with another. */
  readonly adopted: boolean
  /** Stops the server unless another service uses it. Close the databases first. */
  stop(): Promise<void>
}

/**
 * A real PostgreSQL of our own on `<dataDir>/postgres`, reachable through a unix socket only. It is
 * made on first use, adopted if it runs, started again if it dies, shared between the services of
 * one data directory, and stopped by the last of them, also where that one is killed. Rejects with
 * EmbeddedRefused where it cannot run. `settings` go to PostgreSQL when this call starts it.
 */
export async function startEmbedded(
  dataDir: string,
  log: EmbeddedLog,
  settings: ServerSettings = {}
): Promise<Embedded> {
  const place = await preparePlace(dataDir, log)
  const binaries = await usableBinaries(place.identity)
  await ensureCluster(place, binaries)
  const server = new Supervisor(place, binaries, settings, log)
  await server.start()
  return server
}

class Supervisor implements Embedded {
  readonly #place: Place
  readonly #binaries: Binaries
  readonly #settings: ServerSettings
  readonly #log: EmbeddedLog
  #presence: pg.Client | null = null
  #release: () => void = () => {}
  #stopping: Promise<void> | null = null
  url = ''
  adopted = false

  constructor(place: Place, binaries: Binaries, settings: ServerSettings, log: EmbeddedLog) {
    this.#place = place
    this.#binaries = binaries
    this.#settings = settings
    this.#log = log
  }

  async start(): Promise<void> {
    this.#release = watch(this.#place.data)
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
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #attach(): Promise<{ socket: string; adopted: boolean }> {
    const { presence, socket, adopted } = await attach(
      this.#place,
      this.#binaries,
      this.#settings,
      this.#log
    )
    await ensureDatabase(presence, DATABASE)
    this.#presence = presence
    presence.on('end', () => this.#lost())
    const said = adopted
      ? 'Adopted the running embedded PostgreSQL'
      : 'Started the embedded PostgreSQL'
    this.#log.info({ directory: this.#place.home }, said)
    return { socket, adopted }
  }

  /** The server went away under us: killed, or stopped by a service that did not see us come. */
  async #lost(): Promise<void> {
    this.#presence = null
    while (this.#stopping === null) {
      this.#log.warn(
        { directory: this.#place.home },
        'The embedded PostgreSQL ended; starting it again'
      )
      try {
        await this.#attach()
        return
      } catch (error) {
        this.#log.error({ err: error }, 'The embedded PostgreSQL does not start')
        await sleep(RESTART_PAUSE_MS)
      }
    }
  }

  async #stop(): Promise<void> {
    const presence = this.#presence
    const shared = presence !== null && (await othersPresent(presence).catch(() => 0)) > 0
    await presence?.end().catch(() => {})
    if (shared) this.#log.info({}, 'Another service uses the embedded PostgreSQL; it keeps running')
    else await stopPostmaster(this.#place.data)
    this.#release()
  }
}
