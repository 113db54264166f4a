/** Processes on several machines have several clocks, and one journal whose time never runs backwards. */
import t from 'tap'
import { loadReference } from '../../src/reference.ts'
import { checkReadiness } from '../../src/registry/check-readiness.ts'
import { createDeps } from '../../src/registry/create-deps.ts'
import { stampOf } from '../../src/registry/moment.ts'
import { refusalOfWrites } from '../../src/registry/refuse-writes.ts'
import { clockAhead } from '../../src/storage/connection/server-clock.ts'
import { ServerRefused } from '../../src/storage/connection/server-settings.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { poolSettings, testDatabase, testDatabaseUrl } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { accept } from '../support/log.ts'

const HOUR_MS = 3_600_000

t.test('a clock that is wrong', async (t) => {
  t.test('is refused at the start, except where nothing is recorded by it', async (t) => {
    const url = await testDatabaseUrl()
    const opened = (offset: number, onlyLooks = false) =>
      openDatabase({ ...poolSettings, url, onlyLooks, now: () => Date.now() + offset })
    const ahead = await opened(HOUR_MS).catch((error) => error)
    t.type(ahead, ServerRefused)
    t.match(ahead.message, /clock of this machine is 3600 s ahead of that of the database.* NTP/)
    const behind = await opened(-HOUR_MS).catch((error) => error)
    t.match(behind.message, /clock of this machine is 3600 s behind that of the database/)
    for (const db of [await opened(HOUR_MS, true), await opened(1_000)]) await db.close()
  })

  t.test('keeps its process from accepting and from being asked, until it is right', async (t) => {
    let offset = 0
    const told: number[] = []
    const db = await testDatabase(t, {
      databaseSilenceMs: 10_000,
      now: () => Date.now() + offset,
      onClock: (aheadMs) => told.push(Math.round(aheadMs / HOUR_MS))
    })
    const deps = createDeps(db, loadReference())
    t.equal(refusalOfWrites(deps), undefined)
    t.match(await checkReadiness(deps), { status: 'ok' })
    offset = HOUR_MS
    t.ok(await eventually(() => db.clockAheadMs !== 0))
    t.match(refusalOfWrites(deps), { code: 'UNAVAILABLE', message: /3600 s ahead of/ })
    await t.rejects(checkReadiness(deps), { code: 'UNAVAILABLE', message: /3600 s ahead of/ })
    offset = 0
    t.ok(await eventually(() => db.clockAheadMs === 0))
    t.equal(refusalOfWrites(deps), undefined)
    t.strictSame(told, [1, 0], 'and tells of it once')
  })

  t.test('is not seen in an answer that took long', async (t) => {
    const { pool } = await testDatabase(t)
    const began = Date.now()
    const times = [began - HOUR_MS, began + HOUR_MS]
    t.equal(await clockAhead(pool, () => times.shift() ?? 0), 0)
  })
})

t.test(
  'a clock that is a little behind takes what others have just told for the past',
  async (t) => {
    const db = await testDatabase(t)
    const position = await accept(db, 1)
    const { asOf } = await stampOf(db, undefined, new Date())
    const behind = new Date(Date.parse(asOf) - 2_000)
    t.strictSame(await stampOf(db, asOf, behind), { position, asOf })
    const later = new Date(Date.parse(asOf) + 1).toISOString()
    await t.rejects(stampOf(db, later, behind), { message: /asOf/ })
  }
)
