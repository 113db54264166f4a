import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openDatabase } from '../../src/storage/database.ts'
import type { Binaries } from '../../src/storage/embedded/binaries.ts'
import { ensureCluster } from '../../src/storage/embedded/create-cluster.ts'
import { preparePlace } from '../../src/storage/embedded/place.ts'
import { launch, stopPostmaster } from '../../src/storage/embedded/postmaster.ts'
import { connect } from '../../src/storage/embedded/presence.ts'
import { socketUrl } from '../../src/storage/embedded/socket-url.ts'
import { migrate } from '../../src/storage/migrate.ts'
import { poolSettings } from './database.ts'
import { CACHE, SETTINGS, TEMPLATE } from './test-cluster.ts'

const UNUSED_MS = 3_600_000

/**
 * Makes a cluster with a migrated template and moves it, stopped, to `cache`. It is made aside,
 * because another run may be doing the same.
 */
export async function fillCache(cache: string, binaries: Binaries): Promise<void> {
  removeUnusedCaches(dirname(cache))
  const draft = `${cache}-${process.pid}`
  const log = { info: () => {}, warn: console.warn, error: console.error }
  try {
    const place = await preparePlace(draft, log)
    await ensureCluster(place, binaries)
    await launch(binaries, place, SETTINGS)
    await makeTemplate(place.socket).finally(() => stopPostmaster(place.data))
    mkdirSync(join(draft, 'cache'))
    renameSync(place.data, join(draft, 'cache/data'))
    renameSync(join(draft, 'cache'), cache)
  } catch (error) {
    if (!existsSync(cache)) throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/**
 * The template is `template1` itself, and `template0` goes: copying a cluster costs by the number of
 * its files, and each database has three hundred.
 */
async function makeTemplate(socket: string): Promise<void> {
  const db = await openDatabase({ ...poolSettings, url: socketUrl(socket, TEMPLATE) })
  await migrate(db).finally(() => db.close())
  const admin = await connect(socket, 'lodestone-test')
  try {
    await admin.query(`update pg_database set datistemplate = false where datname = 'template0'`)
    await admin.query('drop database template0')
  } finally {
    await admin.end()
  }
}

/** Schemas change; what an hour of runs did not ask for is not asked for again. */
function removeUnusedCaches(scratch: string): void {
  for (const name of readdirSync(scratch).filter((found) => found.startsWith(CACHE))) {
    const path = join(scratch, name)
    const unusedMs = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (unusedMs > UNUSED_MS) rmSync(path, { recursive: true, force: true })
  }
}
