import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries } from '../../../src/storage/embedded/binaries.ts'
import { ensureCluster } from '../../../src/storage/embedded/create-cluster.ts'
import { type Place, preparePlace } from '../../../src/storage/embedded/place.ts'
import { launch, StillInUse, stopPostmaster } from '../../../src/storage/embedded/postmaster.ts'
import { connect, ensureDatabase } from '../../../src/storage/embedded/presence.ts'
import { socketUrl } from '../../../src/storage/embedded/socket-url.ts'
import { killCluster } from '../kill-cluster.ts'
import type { Stage } from '../service-process.ts'
import { scratchDirectory, testBinaries } from '../test-cluster.ts'

const DATABASE = 'lodestone'
const silent = { info: () => {}, warn: () => {}, error: console.error }

/** A PostgreSQL of a test's own, which it may stop, kill, starve, copy and restore. */
export class Cluster {
  readonly place: Place
  readonly url: string
  readonly #binaries: Binaries
  readonly #settings: Readonly<Record<string, string>>

  private constructor(
    place: Place,
    binaries: Binaries,
    settings: Readonly<Record<string, string>>
  ) {
    this.place = place
    this.url = socketUrl(place.socket, DATABASE)
    this.#binaries = binaries
    this.#settings = settings
  }

  /** Made and started in `directory`, or in one of its own; thrown away with the test. */
  static async start(
    t: Stage,
    settings: Readonly<Record<string, string>> = {},
    directory = mkdtempSync(join(scratchDirectory(), 'lodestone-faults-'))
  ): Promise<Cluster> {
    chmodSync(directory, 0o755)
    const place = await preparePlace(directory, silent)
    t.teardown(async () => {
      await stopPostmaster(place.data).catch(() => {})
      rmSync(directory, { recursive: true, force: true })
    })
    const binaries = await testBinaries(place.identity)
    await ensureCluster(place, binaries)
    const cluster = new Cluster(place, binaries, { shared_buffers: '32MB', ...settings })
    await cluster.start()
    const admin = await connect(place.socket, 'lodestone-faults')
    await ensureDatabase(admin, DATABASE)
    await admin.end()
    return cluster
  }

  /** Ready for connections when it resolves, so recovered from whatever happened before. */
  async start(): Promise<void> {
    for (;;) {
      try {
        return await launch(this.#binaries, this.place, this.#settings)
      } catch (error) {
        // After a kill the last backends still end.
        if (!(error instanceof StillInUse)) throw error
        await sleep(100)
      }
    }
  }

  stop(): Promise<void> {
    return stopPostmaster(this.place.data)
  }

  /** SIGKILL to the postmaster and every backend at once. */
  kill(): Promise<void> {
    return killCluster(this.place.data)
  }
}
