/**
 * PgBouncer between the service and PostgreSQL. One that lends its sessions for as long as a connection is
 * open serves, whoever is killed; one that lends them for a transaction is refused, and nothing stays behind
 * in its sessions. FAULT_CYCLES=20 for the long run.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { migrateAt } from '../../src/storage/migrate.ts'
import { poolSettings, testDatabase, testDatabaseUrl } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { Fleet } from '../support/faults/fleet.ts'
import { judge } from '../support/faults/judge.ts'
import { Load } from '../support/faults/load.ts'
import { Pooler, withoutPooler } from '../support/faults/pooler.ts'
import { reportTrial } from '../support/faults/report.ts'

const CYCLES = Number(process.env['FAULT_CYCLES'] ?? 1)

t.test('a pooler of transactions', { skip: withoutPooler }, async (t) => {
  const lends = [
    { pool_mode: 'transaction' },
    { pool_mode: 'transaction', server_round_robin: 1, min_pool_size: 2 },
    { pool_mode: 'statement' }
  ]
  for (const settings of lends) {
    t.test(Object.values(settings).join(), async (t) => {
      const url = await testDatabaseUrl()
      const pooler = await Pooler.start(t, url, settings)
      const refusal = { name: 'ServerRefused', message: /let it pool sessions/ }
      await t.rejects(migrateAt({ ...poolSettings, url: pooler.url }), refusal)
      const direct = await testDatabase(t, { url })
      const locks = await direct.query({
        text: `select pid from pg_locks l join pg_database d on d.oid = l.database
          where l.locktype = 'advisory' and d.datname = current_database()`
      })
      t.strictSame(locks, [], 'no start afterwards waits for a lock that nobody frees')
    })
  }
})

const SESSIONS = { pool_mode: 'session', default_pool_size: 40 }

/** Seconds. Each is there to be met within a trial; none is what one would set. */
const SHORT = {
  server_idle_timeout: 1,
  server_lifetime: 1,
  client_idle_timeout: 1,
  idle_transaction_timeout: 1,
  query_timeout: 1,
  query_wait_timeout: 1
}

const options = { timeout: 1_800_000, skip: withoutPooler }

t.test('two processes through a pooler of sessions', options, async (t) => {
  const databaseUrl = await testDatabaseUrl()
  const pooler = await Pooler.start(t, databaseUrl, SESSIONS)
  const fleet = await Fleet.start(t, pooler.url, 2)
  const load = new Load(fleet.administrator)
  await load.meet({ url: fleet.urls[0] ?? '' })

  const trial = async (t: Test, what: string, disturb: () => Promise<void>) => {
    const history = await load.begin()
    const end = new AbortController()
    const work = [
      load.write(fleet.urls, 8, end.signal),
      ...fleet.urls.map((_, n) => history.watch(() => fleet.urls[n] ?? '', end.signal))
    ]
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      await sleep(300 + Math.random() * 500)
      await disturb()
      t.ok((await fleet.growsBeyond(await fleet.size())) < 30_000, 'the log went on')
      await load.refill(fleet.urls[0])
    }
    await eventually(() => history.of('ok').length > CYCLES)
    end.abort()
    await Promise.all(work)
    const url = fleet.urls[0] ?? ''
    await load.meet({ url })
    await history.settle(load.doorOf)
    const problems = await judge(history, { url, databaseUrl, doorOf: load.doorOf })
    reportTrial(t, { fault: 'F6', what, cycles: CYCLES, history, problems })
    t.ok(history.of('ok').length > CYCLES, 'something was accepted')
    t.strictSame(problems.slice(0, 10), [])
  }

  await t.test('the one that signs is killed', (t) =>
    trial(t, 'pooled, the leader killed', async () => {
      const leader = await fleet.knownLeader()
      await fleet.kill(leader)
      await fleet.growsBeyond(await fleet.size())
      await fleet.restart(leader)
    })
  )
  await t.test('the one that signs stands still', (t) =>
    trial(t, 'pooled, the leader stood still', async () => {
      const leader = await fleet.knownLeader()
      process.kill(fleet.pid(leader), 'SIGSTOP')
      const another = await eventually(async () => {
        const now = await fleet.leader()
        return now >= 0 && now !== leader
      })
      process.kill(fleet.pid(leader), 'SIGCONT')
      t.ok(another, 'another signs meanwhile')
    })
  )
  await t.test('the pooler is killed', (t) =>
    trial(t, 'the pooler killed', async () => {
      await pooler.kill()
      await sleep(200)
      await pooler.run()
    })
  )
  await t.test('the pooler is restarted, and ends what is idle or takes long', (t) =>
    trial(t, 'pooled, restarted with short limits', async () => {
      await pooler.kill('SIGTERM')
      pooler.set({ ...SESSIONS, ...SHORT })
      await pooler.run()
      await sleep(3_000)
    })
  )
  t.notMatch(fleet.output(), /"level":60|unhandled/i, 'none failed by itself')
})
