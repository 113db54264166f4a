/** Allowances of clients and addresses, kept together by all processes of one database. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { buildApp } from '../../src/http/app.ts'
import { networkOf } from '../../src/http/connection/client-network.ts'
import { RateLimits } from '../../src/registry/access/rate-limits.ts'
import { createDeps } from '../../src/registry/create-deps.ts'
import { testApp, testSettings } from '../support/service.ts'

/** In the middle of a window, so that none ends while a test counts. */
const NOON = Date.parse('2026-11-20T12:00:20Z')
const now = () => new Date(NOON)
/** Longer than it takes processes to hear of each other. */
const HEARD_MS = 2_500
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const form = (client: string, secret: string) =>
  `grant_type=client_credentials&client_id=${client}&client_secret=${secret}`

t.test('accepts', async (t) => {
  t.test('requests within the allowance, and tells on every answer what is left', async (t) => {
    const service = await testApp(t, { now })
    const reader = await service.actor('auditor')
    const first = await reader.request('GET', '/v1/batches')
    t.equal(first.headers['ratelimit-policy'], `"client";q=${testSettings.clientRate};w=60`)
    t.equal(first.headers['ratelimit'], `"client";r=${testSettings.clientRate - 1};t=40`)
    const second = await reader.request('GET', '/v1/nothing')
    t.match(second.headers['ratelimit'], /^"address";r=\d+;t=40$/, 'also where nothing is')
    const forbidden = await reader.request('POST', '/v1/events', {})
    t.equal(forbidden.status, 403)
    t.equal(forbidden.headers['ratelimit'], `"client";r=${testSettings.clientRate - 2};t=40`)
    const open = await service.request('GET', '/v1/epds')
    t.match(open.headers['ratelimit-policy'], /^"address";q=\d+;w=60$/)
    const token = await service.request('POST', '/auth/token', 'grant_type=password', FORM)
    t.match(token.headers['ratelimit'], /^"token";r=\d+;t=40$/)
    const broken = await reader.request('POST', '/v1/clients', '{')
    t.match(broken.headers['ratelimit'], /^"(client|address)";/, 'also on a problem')
  })

  t.test('any number of right secrets', async (t) => {
    const service = await testApp(t, { now, settings: { secretRate: 2 } })
    const { client, secret } = await service.actor('auditor')
    for (let n = 0; n < 50; n += 1) {
      const answer = await service.request('POST', '/auth/token', form(client, secret), FORM)
      t.equal(answer.status, 200)
    }
  })

  t.test('everything where the limits are 0', async (t) => {
    const none = { clientRate: 0, addressRate: 0, tokenRate: 0, secretRate: 0 }
    const service = await testApp(t, { settings: none })
    const answer = await service.request('GET', '/schemas')
    t.equal(answer.status, 200)
    t.notOk(answer.headers['ratelimit'])
  })
})

t.test('refuses', async (t) => {
  t.test('a client beyond its allowance until the window ends, and no other', async (t) => {
    let time = NOON
    const service = await testApp(t, { now: () => new Date(time), settings: { clientRate: 3 } })
    const busy = await service.actor('auditor')
    const other = await service.actor('auditor')
    for (let n = 0; n < 3; n += 1) {
      t.equal((await busy.request('GET', '/v1/batches')).status, 200)
    }
    const refused = await busy.request('GET', '/v1/batches')
    t.equal(refused.status, 429)
    t.match(refused.body, { code: 'RATE_LIMITED', 'violated-policies': ['client'] })
    t.match(refused.body.detail, /At most 3 requests in 60 s are allowed; try again in 40 s/)
    t.equal(refused.headers['retry-after'], '40')
    t.equal(refused.headers['ratelimit'], '"client";r=0;t=40')
    t.equal((await other.request('GET', '/v1/batches')).status, 200)
    time += 40_000
    t.equal((await busy.request('GET', '/v1/batches')).status, 200, 'in the next window')
  })

  t.test('an address that asks without a token or with wrong ones', async (t) => {
    const service = await testApp(t, { now, settings: { addressRate: 3 } })
    const known = await service.actor('auditor')
    const wrong = { authorization: 'Bearer nobody' }
    t.equal((await service.request('GET', '/v1/epds')).status, 200)
    t.equal((await service.request('GET', '/v1/batches', undefined, wrong)).status, 401)
    t.equal((await service.request('GET', '/v1/nothing')).status, 404)
    t.equal((await service.request('GET', '/v1/epds')).status, 429)
    t.equal((await service.request('GET', '/v1/batches', undefined, wrong)).status, 429)
    t.equal((await known.request('GET', '/v1/batches')).status, 200, 'clients are known')
    t.equal((await service.request('GET', '/health/live')).status, 200, 'supervisors are answered')
  })

  t.test('wrong secrets of a client, by address and from everywhere', async (t) => {
    const settings = { secretRate: 3, trustedProxies: ['127.0.0.1'] }
    const service = await testApp(t, { now, settings })
    const { client, secret } = await service.actor('auditor')
    const ask = (from: string, word: string) => {
      const headers = { ...FORM, 'x-forwarded-for': from }
      return service.request('POST', '/auth/token', form(client, word), headers)
    }
    for (let n = 0; n < 3; n += 1) t.equal((await ask('192.0.2.1', 'guess')).status, 401)
    const refused = await ask('192.0.2.1', secret)
    t.match(refused, {
      status: 429,
      body: { code: 'RATE_LIMITED', 'violated-policies': ['secret'] }
    })
    t.equal((await ask('192.0.2.2', secret)).status, 200, 'its owner elsewhere is not locked out')
    for (let n = 3; n < 30; n += 1) t.equal((await ask(`198.51.100.${n}`, 'guess')).status, 401)
    const anywhere = await ask('203.0.113.1', 'guess')
    t.match(anywhere, { status: 429, body: { 'violated-policies': ['secret-anywhere'] } })
  })

  t.test('an address behind a proxy by itself, one that is not trusted as a whole', async (t) => {
    const from = (service: Awaited<ReturnType<typeof testApp>>, address: string) =>
      service.request('GET', '/schemas', undefined, { 'x-forwarded-for': address })
    const settings = { addressRate: 1 }
    const trusting = await testApp(t, {
      now,
      settings: { ...settings, trustedProxies: ['127.0.0.1'] }
    })
    const v6 = '2001:db8:1:2'
    t.equal((await from(trusting, '192.0.2.1')).status, 200)
    t.equal((await from(trusting, '192.0.2.1')).status, 429)
    t.equal((await from(trusting, '192.0.2.2')).status, 200)
    t.equal((await from(trusting, `${v6}::1`)).status, 200)
    t.equal((await from(trusting, `${v6}:ffff::9`)).status, 429, 'the same /64')
    const plain = await testApp(t, { now, settings })
    t.equal((await from(plain, '192.0.2.1')).status, 200)
    t.equal((await from(plain, '192.0.2.2')).status, 429, 'forwarding headers are not believed')
  })
})

t.test('protects', async (t) => {
  t.test('the allowance over several processes', async (t) => {
    const service = await testApp(t, { now, settings: { clientRate: 40 } })
    const busy = await service.actor('auditor')
    const deps = createDeps(service.deps.db, service.deps.reference, { now })
    const second = await buildApp({ deps, config: { ...testSettings, clientRate: 40 } })
    t.teardown(() => second.close())
    await second.ready()
    const headers = { authorization: `Bearer ${busy.token}` }
    const ask = async () => (await second.inject({ url: '/v1/batches', headers })).statusCode
    for (let n = 0; n < 30; n += 1) await busy.request('GET', '/v1/batches')
    t.equal(await ask(), 200)
    await sleep(HEARD_MS)
    t.equal(await ask(), 200, 'it has heard by now')
    await sleep(HEARD_MS)
    let admitted = 0
    for (let n = 0; n < 30; n += 1) admitted += (await ask()) === 200 ? 1 : 0
    t.equal(admitted, 40 - 30 - 2, 'together they admit what the quota says')
    await sleep(HEARD_MS)
    t.equal((await busy.request('GET', '/v1/batches')).status, 200, 'whoever was not asked')
    await sleep(HEARD_MS)
    t.equal((await busy.request('GET', '/v1/batches')).status, 429, 'hears with the first request')
  })

  t.test('what was counted from others whose clocks are a little ahead', async (t) => {
    const { deps } = await testApp(t)
    const began = Date.parse('2026-11-29T12:00:58Z')
    const limits = (ms: number) => new RateLimits({ db: deps.db, now: () => new Date(began + ms) })
    const [behind, ahead] = [limits(0), limits(4_000)]
    ahead.start((error) => t.error(error))
    t.teardown(() => ahead.stop())
    const policy = { name: 'client', quota: 40 }
    const charge = (who: RateLimits, partition: string, times: number) =>
      Array.from({ length: times }, () => who.charge(policy, partition).exceeded)
    charge(behind, 'asks both', 30)
    charge(behind, 'asks one', 30)
    await behind.settle()
    charge(ahead, 'asks both', 5)
    await ahead.settle()
    for (const partition of ['asks both', 'asks one']) {
      charge(behind, partition, 5)
      await behind.settle()
      const now = charge(behind, partition, 6)
      t.strictSame(now, [false, false, false, false, false, true], partition)
    }
  })

  t.test('addresses: the database holds hashes of a minute', async (t) => {
    const service = await testApp(t, { now })
    await service.request('GET', '/schemas')
    await sleep(HEARD_MS)
    const rows = await service.deps.db.query<{ key: Buffer; used: string }>({
      text: 'select key, used from rate_use'
    })
    t.ok(rows.length > 0)
    for (const { key } of rows) t.equal(key.length, 16)
  })

  t.test('networks of addresses, as they are written', async (t) => {
    for (const [address, network] of [
      ['192.0.2.7', '192.0.2.7'],
      ['::ffff:192.0.2.7', '192.0.2.7'],
      ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
      ['2001:DB8:0000:0001::', '2001:db8:0:1::/64'],
      ['2001:db8::1', '2001:db8:0:0::/64'],
      ['::1', '0:0:0:0::/64'],
      ['fe80::1%eth0', 'fe80:0:0:0::/64'],
      ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
      ['no address', 'no address']
    ] as const) {
      t.equal(networkOf(address), network, address)
    }
  })
})
