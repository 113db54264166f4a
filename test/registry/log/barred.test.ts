/** What keeps a process from accepting keeps it from signing: a signed head cannot be taken back. */
import t, { type Test } from 'tap'
import type { Database } from '../../../src/storage/database.ts'
import { testDatabase, testDatabaseUrl } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { accept, checkPublished, testGuard, testLog } from '../../support/log.ts'

const HOUR_MS = 3_600_000

/** One that looks at clock and settings of the server, as a service has it. */
function watchful(t: Test, url: string, now = Date.now): Promise<Database> {
  return testDatabase(t, { url, databaseSilenceMs: 10_000, now })
}

for (const [side, wrong] of [
  ['ahead of', HOUR_MS],
  ['behind', -HOUR_MS]
] as const) {
  t.test(`a leader whose clock is ${side} that of the database leaves the lead`, async (t) => {
    const url = await testDatabaseUrl()
    const guard = testGuard(t)
    let offset = 0
    const db = await watchful(t, url, () => Date.now() + offset)
    const first = testLog(t, db, guard)
    const other = await watchful(t, url)
    const second = testLog(t, other, guard)
    await first.start()
    await second.start()
    t.strictSame([first.state().role, second.state().role], ['leading', 'following'])

    offset = wrong
    t.ok(await eventually(() => first.state().trouble !== null))
    t.match(first.state(), {
      role: 'following',
      refusal: null,
      trouble: new RegExp(`3600 s ${side} that of the`)
    })
    t.equal(await second.covers(await accept(other, 3), 5_000), true)
    t.equal(second.state().role, 'leading', 'one whose clock is right')

    await second.stop()
    t.equal(await first.covers(await accept(other, 3), 1_500), false, 'and nobody else')
    t.equal((await guard.read())?.generation, 1)
    offset = 0
    t.equal(await first.covers(5, 10_000), true)
    t.ok(await eventually(() => first.state().trouble === null))
    t.equal(first.state().role, 'leading')
    t.equal(await checkPublished(t, db, first), 2)
  })
}

t.test('nobody signs while the server may lose what is signed', async (t) => {
  const url = await testDatabaseUrl()
  const guard = testGuard(t)
  const db = await watchful(t, url)
  const log = testLog(t, db, guard)
  await log.start()
  t.equal(await log.covers(await accept(db, 3), 5_000), true)

  const admin = await testDatabase(t, { url })
  const [row] = await admin.query<{ name: string }>({ text: 'select current_database() as name' })
  const set = async (value: string) => {
    await admin.query({ text: `alter database ${row?.name} set synchronous_commit = ${value}` })
    await admin.query({
      text: `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name like 'lodestone-pulse%'`
    })
  }
  await set('off')
  t.ok(await eventually(() => log.state().trouble !== null))
  t.match(log.state(), { role: 'following', refusal: null, trouble: /synchronous_commit is off/ })
  t.equal(await log.covers(await accept(admin, 3), 1_500), false)
  t.equal((await guard.read())?.generation, 1, 'the guard holds what was signed before')

  await set('on')
  t.equal(await log.covers(5, 10_000), true, 'what was accepted meanwhile is signed')
  t.ok(await eventually(() => log.state().trouble === null))
  t.equal(log.state().role, 'leading')
  await accept(admin, 3)
  await set('off')
  t.ok(await eventually(() => log.state().role === 'following'))
  const signed = (await guard.read())?.generation
  await accept(admin, 3)
  await log.stop()
  t.equal((await guard.read())?.generation, signed, 'nor at the stop')
})
