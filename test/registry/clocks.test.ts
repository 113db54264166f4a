/** Processes on several machines have several clocks, and one journal whose time never runs backwards. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { loadReference } from '../../src/reference.ts'
import { RateLimits } from '../../src/registry/access/rate-limits.ts'
import { checkReadiness } from '../../src/registry/check-readiness.ts'
import { createDeps } from '../../src/registry/create-deps.ts'
import { stampOf } from '../../src/registry/moment.ts'
import { refusalOfWrites } from '../../src/registry/refuse-writes.ts'
import { clockAhead } from '../../src/storage/connection/server-clock.ts'
import { ServerRefused } from '../../src/storage/connection/server-settings.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { socketUrl } from '../../src/storage/embedded/socket-url.ts'
import { addRateUse } from '../../src/storage/parties/rate-use.ts'
import { poolSettings, testDatabase, testDatabaseUrl } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { ended, LINES, lines, purchase } from '../support/imports.ts'
import { accept } from '../support/log.ts'
import { testApp } from '../support/service.ts'
import { socketDirectory } from '../support/test-cluster.ts'

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

t.test('a process whose clock is wrong', async (t) => {
  const service = await testApp(t)
  const [row] = await service.deps.db.query<{ name: string }>({
    text: 'select current_database() as name'
  })
  const url = socketUrl(socketDirectory, row?.name ?? '')

  for (const side of ['ahead', 'behind']) {
    t.test(`${side}: leaves its imports to others, which lose and double nothing`, async (t) => {
      let offset = 0
      const db = await testDatabase(t, {
        url,
        databaseSilenceMs: 10_000,
        now: () => Date.now() + offset
      })
      const wrong = createDeps(db, loadReference(), { now: () => new Date(Date.now() + offset) })
      const options = {
        documentLimitBytes: 64 * 1024,
        keepBytesHours: 24,
        keepResultsDays: 30,
        onFailure: (error: unknown) => t.error(error)
      }
      const producer = await service.actor('producer')
      const facility = await service.facility(producer.organization)
      const batches = Array.from({ length: 3_000 }, () => randomUUID())
      const text = lines(...batches.map((batch) => purchase(facility, batch)))
      const { body } = await producer.request('POST', '/v1/imports', text, LINES)
      const progress = async () =>
        (await producer.request('GET', `/v1/imports/${body.id}`)).body.progress
      wrong.imports.start(wrong, options)
      t.teardown(async () => {
        await wrong.imports.close()
        await wrong.bookkeeper.close()
      })
      t.ok(await eventually(async () => (await progress()).items > 0))
      offset = side === 'ahead' ? HOUR_MS : -HOUR_MS
      t.ok(await eventually(() => db.clockAheadMs !== 0))
      const held = 'select from import_job where lease is not null'
      t.ok(await eventually(async () => (await db.query({ text: held })).length === 0), 'let go of')
      t.ok((await progress()).items < batches.length, 'in the middle of it')
      service.deps.imports.start(service.deps, options)
      t.match(await ended(producer, body.id), {
        state: 'done',
        progress: { items: 3_000, accepted: 3_000, replayed: 0, refused: 0 }
      })
      await service.deps.imports.close()
      const found = await db.query<{ n: number }>({
        text: 'select count(*)::int as n from batch where id = any($1::uuid[])',
        values: [batches]
      })
      t.strictSame(found, [{ n: 3_000 }])
    })

    t.test(`${side}: counts requests with the others`, async (t) => {
      const offset = side === 'ahead' ? HOUR_MS : -HOUR_MS
      const now = () => Date.now() + offset
      const db = await testDatabase(t, { url, databaseSilenceMs: 10_000, onlyLooks: true, now })
      t.ok(await eventually(() => db.clockAheadMs !== 0))
      const right = new RateLimits({ db: service.deps.db, now: () => new Date() })
      const wrong = new RateLimits({ db, now: () => new Date(now()) })
      wrong.start((error) => t.error(error))
      t.teardown(() => wrong.stop())
      const policy = { name: `of one ${side}`, quota: 40 }
      const use = async (who: RateLimits, times: number) => {
        const allowances = Array.from({ length: times }, () => who.charge(policy, 'client'))
        await who.settle()
        return allowances.filter(({ exceeded }) => !exceeded).length
      }
      await untilEarlyInMinute()
      t.strictSame(await Promise.all([use(right, 10), use(wrong, 10)]), [10, 10])
      await Promise.all([use(right, 1), use(wrong, 1)])
      const allowed = (await use(right, 40)) + 22
      t.ok(allowed <= 41, `together they let ${allowed} of 40 pass`)
      t.equal(await use(wrong, 1), 1, 'and hears of it then')
      const { exceeded, resetSeconds } = wrong.charge(policy, 'client')
      t.ok(exceeded, 'nobody is let in again by it')
      t.ok(resetSeconds <= 60, 'and nobody is locked out for longer than a minute')
    })
  }

  t.test(
    'for a moment: what it counted in another minute does not keep others apart',
    async (t) => {
      const { db } = service.deps
      const key = Buffer.alloc(16, 7)
      const span = 29_000_000
      await addRateUse(db, span + 60, [{ key, used: 500 }])
      t.strictSame(await addRateUse(db, span, [{ key, used: 3 }]), [3])
      t.strictSame(await addRateUse(db, span, [{ key, used: 4 }]), [7])
      t.strictSame(
        await addRateUse(db, span - 1, [{ key, used: 4 }]),
        [undefined],
        'a little behind'
      )
    }
  )
})

/** So that no window ends while a test counts. */
async function untilEarlyInMinute(): Promise<void> {
  await eventually(() => Date.now() % 60_000 < 40_000)
}
