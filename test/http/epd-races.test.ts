/** Many who act at once, through two applications on one database: exactly one of them wins. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { buildApp } from '../../src/http/app.ts'
import { loadReference } from '../../src/reference.ts'
import { createDeps } from '../../src/registry/create-deps.ts'
import type { Principal } from '../../src/registry/deps.ts'
import { findDraft, submitDraft } from '../../src/registry/epds/submit-draft.ts'
import { market } from '../support/epd-market.ts'
import { type SigningActor, type Statement, signing } from '../support/epd-programme.ts'
import { type EpdDocument, epdDocument } from '../support/epds.ts'
import { type TestApp, testSettings } from '../support/service.ts'

interface Sent {
  readonly status: number
  readonly code?: string
  readonly state?: string
  readonly text: string
}

/** A second application: nothing but the database is shared. */
async function secondApp(t: Test, { deps }: TestApp): Promise<FastifyInstance> {
  const other = createDeps(deps.db, loadReference(), { now: deps.now })
  const app = await buildApp({ deps: other, config: testSettings })
  t.teardown(async () => {
    await app.close()
    await other.bookkeeper.close()
  })
  await app.ready()
  return app
}

/** Sends the statements at once, every second one through the other application. */
async function atOnce(
  apps: readonly FastifyInstance[],
  id: string,
  sent: readonly (readonly [SigningActor, Statement])[]
): Promise<Sent[]> {
  const prepared = await Promise.all(
    sent.map(async ([actor, statement]) => {
      const payload = JSON.stringify(statement)
      return { actor, payload, signature: await actor.signer.sign(payload) }
    })
  )
  return Promise.all(
    prepared.map(async ({ actor, payload, signature }, n) => {
      const answer = await apps[n % apps.length]?.inject({
        method: 'POST',
        url: `/v1/epds/${id}/transitions`,
        headers: {
          authorization: `Bearer ${actor.token}`,
          'content-type': 'application/json',
          'lodestone-signature': signature
        },
        payload
      })
      const { code, state } = answer?.json() ?? {}
      return { status: answer?.statusCode ?? 0, code, state, text: answer?.body ?? '' }
    })
  )
}

const tally = (sent: readonly Sent[]) =>
  Object.fromEntries(
    [...Map.groupBy(sent, ({ status }) => status)].map(([status, all]) => [status, all.length])
  )

t.test('of two verifiers who take a version up, one does', async (t) => {
  const { service, verifier, submit } = await market(t)
  const apps = [service.app, await secondApp(t, service)]
  const other = await signing(await service.actor('verifier'))
  let won = 0
  for (let round = 0; round < 8; round += 1) {
    const { id, version } = (await submit(epdDocument('magnet-n48h'))) as Named
    const start = { version, transition: 'start_verification' }
    const sent = await atOnce(apps, id, [
      [verifier, start],
      [other, start],
      [verifier, start],
      [other, start]
    ])
    t.same(tally(sent), { 200: 2, 409: 2 }, 'both requests of the winner, none of the other')
    t.ok(sent.filter(({ status }) => status === 409).every(isNotAllowed))
    const { body } = await service
      .actor('verifier')
      .then((who) => who.request('GET', `/v1/epds/${id}`))
    t.ok([verifier.organization, other.organization].includes(body.verifier))
    won += await states(service, id, 'in_verification')
  }
  t.equal(won, 8, 'one state a round')
})

type Named = EpdDocument & { readonly id: string; readonly version: string }
const isNotAllowed = ({ code }: Sent) => code === 'TRANSITION_NOT_ALLOWED'

async function states(service: TestApp, id: string, state: string): Promise<number> {
  const rows = await service.deps.db.query({
    text: 'select from epd_state_version where epd = $1 and state = $2',
    values: [id, state]
  })
  return rows.length
}

t.test('of two operators who register, one does, and it is theirs from then on', async (t) => {
  const { service, operator, programme, submit } = await market(t)
  const apps = [service.app, await secondApp(t, service)]
  const other = await signing(await service.actor('operator'))
  for (let round = 0; round < 6; round += 1) {
    const { id, version } = (await submit(epdDocument('magnet-n48h'))) as Named
    const { body } = await programme.verified({ id, version })
    const register = { version, transition: 'register', documentSha256: body.sha256 }
    const sent = await atOnce(apps, id, [
      [operator, { ...register, registrationNumber: `A-${round}` }],
      [other, { ...register, registrationNumber: `B-${round}` }]
    ])
    t.same(tally(sent), { 200: 1, 409: 1 })
    t.equal(await states(service, id, 'registered'), 1)
    const winner = sent[0]?.status === 200 ? operator : other
    const loser = winner === operator ? other : operator
    const publish = { version, transition: 'publish' }
    t.equal((await loser.state(id, publish)).status, 403)
    t.equal((await winner.state(id, publish)).status, 200)
  }
})

t.test('registration and withdrawal at once, and two withdrawals', async (t) => {
  const { service, operator, programme, submit } = await market(t)
  const apps = [service.app, await secondApp(t, service)]
  for (let round = 0; round < 5; round += 1) {
    const { id, version } = (await submit(epdDocument('magnet-n48h'))) as Named
    const { body } = await programme.verified({ id, version })
    const about = { version, documentSha256: body.sha256 }
    const register = { ...about, transition: 'register', registrationNumber: `R-${round}` }
    const withdraw = { ...about, transition: 'deregister', reason: 'Unpaid.' }
    const first = await atOnce(apps, id, [
      [operator, withdraw],
      [operator, register]
    ])
    t.same(tally(first), { 200: 1, 409: 1 })
    t.equal(first[1]?.state, 'registered')
    await operator.state(id, { version, transition: 'publish' })
    const reasons = ['One.', 'Two.', 'Three.', 'Four.']
    const second = await atOnce(
      apps,
      id,
      reasons.map((reason) => [operator, { ...withdraw, reason }] as const)
    )
    t.same(tally(second), { 200: 1, 409: 3 })
    t.equal(await states(service, id, 'deregistered'), 1)
  }
})

t.test('one number for two declarations at once', async (t) => {
  const { service, operator, programme, submit } = await market(t)
  const apps = [service.app, await secondApp(t, service)]
  for (const [round, reserved] of [true, false, true, false].entries()) {
    const number = `SHARED-${round}`
    if (reserved) await operator.request('POST', '/v1/registration-numbers', { number })
    const versions = [
      await submit(epdDocument('magnet-n48h')),
      await submit(epdDocument('ndpr-oxide'))
    ]
    const ready: { id: string; statement: Statement }[] = []
    for (const { id, version } of versions as Named[]) {
      const { body } = await programme.verified({ id, version })
      const about = { version, documentSha256: body.sha256, registrationNumber: number }
      ready.push({ id, statement: { ...about, transition: 'register' } })
    }
    const sent = (
      await Promise.all(
        ready.map(({ id, statement }, n) =>
          atOnce([apps[n] ?? service.app], id, [[operator, statement]])
        )
      )
    ).flat()
    t.same(tally(sent), { 200: 1, 409: 1 }, reserved ? 'reserved' : 'not reserved')
    t.match(
      sent.find(({ status }) => status === 409),
      { code: 'CONFLICT' }
    )
    const again = await atOnce(apps, ready[0]?.id ?? '', [[operator, ready[0]!.statement]])
    t.equal(again[0]?.status, sent[0]?.status, 'and it stays so')
  }
})

t.test('reservations at once, and a number that is used while it is given back', async (t) => {
  const { service, operator, programme, submit } = await market(t)
  const [one, two] = [service.app, await secondApp(t, service)]
  const colleague = await service.actor('operator', operator.organization)
  const reserve = (app: FastifyInstance, token: string, number: string) =>
    app.inject({
      method: 'POST',
      url: '/v1/registration-numbers',
      headers: { authorization: `Bearer ${token}` },
      payload: { number }
    })
  for (let round = 0; round < 5; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        reserve(n % 2 ? one : two, n % 3 ? operator.token : colleague.token, `N-${round}`)
      )
    )
    const statuses = answers.map(({ statusCode }) => statusCode).sort()
    t.same(statuses, [200, 200, 200, 200, 200, 200, 200, 201], 'one reserves, all have it')
    const { id, version } = (await submit(epdDocument('magnet-n48h'))) as Named
    const { body } = await programme.verified({ id, version })
    const register = JSON.stringify({
      version,
      transition: 'register',
      documentSha256: body.sha256,
      registrationNumber: `N-${round}`
    })
    const signature = await operator.signer.sign(register)
    const [registered, released] = await Promise.all([
      operator.request('POST', `/v1/epds/${id}/transitions`, register, {
        'lodestone-signature': signature
      }),
      two.inject({
        method: 'DELETE',
        url: `/v1/registration-numbers/N-${round}`,
        headers: { authorization: `Bearer ${operator.token}` }
      })
    ])
    t.equal(registered.status, 200, JSON.stringify(registered.body))
    t.ok([204, 409].includes(released.statusCode), `${released.statusCode}`)
    const listed = await operator.request('GET', '/v1/registration-numbers?limit=100')
    const [mine] = listed.body.items.filter(
      ({ number }: { number: string }) => number === `N-${round}`
    )
    t.match(mine, { state: 'used', epd: id }, 'whichever came first')
  }
})

t.test('a draft is deleted or submitted, never both', async (t) => {
  const { service, owner } = await market(t)
  const principal: Principal = { ...owner, roles: ['producer'], scopes: new Set(['epd:write']) }
  const kept = async () => {
    const document = epdDocument('magnet-n48h')
    await owner.request('POST', '/v1/epds?state=draft', document)
    return { principal, id: document['id'] as string, version: '1.0' }
  }
  const found = await kept()
  const draft = await findDraft(service.deps, found)
  if (!draft) throw new Error('the draft is not there')
  await owner.request('DELETE', `/v1/epds/${found.id}?version=1.0`)
  const late = submitDraft(service.deps, found, draft)
  await t.rejects(late, { code: 'NOT_FOUND' }, 'who read it before it was deleted')
  for (let round = 0; round < 10; round += 1) {
    const { id, version } = await kept()
    const [deleted, submitted] = await Promise.all([
      owner.request('DELETE', `/v1/epds/${id}?version=${version}`),
      owner.request('POST', `/v1/epds/${id}/transitions`, { version, transition: 'submit' })
    ])
    const { status } = await owner.request('GET', `/v1/epds/${id}`)
    const outcome = [deleted.status, submitted.status, status].join()
    t.ok(['204,404,404', '409,200,200'].includes(outcome), outcome)
  }
})

t.test('of two declarations that include each other, one is published', async (t) => {
  const { service, operator, programme, submit } = await market(t)
  const apps = [service.app, await secondApp(t, service)]
  const including = (id: string, other: string) =>
    epdDocument('magnet-n48h', (epd) => {
      const quantity = { value: '0.1', unit: 'KGM' }
      Object.assign(epd, { id, includes: [{ epd: other, name: 'Magnet', quantity }] })
    })
  for (let round = 0; round < 6; round += 1) {
    const ids = [randomUUID(), randomUUID()] as const
    const versions = (await Promise.all([
      submit(including(ids[0], ids[1])),
      submit(including(ids[1], ids[0]))
    ])) as Named[]
    for (const { id, version } of versions) await programme.registered({ id, version })
    const sent = await Promise.all(
      versions.map(async ({ id, version }, n) => {
        const app = apps[n] ?? service.app
        return (await atOnce([app], id, [[operator, { version, transition: 'publish' }]]))[0]
      })
    )
    const answers = sent.map((one) => `${one?.status} ${one?.code ?? one?.state}`).sort()
    t.same(answers, ['200 published', '409 TRANSITION_NOT_ALLOWED'])
  }
})
