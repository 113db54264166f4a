/** A server that is set to lose what it acknowledges while the service runs. */
import t from 'tap'
import { eventually } from '../support/eventually.ts'
import { type TestApp, testApp } from '../support/service.ts'

const TOKEN = 'a-token-for-monitoring-0123456789'

/** As whoever wants it to be faster does: sessions have it that follow. These sessions are begun again at once. */
async function setSynchronousCommit(
  { deps }: TestApp,
  value: 'on' | 'off',
  begunAgain: string
): Promise<void> {
  const client = await deps.db.pool.connect()
  const { rows } = await client.query('select current_database() as name')
  await client.query(`alter database ${rows[0].name} set synchronous_commit = ${value}`)
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name like $1`,
    [begunAgain]
  )
  client.release(true)
}

t.test('a database that is set to forget accepts nothing until it is set right', async (t) => {
  const told: string[] = []
  const service = await testApp(t, {
    settings: { metricsToken: TOKEN },
    pool: { databaseSilenceMs: 10_000, onUnsafe: (unsafe) => told.push(unsafe.join('; ')) }
  })
  const producer = await service.actor('producer')
  const place = `/v1/organizations/${producer.organization}`
  const rename = () =>
    producer.request('POST', `${place}/versions`, { name: 'Renamed', country: 'FI' })
  const ready = () => service.request('GET', '/health/ready')
  const figure = async () => {
    const authorization = `Bearer ${TOKEN}`
    const { body } = await service.request('GET', '/metrics', undefined, { authorization })
    return /^lodestone_database_takes_writes (\d)$/m.exec(body)?.[1]
  }
  t.equal(await figure(), '1')

  await setSynchronousCommit(service, 'off', 'lodestone%')
  t.ok(await eventually(async () => (await ready()).body.status === 'degraded'))
  const degraded = await ready()
  t.equal(degraded.status, 200, 'a balancer goes on asking it: all have the same database')
  t.match(degraded.body.database, {
    takesWrites: false,
    reason: /synchronous_commit is off, .* lost in a crash; set it to on/,
    remedy: /where it was set/
  })
  t.equal(await figure(), '0')
  t.equal((await producer.request('GET', place)).status, 200, 'it answers questions')
  const refused = await rename()
  t.match(refused, { status: 503, body: { code: 'UNAVAILABLE', detail: /synchronous_commit/ } })
  t.ok(refused.headers['retry-after'])
  const kept = await producer.request('GET', `${place}/versions`)
  t.equal(kept.body.items.length, 1, 'nothing was stored')

  // A session that began meanwhile would go on forgetting.
  const old = await service.deps.db.pool.connect()
  const ended = new Promise((resolve) => old.once('end', resolve))
  await setSynchronousCommit(service, 'on', 'lodestone-pulse%')
  t.ok(await eventually(async () => (await ready()).body.status === 'ok'))
  await ended
  old.release(true)
  t.equal(await figure(), '1')
  t.equal((await rename()).status, 201)
  t.match(told, [/synchronous_commit is off/, /^$/])
  t.equal(told.length, 2, 'told once each')
})
