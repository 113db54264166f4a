/**
 * Three processes on one database behave as one, also while they are killed (F1) and stopped (F9).
 * FAULT_CYCLES=20 for the long run.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { testDatabaseUrl } from '../support/database.ts'
import { epdDocument } from '../support/epds.ts'
import { eventually } from '../support/eventually.ts'
import { commission, newOrganization } from '../support/faults/act.ts'
import { Fleet, logOf } from '../support/faults/fleet.ts'
import { judge } from '../support/faults/judge.ts'
import { Load } from '../support/faults/load.ts'
import { reportTrial } from '../support/faults/report.ts'
import { type HttpClient, httpClient, signIn } from '../support/http-client.ts'

const CYCLES = Number(process.env['FAULT_CYCLES'] ?? 1)
/** What holds at once in the process that was told holds everywhere after this long. */
const REMEMBERED_MS = 1_000

interface Scene {
  readonly fleet: Fleet
  readonly load: Load
  /** The same client at each process. */
  readonly enroll: (...roles: string[]) => Promise<Member>
  readonly check: () => Promise<string[]>
}

interface Member {
  readonly id: string
  readonly organization: string
  readonly at: readonly HttpClient[]
}

t.test('three processes on one database', { timeout: 1_800_000 }, async (t) => {
  const scene = await furnish(t)
  await t.test('take the same request once, whoever gets it', (t) => once(t, scene))
  await t.test('let a revoked client in nowhere', (t) => revoked(t, scene))
  await t.test('demand signatures everywhere', (t) => demanded(t, scene))
  await t.test('show a declaration everywhere as it stands', (t) => moved(t, scene))
  await t.test('F1: are killed one after the other', (t) => killed(t, scene))
  await t.test('F9: go on while the one that signs stands still', (t) => stopped(t, scene))
  await t.test('evaluate again what one that was killed had corrected', (t) => corrected(t, scene))
  t.notMatch(scene.fleet.output(), /"level":60|unhandled/i, 'none failed by itself')
})

async function furnish(t: Test): Promise<Scene> {
  const databaseUrl = await testDatabaseUrl()
  const fleet = await Fleet.start(t, databaseUrl, 3)
  const load = new Load(fleet.administrator)
  await load.meet({ url: fleet.urls[0] ?? '' })
  const enroll = async (...roles: string[]): Promise<Member> => {
    const admin = await signIn(fleet.urls[0] ?? '', fleet.administrator)
    const { id: organization } = await admin.made('/v1/organizations', {
      name: 'Member',
      country: 'FI'
    })
    const made = await admin.made('/v1/clients', { organization, name: 'works', roles })
    const { token } = await signIn(fleet.urls[1] ?? '', made)
    const at = fleet.urls.map((url) => httpClient(url, token))
    return { id: made.id, organization, at }
  }
  const check = async () => {
    const url = fleet.urls[0] ?? ''
    await load.meet({ url })
    await load.history.settle(load.doorOf)
    return judge(load.history, { url, databaseUrl, doorOf: load.doorOf })
  }
  return { fleet, load, enroll, check }
}

async function once(t: Test, { fleet, load, check }: Scene): Promise<void> {
  const history = await load.begin()
  const acts = Array.from({ length: 20 }, (_, n) =>
    n % 4 === 0 ? newOrganization() : load.next(() => 0.5)
  )
  await Promise.all(
    acts.flatMap((act) => fleet.urls.map((url) => history.send(act, load.doorOf(act, url))))
  )
  const problems = await check()
  reportTrial(t, { fault: 'F9', what: 'sent to all at once', cycles: 1, history, problems })
  t.equal(history.of('ok').length, 21)
  t.strictSame(problems.slice(0, 10), [])

  const key = randomUUID()
  const answers = await Promise.all(
    fleet.urls.map(async (url, n) => {
      const { token } = load.doorOf({ kind: 'organization' }, url)
      const body = { name: `Different ${n}`, country: 'FI' }
      return httpClient(url, token).post('/v1/organizations', body, { 'idempotency-key': key })
    })
  )
  t.strictSame(answers.map(({ status }) => status).sort(), [201, 409, 409])
}

async function revoked(t: Test, { fleet, enroll }: Scene): Promise<void> {
  const member = await enroll('producer')
  const status = async (n: number) => (await member.at[n]?.get('/v1/batches'))?.status
  t.strictSame(await Promise.all([0, 1, 2].map(status)), [200, 200, 200])
  const admin = await signIn(fleet.urls[0] ?? '', fleet.administrator)
  await send('DELETE', `${fleet.urls[0]}/v1/clients/${member.id}`, admin.token)
  t.equal(await status(0), 401, 'at once where it was told')
  await sleep(REMEMBERED_MS + 100)
  t.strictSame(await Promise.all([1, 2].map(status)), [401, 401], 'and a second later elsewhere')
}

async function demanded(t: Test, { fleet, load, enroll }: Scene): Promise<void> {
  const member = await enroll('producer', 'admin')
  const place = { name: 'Works', country: 'EE', stages: ['separation'], validFrom: '2020-01-01' }
  const facility: string = (await member.at[0]?.made('/v1/facilities', place))?.id
  const record = async (n: number) =>
    (await member.at[n]?.post('/v1/events', commission(facility, randomUUID(), 1_000).body))?.status
  t.strictSame(await Promise.all([0, 1, 2].map(record)), [201, 201, 201])
  const path = `/v1/organizations/${member.organization}/signing-policy`
  const admin = load.doorOf({ kind: 'organization' }).token
  const told = await send('PUT', `${fleet.urls[0]}${path}`, admin, { unsigned: 'refused' })
  t.equal(told, 200)
  t.equal(await record(0), 403)
  await sleep(REMEMBERED_MS + 100)
  t.strictSame(await Promise.all([1, 2].map(record)), [403, 403])
}

async function moved(t: Test, { enroll }: Scene): Promise<void> {
  const [owner, verifier] = [await enroll('producer'), await enroll('verifier')]
  const document = epdDocument('magnet-n48h')
  await owner.at[0]?.made('/v1/epds', document)
  const path = `/v1/epds/${document['id']}`
  const move = (n: number, body: object) =>
    verifier.at[n]?.made(`${path}/transitions`, { version: '1.0', ...body })
  const taken = await move(1, { transition: 'start_verification' })
  const seen = await Promise.all(owner.at.map((client) => client.get(path)))
  t.strictSame(new Set(seen.map(({ body }) => body.state)), new Set([taken.state]))
  const tags = new Set(seen.map(({ headers }) => headers.get('etag')))
  t.equal(tags.size, 1, 'one entity, one tag')
  const { state } = await move(2, { transition: 'return', reason: 'Wrong mix' })
  const [tag] = tags
  const again = await Promise.all(
    owner.at.map((client) => client.get(path, { 'if-none-match': tag ?? '' }))
  )
  t.strictSame(
    again.map(({ status, body }) => [status, body.state]),
    again.map(() => [200, state]),
    'at once everywhere, whatever was cached'
  )
}

async function corrected(t: Test, { fleet, load }: Scene): Promise<void> {
  const history = await load.begin()
  const { url, token } = load.doorOf({ kind: 'event' }, fleet.urls[2])
  const [wrong] = history.acts
  for (let n = 0; n < 10; n += 1)
    await history.send(
      load.next(() => 0.5),
      { url, token }
    )
  t.equal(history.of('ok').length, 11)
  const id = randomUUID()
  const correction = {
    id,
    type: 'correct',
    time: '2026-06-03T08:00:00Z',
    facility: load.facility,
    event: wrong?.name,
    reason: 'did_not_occur'
  }
  await httpClient(url, token).made('/v1/events', correction)
  await fleet.kill(2)
  const other = httpClient(fleet.urls[0] ?? '', token)
  const began = performance.now()
  let progress = { done: false, affected: 0 }
  while (!progress.done && performance.now() - began < 60_000) {
    progress = (await other.get(`/v1/events/${id}/reevaluation`)).body
    await sleep(100)
  }
  t.ok(progress.affected >= 10, `${progress.affected} batches were affected`)
  t.ok(progress.done, `done after ${Math.round(performance.now() - began)} ms`)
}

async function killed(t: Test, { fleet, load, check }: Scene): Promise<void> {
  const history = await load.begin()
  const end = new AbortController()
  const work = [
    load.write(fleet.urls, 12, end.signal),
    ...fleet.urls.map((_, n) => history.watch(() => fleet.urls[n] ?? '', end.signal))
  ]
  let slowest = 0
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    await sleep(300 + Math.random() * 500)
    const leader = await fleet.knownLeader()
    const victim = cycle % 2 === 0 ? leader : (leader + 1) % 3
    await fleet.kill(victim)
    slowest = Math.max(slowest, await fleet.growsBeyond(await fleet.size()))
    await fleet.restart(victim)
    await load.refill(fleet.urls[0])
  }
  await eventually(() => history.of('ok').length > CYCLES)
  end.abort()
  await Promise.all(work)
  const problems = await check()
  reportTrial(t, { fault: 'F1', what: 'one of three killed', cycles: CYCLES, history, problems })
  t.ok(slowest < 20_000, `the log went on within ${Math.round(slowest)} ms`)
  t.ok(history.of('ok').length > CYCLES, 'something was accepted')
  t.strictSame(problems.slice(0, 10), [])
}

async function stopped(t: Test, { fleet, load, check }: Scene): Promise<void> {
  const history = await load.begin()
  const leader = await fleet.knownLeader()
  const others = fleet.urls.filter((_, n) => n !== leader)
  const end = new AbortController()
  const work = [
    load.write(others, 8, end.signal),
    ...fleet.urls.map((url) => history.watch(() => url, end.signal))
  ]
  await sleep(200)
  process.kill(fleet.pid(leader), 'SIGSTOP')
  const stood = performance.now()
  // Heads that it signed before are still on their way to the others, so growth alone shows nothing.
  t.not(await fleet.knownLeader(), leader)
  await fleet.growsBeyond((await fleet.size()) + 5)
  const tookMs = performance.now() - stood
  t.ok(tookMs < 25_000, `another signs after ${Math.round(tookMs)} ms`)
  process.kill(fleet.pid(leader), 'SIGCONT')
  await sleep(1_500)
  const role = () => logOf(fleet.urls[leader] ?? '').then((log) => log.role)
  const roles: string[] = []
  const isBack = await eventually(async () => {
    const now = await role().catch((error) => `no answer: ${error}`)
    if (roles.at(-1) !== now) roles.push(now)
    return now === 'following'
  })
  t.ok(isBack, `the one that stood still follows: ${roles.join(', ')}`)
  end.abort()
  await Promise.all(work)
  const problems = await check()
  reportTrial(t, { fault: 'F9', what: 'the leader stood still', cycles: 1, history, problems })
  t.strictSame(problems.slice(0, 10), [])
}

async function send(method: string, url: string, token: string, body?: object): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const init = body
    ? { headers, body: JSON.stringify(body) }
    : { headers: { authorization: headers.authorization } }
  const answer = await fetch(url, { method, ...init })
  await answer.arrayBuffer()
  return answer.status
}
