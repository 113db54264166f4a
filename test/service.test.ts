import { randomUUID } from 'node:crypto'
import dns from 'node:dns'
import { readFileSync } from 'node:fs'
import { Agent, get, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readConfig } from '../src/config.ts'
import { createLogger } from '../src/logger.ts'
import { type FirstAdministrator, type Service, startService } from '../src/service.ts'
import { testDatabase, testDatabaseUrl } from './support/database.ts'
import { testIssuer } from './support/issuer.ts'
import { testGuard } from './support/log.ts'
import { root } from './support/source-tree.ts'

const logger = createLogger('error')

/** Processes of one database share its guard. */
const guards = new Map<string, string>()

async function started(
  t: Test,
  given?: string,
  more: Readonly<Record<string, string>> = {}
): Promise<Service & { shown: FirstAdministrator[] }> {
  const url = given ?? (await testDatabaseUrl())
  const guard = guards.get(url) ?? testGuard(t).place
  guards.set(url, guard)
  const config = readConfig({
    LODESTONE_DATABASE_URL: url,
    LODESTONE_GUARD_DIR: guard,
    LODESTONE_PORT: '0',
    ...more
  })
  const shown: FirstAdministrator[] = []
  const service = await startService(config, { logger, announce: (admin) => shown.push(admin) })
  t.teardown(() => service.stop())
  return { ...service, shown }
}

t.test('shows the first administrator once in the life of a database', async (t) => {
  const url = await testDatabaseUrl()
  const first = await started(t, url)
  t.equal(first.shown.length, 1)
  const { id = '', secret = '' } = first.shown[0] ?? {}
  const asked = () =>
    fetch(`${first.address}/auth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: id,
        client_secret: secret
      })
    })
  const token = (await (await asked()).json()) as { access_token: string }
  const second = await started(t, url)
  t.equal(second.shown.length, 0)
  const answer = await fetch(`${second.address}/v1/clients/${id}`, {
    headers: { authorization: `Bearer ${token.access_token}` }
  })
  t.equal(answer.status, 200, 'a token of one process is good in the other')
})

t.test('takes the tokens of the issuer that its surroundings name', async (t) => {
  const issuer = await testIssuer(t, () => new Date())
  const { issuer: name, keysAt } = issuer.terms
  const service = await started(t, undefined, { LODESTONE_TRUSTED_ISSUERS: `${name}=${keysAt}` })
  const [admin] = service.shown
  const ask = (token: string, init: RequestInit = {}) =>
    fetch(`${service.address}/v1/clients`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    })
  const answer = await fetch(`${service.address}/auth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${admin?.id}:${admin?.secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' })
  })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  const body = { name: 'ERP', roles: ['buyer'], identity: { issuer: name, subject: 'erp' } }
  t.equal((await ask(token, { method: 'POST', body: JSON.stringify(body) })).status, 201)
  const aud = 'http://localhost:0'
  t.equal((await ask(await issuer.token('erp', { aud }))).status, 200)
  t.equal((await ask(await issuer.token('erp'))).status, 401, 'a token for somebody else')
})

t.test('says at its start that others of its database have another address', async (t) => {
  const url = await testDatabaseUrl()
  const guard = testGuard(t).place
  const start = async (publicUrl: string) => {
    const log: string[] = []
    const writer = createLogger('warn', { write: (line) => log.push(line) })
    const config = readConfig({
      LODESTONE_DATABASE_URL: url,
      LODESTONE_GUARD_DIR: guard,
      LODESTONE_PORT: '0',
      LODESTONE_PUBLIC_URL: publicUrl
    })
    const service = await startService(config, { logger: writer, announce: () => {} })
    t.teardown(() => service.stop())
    return { service, log }
  }
  const first = await start('https://one.example')
  const same = await start('https://one.example')
  t.strictSame(same.log, [])
  const other = await start('http://one.example')
  t.match(JSON.parse(other.log.join('')), {
    level: 40,
    msg: /another LODESTONE_PUBLIC_URL: they and this one refuse each other's tokens/,
    publicUrl: 'http://one.example',
    others: ['https://one.example'],
    remedy: /Set LODESTONE_PUBLIC_URL to the same in all/
  })
  await Promise.all([first, same].map(({ service }) => service.stop()))
  const left = await start('http://one.example')
  t.strictSame(left.log, [], 'who has ended is no neighbor')
})

t.test(
  'starts with a login that owns nothing, and says where that may have too few connections',
  async (t) => {
    const url = new URL(await testDatabaseUrl())
    const owner = await testDatabase(t, { url: url.href })
    const login = `service_${randomUUID().slice(0, 8)}`
    const grants = readFileSync(join(root, 'docs/operations.md'), 'utf8')
      .match(/```sql\n(create role service [^`]*)```/)?.[1]
      ?.replaceAll(/\bservice\b/g, login)
    await owner.query({ text: `${grants}` })
    url.username = login
    const start = async (poolSize: string) => {
      const log: string[] = []
      const writer = createLogger('warn', { write: (line) => log.push(line) })
      const config = readConfig({
        LODESTONE_DATABASE_URL: url.href,
        LODESTONE_GUARD_DIR: guard,
        LODESTONE_PORT: '0',
        LODESTONE_POOL_SIZE: poolSize
      })
      const service = await startService(config, { logger: writer, announce: () => {} })
      const ready = await fetch(`${service.address}/health/ready`)
      t.match(await ready.json(), { status: 'ok' })
      await service.stop()
      return log
    }
    const guard = testGuard(t).place
    await owner.query({ text: `alter role ${login} connection limit 6` })
    t.match(JSON.parse((await start('6')).join('')), {
      level: 40,
      room: 6,
      wanted: 7,
      remedy: /LODESTONE_POOL_SIZE to one less/
    })
    t.strictSame(await start('5'), [])
  }
)

type Told = (error: Error | null, addresses: dns.LookupAddress[]) => void

t.test(
  'listens on one address of localhost: what limits connections knows one server',
  async (t) => {
    const { lookup } = dns
    t.teardown(() => Object.assign(dns, { lookup }))
    const both = ['127.0.0.1', '::1'].map((address) => ({
      address,
      family: address === '::1' ? 6 : 4
    }))
    const asked: typeof lookup = ((host: string, options: dns.LookupAllOptions, tell: Told) =>
      host === 'localhost' && options.all
        ? tell(null, both)
        : lookup(host, options, tell)) as typeof lookup
    Object.assign(dns, { lookup: asked })
    const service = await started(t, undefined, { LODESTONE_HOST: 'localhost' })
    t.equal(service.app.addresses().length, 1)
    t.equal((await fetch(`${service.address}/health/live`)).status, 200)
  }
)

t.test('stops while a keep-alive connection has a request in flight, and answers it', async (t) => {
  const service = await started(t)
  const { hostname, port } = new URL(service.address)
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  await new Promise((done) => {
    get({ hostname, port, agent, path: '/health/live' }, (answer) =>
      answer.resume().on('end', done)
    )
  })
  const body = 'grant_type=client_credentials&client_id=x&client_secret=y'
  let finish = () => {}
  const answered = new Promise<{ status?: number; connection?: string }>((resolve, reject) => {
    const slow = request(
      {
        hostname,
        port,
        agent,
        method: 'POST',
        path: '/auth/token',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': body.length
        }
      },
      (answer) => {
        answer.resume().on('end', () =>
          resolve({
            ...(answer.statusCode ? { status: answer.statusCode } : {}),
            ...(answer.headers.connection ? { connection: answer.headers.connection } : {})
          })
        )
      }
    )
    slow.on('error', reject)
    slow.write(body.slice(0, 10))
    finish = () => void slow.end(body.slice(10))
  })
  await new Promise((done) => setTimeout(done, 500))
  const began = performance.now()
  const stopped = service.stop()
  setTimeout(finish, 300)
  t.strictSame(await answered, { status: 401, connection: 'close' })
  await stopped
  const tookMs = performance.now() - began
  t.ok(tookMs < 4_000, `stopped after ${Math.round(tookMs)} ms`)
  await t.rejects(fetch(`${service.address}/health/live`), 'nobody listens any more')
})

t.test('answers what is on its way when it stops, on connections that are kept', async (t) => {
  const service = await started(t)
  const { hostname, port } = new URL(service.address)
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const outcomes = new Map<string, number>()
  const ask = () =>
    new Promise<string>((resolve) => {
      get({ hostname, port, agent, path: '/.well-known/jwks.json' }, (answer) =>
        answer.resume().on('end', () => resolve(String(answer.statusCode)))
      ).on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message))
    })
  // Whoever is not let in yet when it stops is cut off by the system, whatever the service does.
  await Promise.all(Array.from({ length: 50 }, ask))
  const clients = Array.from({ length: 50 }, async () => {
    for (let outcome = '200'; outcome === '200'; ) {
      outcome = await ask()
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
  })
  while ((outcomes.get('200') ?? 0) < 500) await new Promise((done) => setTimeout(done, 20))
  await service.stop()
  await Promise.all(clients)
  t.strictSame([...outcomes.keys()].sort(), ['200', 'ECONNREFUSED'])
  t.equal(outcomes.get('ECONNREFUSED'), 50, 'each client was answered until nobody listened')
})

t.test('stops although clients hold idle connections', async (t) => {
  const service = await started(t)
  const { hostname, port } = new URL(service.address)
  const silent = connect(Number(port), hostname)
  const closed = new Promise((done) => silent.on('close', done).on('error', () => {}))
  await new Promise((done) => silent.on('connect', done))
  const began = performance.now()
  await service.stop()
  await closed
  t.ok(performance.now() - began < 4_000)
})

t.test('closes what it opened when a later step fails', async (t) => {
  const url = await testDatabaseUrl()
  const service = await started(t, url)
  const taken = new URL(service.address).port
  const config = readConfig({ LODESTONE_DATABASE_URL: url, LODESTONE_PORT: taken })
  await t.rejects(startService(config, { logger, announce: () => {} }), { code: 'EADDRINUSE' })
  const { rows } = await service.deps.db.pool.query(
    `select count(*)::int as open from pg_stat_activity
      where datname = current_database() and application_name = 'lodestone'`
  )
  t.ok(rows[0].open <= 10, 'only the connections of the service that runs')
})
