/** Imports while the network to the database is cut around COMMIT, and is not there for ten seconds. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { testDatabaseUrl } from '../support/database.ts'
import { DatabaseProxy } from '../support/database-proxy.ts'
import { eventually } from '../support/eventually.ts'
import {
  importPlace,
  isOver,
  recordedBatches,
  submitted,
  until,
  upload
} from '../support/import-place.ts'
import { socketDirectory } from '../support/test-cluster.ts'

const ITEMS = 4_000
const AWAY_MS = 10_000

t.test(
  'an import survives its database, and counts every item once',
  { timeout: 600_000 },
  async (t) => {
    const databaseUrl = await testDatabaseUrl()
    const proxy = await DatabaseProxy.open(t, socketDirectory)
    const { producer, facility } = await importPlace(t, {
      DATABASE_URL: proxy.url(new URL(databaseUrl).pathname.slice(1))
    })
    const { text, batches } = upload(facility, ITEMS)
    const id = await submitted(producer, text)
    for (let cut = 0; cut < 6; cut += 1) {
      const before = proxy.severed
      proxy.severCommit(cut % 2 === 0 ? 'after' : 'before')
      await eventually(() => proxy.severed > before, 5_000)
    }
    await proxy.refuse()
    await sleep(AWAY_MS)
    await proxy.accept()
    const job = await until(producer, id, isOver)
    t.comment(`${proxy.severed} times severed around COMMIT, then away for ${AWAY_MS / 1000} s`)
    t.ok(proxy.severed >= 4, 'it was severed under way')
    t.match(job, { state: 'done', progress: { items: ITEMS, accepted: ITEMS - ITEMS / 100 } })
    t.equal(job.progress.replayed, 0, 'what a lost commit stored is not told as something else')
    const found = await recordedBatches(producer)
    t.equal(found.length, batches.length)
    t.strictSame(new Set(found), new Set(batches))
  }
)
