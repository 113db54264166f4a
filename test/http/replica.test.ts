/**
 * A failover that leads to a replica, on a server of our own: it is stopped and comes back as a standby, as the
 * one does that the address of the database leads to. Promoted, it is the primary.
 */
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/logger.ts'
import { type FirstAdministrator, startService } from '../../src/service.ts'
import { stopPostmaster } from '../../src/storage/embedded/postmaster.ts'
import { dataDirectory, dataOf } from '../support/embedded.ts'
import { eventually } from '../support/eventually.ts'
import { commission } from '../support/faults/act.ts'
import { testGuard } from '../support/log.ts'

const METRICS = 'a-token-for-monitoring-0123456789'

t.test('a database that is a replica answers questions and takes nothing', async (t) => {
  const directory = dataDirectory(t)
  const config = readConfig({
    LODESTONE_DATA_DIR: directory,
    LODESTONE_GUARD_DIR: testGuard(t).place,
    LODESTONE_METRICS_TOKEN: METRICS,
    LODESTONE_PORT: '0'
  })
  const shown: FirstAdministrator[] = []
  const announce = (admin: FirstAdministrator) => void shown.push(admin)
  const service = await startService(config, { logger: createLogger('silent'), announce })
  t.teardown(() => service.stop())
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${service.address}${path}`, init)
    return { status: answer.status, body: JSON.parse(await answer.text()) }
  }
  const { id = '', secret = '' } = shown[0] ?? {}
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: id,
    client_secret: secret
  })
  const signedIn = await ask('/auth/token', { method: 'POST', body })
  const authorization = `Bearer ${signedIn.body.access_token}`
  const found = () => ask(`/v1/clients/${id}`, { headers: { authorization } })
  const record = () =>
    ask('/v1/organizations', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{"name": "Example Magnets", "country": "DE"}'
    })
  const { body: client } = await found()
  const place = {
    organization: client.organization,
    name: 'Works',
    country: 'DE',
    stages: ['separation'],
    validFrom: '2020-01-01'
  }
  const post = (path: string, content: object) =>
    ask(path, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(content)
    })
  const facility: string = (await post('/v1/facilities', place)).body.id
  const event = JSON.parse(commission(facility, randomUUID(), 1_000).body)
  const figure = async () => {
    const headers = { authorization: `Bearer ${METRICS}` }
    const text = await (await fetch(`${service.address}/metrics`, { headers })).text()
    return /^lodestone_database_takes_writes (\d)$/m.exec(text)?.[1]
  }
  const status = async () => (await ask('/health/ready')).body.status
  t.equal(await status(), 'ok')

  writeFileSync(join(dataOf(directory), 'standby.signal'), '', { mode: 0o666 })
  await stopPostmaster(dataOf(directory))
  t.ok(await eventually(async () => (await status()) === 'degraded'))
  t.match(await ask('/health/ready'), {
    status: 200,
    body: {
      database: {
        takesWrites: false,
        reason: 'The server is a replica.',
        remedy: 'Have the address of the database lead to the primary.'
      }
    }
  })
  t.equal(await figure(), '0')
  t.equal((await found()).status, 200, 'it answers questions')
  const refused = { status: 503, body: { code: 'UNAVAILABLE', detail: /takes no writes/ } }
  t.match(await record(), refused)
  t.match(await post('/v1/events', event), refused, 'an event is no exception')

  await service.deps.db.query({ text: 'select pg_promote()' })
  t.ok(await eventually(async () => (await status()) === 'ok'))
  t.equal(await figure(), '1')
  t.equal((await record()).status, 201, 'the promoted server takes it')
  t.equal((await post('/v1/events', event)).status, 201)
})
