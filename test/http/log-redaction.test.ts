/**
 * What nobody may read in the log, whatever goes wrong: real requests that succeed, are refused and
 * fail, with a word planted wherever a client can put one, at every level of the log.
 */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { createLogger } from '../../src/logger.ts'
import { fixtures } from '../support/authorization-fixtures.ts'
import { epdDocument } from '../support/epds.ts'
import { exchange, listening, message } from '../support/raw-socket.ts'
import { type Actor, type TestApp, testApp } from '../support/service.ts'

/** Stands for every secret and every content; no part of the service says it by itself. */
const PLANTED = 'xyzzy-planted-7f3a'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

interface Watched {
  readonly service: TestApp
  readonly log: () => string
}

async function watched(t: Test): Promise<Watched> {
  const lines: string[] = []
  const logger = createLogger('trace', { write: (line) => lines.push(line) })
  const service = await testApp(t, {
    logger,
    extend: (app) => {
      const config = { scope: 'public' as const }
      app.get('/unreadable', { config }, async () =>
        service.deps.db.query({ text: 'select $1::uuid', values: [PLANTED] })
      )
      app.get('/refused-row', { config }, async () =>
        service.deps.db.query({
          text: 'insert into signing_policy (position, organization, unsigned) values (-1, $1, $2)',
          values: [randomUUID(), PLANTED]
        })
      )
    }
  })
  const log = (): string => {
    logger.flush()
    return lines.join('')
  }
  return { service, log }
}

/** Plants the word in every place of every kind of request. */
async function ask(service: TestApp, actor: Actor, secrets: readonly string[]): Promise<void> {
  const headers = {
    'lodestone-signature': `${PLANTED}..${PLANTED}`,
    'idempotency-key': PLANTED,
    'x-anything': PLANTED,
    cookie: PLANTED,
    prefer: PLANTED
  }
  const event = { type: 'commission', id: randomUUID(), time: PLANTED, facility: PLANTED }
  const epd = epdDocument('magnet-n48h', (document) => {
    document['product'] = { ...document['product'], description: { en: PLANTED } }
  })
  const ndjson = { 'content-type': 'application/x-ndjson', prefer: 'handling=lenient' }
  for (const body of [event, { [PLANTED]: 1 }, `{"${PLANTED}`, PLANTED]) {
    await actor.request('POST', '/v1/events', body, headers)
    await actor.request('POST', '/v1/events', body, ndjson)
    await actor.request('POST', '/v1/events/check', body)
    await actor.request('POST', '/v1/epds', body, headers)
    await actor.request('POST', '/v1/clients', body, headers)
    await actor.request('POST', '/v1/facilities', body)
  }
  const xml = { 'content-type': 'application/xml' }
  await actor.request('POST', '/v1/epds', epd)
  await actor.request('POST', '/v1/epds/check', epd)
  await actor.request('POST', '/v1/epds', `<a>${PLANTED}</a>`, xml)
  for (const path of ['/v1/epds', '/v1/batches', '/v1/findings', '/schemas', '/v1/nothing']) {
    await actor.request('GET', `${path}?q=${PLANTED}&cursor=${PLANTED}`, undefined, headers)
  }
  for (const secret of secrets) await actor.request('POST', '/v1/grants/redemptions', { secret })
  await actor.request('POST', '/v1/grants/redemptions', { secret: PLANTED })
  const bearer = { authorization: `Bearer ${PLANTED}` }
  await service.request('GET', '/v1/batches', undefined, bearer)
  await service.request('GET', '/metrics', undefined, bearer)
  const basic = `Basic ${Buffer.from(`${actor.client}:${PLANTED}`).toString('base64')}`
  const grant = 'grant_type=client_credentials'
  await service.request('POST', '/auth/token', grant, { ...FORM, authorization: basic })
  for (const secret of [actor.secret, PLANTED]) {
    const form = `${grant}&client_id=${actor.client}&client_secret=${secret}&scope=${PLANTED}`
    await service.request('POST', '/auth/token', form, FORM)
  }
}

t.test('protects', async (t) => {
  t.test('secrets and contents of requests that succeed and that are refused', async (t) => {
    const { service, log } = await watched(t)
    const producer = await service.actor('producer')
    const link = (await fixtures['link']?.({ service, producer })) ?? ''
    const stranger = await service.actor('buyer')
    await ask(service, stranger, [link])
    await ask(service, producer, [])
    const port = await listening(service.app)
    await exchange(t, port, `GET /${PLANTED} NONSENSE\r\n${PLANTED}\r\n\r\n`)
    await exchange(t, port, message('GET', `http://a:${PLANTED}@x/schemas`))
    await exchange(t, port, message('GET', `/schemas#${PLANTED}`))
    await exchange(t, port, message('GET', '/schemas', { x: PLANTED.repeat(2_000) }))
    await exchange(t, port, message('POST', '/auth/token', { expect: PLANTED }))
    await service.request('GET', `/v1/clients/%zz?q=${PLANTED}`)
    t.ok(log().includes('"path":"/v1/grants/redemptions"'), 'there is a log')
    t.match(log(), /"path":"\/v1\/clients\/%zz","status":400,/, 'also of what leads nowhere')
    const secrets = [producer.token, producer.secret, stranger.token, stranger.secret, link]
    for (const secret of [...secrets, PLANTED])
      t.notOk(log().includes(secret), lineWith(log(), secret))
  })

  t.test('the same while the database is away', async (t) => {
    const { service, log } = await watched(t)
    const producer = await service.actor('producer')
    await service.deps.db.close()
    await ask(service, producer, [PLANTED])
    t.match(log(), /request could not be served/, 'failures are told')
    for (const secret of [producer.token, producer.secret, PLANTED]) {
      t.notOk(log().includes(secret), lineWith(log(), secret))
    }
  })

  t.test('values and rows that PostgreSQL repeats in its errors', async (t) => {
    const { service, log } = await watched(t)
    t.equal((await service.request('GET', '/unreadable')).status, 500)
    t.equal((await service.request('GET', '/refused-row')).status, 500)
    t.match(log(), /invalid input syntax for type uuid: \\"\[value\]\\"/)
    t.match(log(), /signing_policy_unsigned/, 'the constraint is named')
    t.notOk(log().includes(PLANTED), lineWith(log(), PLANTED))
  })

  t.test('passwords of the database, in the log and on the terminal', async (t) => {
    const lines: string[] = []
    const logger = createLogger('trace', { write: (line) => lines.push(line) })
    logger.error({ databaseUrl: `postgres://u:${PLANTED}@db/one` }, 'careless')
    logger.flush()
    t.match(lines.join(''), 'careless')
    t.notOk(lines.join('').includes(PLANTED))
  })
})

/** What a failed test shows: the line, with the secret cut short. */
function lineWith(log: string, secret: string): string {
  const line = log.split('\n').find((one) => one.includes(secret))
  return line?.slice(0, 600) ?? `${secret.slice(0, 8)}… is nowhere`
}
