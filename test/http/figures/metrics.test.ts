import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { fixtures } from '../../support/authorization-fixtures.ts'
import { eventually } from '../../support/eventually.ts'
import { testGuard } from '../../support/log.ts'
import { type TestApp, testApp } from '../../support/service.ts'

const TOKEN = 'a-token-for-monitoring-0123456789'
const scraper = { authorization: `Bearer ${TOKEN}` }

async function scrape(service: TestApp): Promise<ReadonlyMap<string, number>> {
  const { status, body } = await service.request('GET', '/metrics', undefined, scraper)
  if (status !== 200) throw new Error(`/metrics: ${status}`)
  const lines = (body as string).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const series = lines.map((line): [string, number] => {
    const space = line.lastIndexOf(' ')
    return [line.slice(0, space), Number(line.slice(space + 1))]
  })
  const figures = new Map(series)
  // Prometheus takes nothing of an answer in which a series comes twice.
  if (figures.size < series.length) throw new Error('/metrics: a series comes twice')
  return figures
}

const monitored = (t: Test) =>
  testApp(t, { settings: { metricsToken: TOKEN }, guard: testGuard(t) })

t.test('accepts', async (t) => {
  t.test('a scrape: what was asked, written and signed, in the format of Prometheus', async (t) => {
    const service = await monitored(t)
    const producer = await service.actor('producer')
    const before = await scrape(service)
    const event = { type: 'nonsense', id: randomUUID() }
    t.equal((await producer.request('POST', '/v1/events', event)).status, 422)
    await fixtures['event']?.({ service, producer })
    await service.request('GET', '/schemas')
    await service.request('GET', `/v1/nothing/${randomUUID()}`)
    const figures = await scrape(service)
    const posted = 'method="POST",route="/v1/events",status="422"'
    t.ok((figures.get(`lodestone_http_request_duration_seconds_count{${posted}}`) ?? 0) >= 1)
    const buckets = `lodestone_http_request_duration_seconds_bucket{${posted},le="+Inf"}`
    t.ok((figures.get(buckets) ?? 0) >= 1)
    t.equal(
      figures.get(
        'lodestone_http_request_duration_seconds_count{method="GET",route="none",status="404"}'
      ),
      1,
      'what matches no route is one route'
    )
    t.equal(before.get('lodestone_database_up'), 1)
    t.equal(before.get('lodestone_database_takes_writes'), 1)
    t.equal(before.get('lodestone_clock_ahead_seconds'), 0)
    t.equal(figures.get('lodestone_http_requests_in_flight'), 1, 'the scrape itself')
    t.equal(figures.get('lodestone_log_role{role="leading"}'), 1)
    t.equal(figures.get('lodestone_log_guard_refuses'), 0)
    t.ok((figures.get('lodestone_log_size') ?? -1) >= 0)
    t.ok(figures.has('lodestone_log_lag_entries'))
    t.equal(figures.get('lodestone_corrections_pending'), 0)
    t.equal(figures.get('lodestone_books_queue_events'), 0)
    t.equal(figures.get('lodestone_books_group_events_count'), 1, 'one group')
    t.equal(figures.get('lodestone_books_group_events_bucket{le="1"}'), 1, 'of one event')
    t.ok((figures.get('lodestone_books_group_seconds_sum') ?? 0) > 0)
    t.equal(figures.get('lodestone_books_wait_seconds_count'), 1)
    t.ok((figures.get('lodestone_database_connections{state="open"}') ?? 0) >= 1)
    t.ok([...figures.keys()].some((name) => name.startsWith('lodestone_build_info{version="')))
    t.ok(figures.has('process_resident_memory_bytes'))
    t.ok(figures.has('nodejs_eventloop_lag_p99_seconds'))
  })

  t.test('every counter that an alert watches, before there is anything to count', async (t) => {
    const path = new URL('../../../docs/monitoring/alerts.yml', import.meta.url)
    const watched = new Set(readFileSync(path, 'utf8').match(/\blodestone_\w+_(total|bucket)\b/g))
    const service = await testApp(t, {
      settings: { metricsToken: TOKEN },
      guard: testGuard(t),
      extend: (app) =>
        app.get('/fails', { config: { scope: 'public' } }, async () => {
          throw new Error('a fault')
        })
    })
    await service.request('GET', '/schemas')
    const figures = await scrape(service)
    const names = new Set([...figures.keys()].map((series) => series.split('{', 1)[0]))
    for (const name of watched) t.ok(names.has(name), name)
    const told = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8')
    const own = [...names].filter((name) => name?.startsWith('lodestone_')) as string[]
    for (const name of own.map((each) => each.replace(/_(bucket|count|sum)$/, ''))) {
      const [, , short = ''] = /^(lodestone_[a-z]+)(_\w+)$/.exec(name) ?? []
      t.ok(
        told.includes(`\`${name}`) || told.includes(`\`${short}`),
        `the operator is told of ${name}`
      )
    }
    for (const policy of ['client', 'address', 'token', 'secret', 'secret-anywhere']) {
      t.equal(figures.get(`lodestone_http_rate_limited_total{policy="${policy}"}`), 0)
    }
    t.equal(figures.get('lodestone_http_failures_total'), 0)
    await service.request('GET', '/fails')
    t.equal((await scrape(service)).get('lodestone_http_failures_total'), 1)
  })

  t.test('an access token with the scope', async (t) => {
    const service = await testApp(t)
    const admin = await service.actor('admin')
    const answer = await admin.request('GET', '/metrics')
    t.equal(answer.status, 200)
    t.match(answer.headers['content-type'], /^text\/plain; version=0\.0\.4/)
    t.equal(answer.headers['cache-control'], 'no-store')
  })

  t.test('a scrape while the database is away, which is what it tells', async (t) => {
    // Without the log, whose leader holds a connection for which closing would wait.
    const service = await testApp(t, { settings: { metricsToken: TOKEN } })
    await service.deps.db.close()
    const figures = await scrape(service)
    t.equal(figures.get('lodestone_database_up'), 0)
    t.notOk(figures.has('lodestone_database_takes_writes'))
    t.notOk(figures.has('lodestone_log_lag_entries'), 'what is not known is not told')
  })
})

t.test('refuses', async (t) => {
  const service = await monitored(t)
  const producer = await service.actor('producer')

  t.test('everybody else', async (t) => {
    t.equal((await service.request('GET', '/metrics')).status, 401)
    t.equal((await producer.request('GET', '/metrics')).status, 403)
    const almost = { authorization: `Bearer ${TOKEN}x` }
    t.equal((await service.request('GET', '/metrics', undefined, almost)).status, 401)
    const without = await testApp(t)
    t.equal((await without.request('GET', '/metrics', undefined, scraper)).status, 401)
  })

  t.test('the token of the monitor anywhere else', async (t) => {
    t.equal((await service.request('GET', '/v1/batches', undefined, scraper)).status, 401)
  })
})

t.test('protects', async (t) => {
  t.test(
    'the number of its series from whoever makes up addresses, methods and tokens',
    async (t) => {
      const service = await monitored(t)
      const ask = async () => {
        await service.request('GET', `/v1/${randomUUID()}`)
        await service.request('GET', `/v1/batches/${randomUUID()}`)
        await service.request('DELETE', `/v1/events/${randomUUID()}`)
        await service.request('GET', `/schemas/${randomUUID()}`)
        await service.request('GET', '/v1/batches/%zz')
        for (const method of ['PROPFIND', 'MKCOL', 'TRACE']) {
          await service.app.inject({ method: method as 'GET', url: '/v1/batches' })
        }
      }
      // The runtime has a series for every kind of collection and of handle that there was so far.
      const series = async () =>
        [...(await scrape(service)).keys()].filter((name) => !name.startsWith('nodejs_')).sort()
      await ask()
      // The age of a head is told when there is one.
      await eventually(async () => (await series()).includes('lodestone_log_head_age_seconds'))
      const before = await series()
      for (let n = 0; n < 20; n += 1) await ask()
      t.same(await series(), before)
    }
  )

  t.test('names, ids and addresses: no label holds any', async (t) => {
    const service = await monitored(t)
    const producer = await service.actor('producer')
    await producer.request('GET', `/v1/organizations/${producer.organization}`)
    await producer.request('GET', `/v1/clients/${producer.client}`)
    const names = [...(await scrape(service)).keys()].join('\n')
    t.notOk(/[0-9a-f]{8}-[0-9a-f]{4}-/.test(names))
    for (const secret of [producer.token, producer.secret, TOKEN, '127.0.0.1']) {
      t.notOk(names.includes(secret))
    }
  })
})
