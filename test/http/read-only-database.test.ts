import t from 'tap'
import { eventually } from '../support/eventually.ts'
import { testApp } from '../support/service.ts'

const TOKEN = 'a-token-for-monitoring-0123456789'

/** As a provider does before a disk is full, or whoever takes it back: for all sessions that follow. */
async function setReadOnly(service: Awaited<ReturnType<typeof testApp>>, value: 'on' | 'off') {
  const { pool } = service.deps.db
  const client = await pool.connect()
  const { rows } = await client.query('select current_database() as name')
  await client.query(
    `begin read write; alter database ${rows[0].name} set default_transaction_read_only = ${value}; commit`
  )
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
  )
  client.release(true)
}

t.test('a database that takes no writes', async (t) => {
  const service = await testApp(t, { settings: { metricsToken: TOKEN } })
  const producer = await service.actor('producer')
  const ready = () => service.request('GET', '/health/ready')
  const figure = async () => {
    const authorization = `Bearer ${TOKEN}`
    const { body } = await service.request('GET', '/metrics', undefined, { authorization })
    return /^lodestone_database_takes_writes (\d)$/m.exec(body)?.[1]
  }
  const place = `/v1/organizations/${producer.organization}`
  const rename = () =>
    producer.request('POST', `${place}/versions`, { name: 'Renamed', country: 'FI' })
  t.match((await ready()).body, { status: 'ok', database: { takesWrites: true } })

  await setReadOnly(service, 'on')
  t.ok(await eventually(async () => (await ready()).body.status === 'degraded'))
  const told = await ready()
  t.equal(told.status, 200, 'a balancer goes on asking it')
  t.match(told.body.database, {
    takesWrites: false,
    reason: /default_transaction_read_only/,
    remedy: /set it to off/
  })
  t.equal(await figure(), '0')
  t.equal((await producer.request('GET', place)).status, 200, 'it answers questions')
  t.match(await rename(), { status: 503, body: { code: 'UNAVAILABLE' } })

  await setReadOnly(service, 'off')
  t.ok(await eventually(async () => (await ready()).body.status === 'ok'))
  t.strictSame((await ready()).body.database, { takesWrites: true })
  t.equal(await figure(), '1')
  t.equal((await rename()).status, 201)
})
