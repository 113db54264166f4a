/**
 * F6: the network between the service and PostgreSQL is cut, stalls, falls apart into bytes, and
 * above all ends around COMMIT, when nobody knows whether anything was stored.
 * FAULT_CYCLES=20 for the long run.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { connect } from '../../src/storage/embedded/presence.ts'
import { testDatabase, testDatabaseUrl } from '../support/database.ts'
import { DatabaseProxy } from '../support/database-proxy.ts'
import { eventually } from '../support/eventually.ts'
import type { Act } from '../support/faults/act.ts'
import { judge } from '../support/faults/judge.ts'
import { Load } from '../support/faults/load.ts'
import { reportTrial } from '../support/faults/report.ts'
import {
  dataDirectory,
  type ServiceProcess,
  startServiceProcess
} from '../support/service-process.ts'
import { socketDirectory } from '../support/test-cluster.ts'

const CYCLES = Number(process.env['FAULT_CYCLES'] ?? 12)
const SILENCE_MS = 1_000

interface Scene {
  readonly proxy: DatabaseProxy
  readonly service: ServiceProcess
  readonly load: Load
  readonly databaseUrl: string
  /** What is wrong after everything of unknown outcome was sent again. */
  readonly check: () => Promise<string[]>
}

async function scene(t: Test): Promise<Scene> {
  const databaseUrl = await testDatabaseUrl()
  const proxy = await DatabaseProxy.open(t, socketDirectory)
  const service = await startServiceProcess(t, {
    DATABASE_URL: proxy.url(new URL(databaseUrl).pathname.slice(1)),
    LODESTONE_DATA_DIR: dataDirectory(t),
    LODESTONE_DATABASE_SILENCE_MS: String(SILENCE_MS)
  })
  if (!service.administrator) throw new Error('no administrator was made')
  const load = new Load(service.administrator)
  await load.meet(service)
  const check = async (): Promise<string[]> => {
    await load.history.settle(load.doorOf)
    return judge(load.history, { url: service.url, databaseUrl, doorOf: load.doorOf })
  }
  return { proxy, service, load, databaseUrl, check }
}

t.test('F6: the network to the database', { timeout: 900_000 }, async (t) => {
  const network = await scene(t)
  await t.test('ends around COMMIT', (t) => severed(t, network))
  await t.test('falls silent', (t) => silent(t, network))
  await t.test('is not there for a while', (t) => away(t, network))
  await t.test('passes on three bytes at a time', (t) => inPieces(t, network))
  await t.test('leads to a server that has lost commits', (t) => failedOver(t, network))
  // The last, because it damages the database.
  await t.test('the judge is not blind: it finds every doctored history', (t) =>
    doctored(t, network)
  )
})

async function severed(t: Test, { proxy, service, load, check }: Scene): Promise<void> {
  const history = await load.begin()
  const end = new AbortController()
  const work = [
    load.write([service.url], 8, end.signal),
    history.watch(() => service.url, end.signal)
  ]
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    const before = proxy.severed
    proxy.severCommit(cycle % 2 === 0 ? 'after' : 'before')
    await eventually(() => proxy.severed > before)
    if (cycle % 4 === 3) proxy.cut()
    if (cycle % 5 === 4) await load.refill()
  }
  // How many come through between two cuts depends on the machine.
  await eventually(() => history.of('ok').length > CYCLES)
  end.abort()
  await Promise.all(work)
  const problems = await check()
  t.comment(
    `F6 around COMMIT, ${proxy.severed} times; ${history.counts()}; ${problems.length} lost`
  )
  t.equal(proxy.severed, CYCLES, 'in every cycle a connection was severed')
  t.ok(history.of('ok').length > CYCLES, 'and much was accepted')
  t.strictSame(problems.slice(0, 10), [])
  t.strictSame(history.of('unknown'), [], 'a repetition tells what came of each')
}

async function silent(t: Test, { proxy, service, load, check }: Scene): Promise<void> {
  const history = await load.begin()
  const end = new AbortController()
  const work = [
    load.write([service.url], 8, end.signal),
    history.watch(() => service.url, end.signal)
  ]
  await sleep(300)
  proxy.stall()
  const stalled = performance.now()
  const first = await statusOf(`${service.url}/health/ready`)
  const afterMs = performance.now() - stalled
  t.equal(first, 503)
  t.ok(
    afterMs < SILENCE_MS + 4_000,
    `what was asked in the silence has an answer in ${ms(afterMs)}`
  )
  await sleep(500)
  const asked = performance.now()
  const read = await statusOf(`${service.url}/v1/batches`, load.doorOf({ kind: 'event' }).token)
  t.equal(read, 503)
  t.ok(
    performance.now() - asked < SILENCE_MS + 1_000,
    `a read now ends at once: ${ms(performance.now() - asked)}`
  )
  t.equal(await statusOf(`${service.url}/health/live`), 200, 'the process lives')
  proxy.flow()
  const back = await readyAfter(service.url)
  t.ok(back < 10_000, `ready ${ms(back)} after the network was back`)
  await sleep(500)
  end.abort()
  await Promise.all(work)
  const problems = await check()
  reportTrial(t, { fault: 'F6', what: 'network silent', cycles: 1, history, problems })
  t.strictSame(problems.slice(0, 10), [])
  t.match(service.output(), /The database does not answer/)
  t.match(service.output(), /The database answers again/)
}

async function away(t: Test, { proxy, service, load, check }: Scene): Promise<void> {
  const history = await load.begin()
  const awayMs = CYCLES > 12 ? 10_000 : 2_500
  const end = new AbortController()
  const work = [
    load.write([service.url], 8, end.signal),
    history.watch(() => service.url, end.signal)
  ]
  await sleep(300)
  await proxy.refuse()
  const until = performance.now() + awayMs
  const slowest = { read: 0, write: 0 }
  const { url, token } = load.doorOf({ kind: 'event' })
  while (performance.now() < until) {
    const asked = performance.now()
    t.equal(await statusOf(`${url}/v1/batches`, token), 503)
    slowest.read = Math.max(slowest.read, performance.now() - asked)
    t.equal(await statusOf(`${url}/health/ready`), 503)
    const sent = performance.now()
    const act = load.next(Math.random)
    await history.send(act, load.doorOf(act))
    slowest.write = Math.max(slowest.write, performance.now() - sent)
  }
  t.ok(slowest.read < 3_000, `reads were refused within ${ms(slowest.read)}`)
  t.ok(slowest.write < 10_000, `writes within ${ms(slowest.write)}`)
  await proxy.accept()
  const back = await readyAfter(url)
  t.ok(back < 10_000, `ready ${ms(back)} after the database was back, without a restart`)
  await sleep(500)
  end.abort()
  await Promise.all(work)
  const problems = await check()
  reportTrial(t, {
    fault: 'F6',
    what: `database away for ${awayMs} ms`,
    cycles: 1,
    history,
    problems
  })
  t.strictSame(problems.slice(0, 10), [])
}

async function inPieces(t: Test, { proxy, service, load, check }: Scene): Promise<void> {
  const history = await load.begin()
  proxy.split(true)
  const end = new AbortController()
  const work = load.write([service.url], 4, end.signal)
  await sleep(1_000)
  const isWritten = await eventually(() => history.of('ok').length > 1)
  end.abort()
  await work
  proxy.split(false)
  const problems = await check()
  reportTrial(t, { fault: 'F6', what: 'three bytes at a time', cycles: 1, history, problems })
  t.ok(isWritten, 'something was accepted')
  t.strictSame(problems.slice(0, 10), [])
}

/** A replica that had not received everything becomes the primary, and goes again. */
async function failedOver(t: Test, network: Scene): Promise<void> {
  const { proxy, service, load, check, databaseUrl } = network
  const history = await load.begin()
  const name = new URL(databaseUrl).pathname.slice(1)
  await whileAway(proxy, `create database ${name}_behind template ${name}`)
  await readyAfter(service.url)
  for (let n = 0; n < 20; n += 1) {
    const act = load.next(() => 0.5)
    await history.send(act, load.doorOf(act), { prefer: 'wait=2' })
  }
  const accepted = history.of('ok').length
  t.equal(accepted, 21, 'accepted and signed by the server that is lost')
  const swap = (from: string, to: string) => [
    `alter database ${name} rename to ${name}_${from}`,
    `alter database ${name}_${to} rename to ${name}`
  ]
  await whileAway(proxy, ...swap('whole', 'behind'))
  const end = new AbortController()
  const work = load.write([service.url], 8, end.signal)
  const ready = async () => (await fetch(`${service.url}/health/ready`)).text()
  const began = performance.now()
  while (!(await ready()).includes('degraded') && performance.now() - began < 60_000) {
    await sleep(50)
  }
  t.match(await ready(), /holds \d+ entries, but \d+ were/)
  await sleep(300)
  end.abort()
  await work
  t.equal(history.of('ok').length, accepted, 'nothing was accepted, not even in the first moment')
  t.equal(await statusOf(`${service.url}/log/checkpoint`), 200, 'reading goes on')
  await whileAway(proxy, ...swap('behind', 'whole'))
  while (!(await ready()).includes('"ok"')) await sleep(50)
  const problems = await check()
  reportTrial(t, { fault: 'F8', what: 'failover that lost commits', cycles: 1, history, problems })
  t.strictSame(problems.slice(0, 10), [])
}

/** Statements that want nobody in the database. */
async function whileAway(proxy: DatabaseProxy, ...statements: readonly string[]): Promise<void> {
  await proxy.refuse()
  const admin = await connect(socketDirectory, 'lodestone-test')
  for (const statement of statements) {
    // The sessions of cut connections end a moment later.
    while (
      !(await admin.query(statement).then(
        () => true,
        () => false
      ))
    )
      await sleep(50)
  }
  await admin.end()
  await proxy.accept()
}

/** What the client remembers is changed behind its back, then what is stored. */
async function doctored(t: Test, { service, load, check, databaseUrl }: Scene): Promise<void> {
  const history = await load.begin()
  const end = new AbortController()
  const work = [
    load.write([service.url], 4, end.signal),
    history.watch(() => service.url, end.signal)
  ]
  await eventually(() => history.of('ok').length > 2 && history.checkpoints.size > 0)
  end.abort()
  await Promise.all(work)
  t.strictSame(await check(), [], 'nothing is wrong before')
  const [, act] = history.of('ok')
  const [[note, head] = ['', null]] = [...history.checkpoints]
  if (!act || !head) throw new Error('there is no history to change')
  const finds = async (what: string, change: () => void, undo: () => void): Promise<void> => {
    change()
    t.ok((await check()).length > 0, what)
    undo()
  }
  const lie = Object.assign(
    load.next(() => 0.5),
    { outcome: 'ok', position: 7, tries: 1 }
  )
  const acts = (change: () => void) => [change, () => history.acts.pop()] as const
  await finds('an acceptance that never was', ...acts(() => history.acts.push(lie)))
  const { position } = act
  const set = (fields: Partial<Act>) => () => void Object.assign(act, fields)
  await finds('an acceptance elsewhere', set({ position: 3 }), set({ position }))
  await finds('a refusal that was none', set({ outcome: 'refused' }), set({ outcome: 'ok' }))
  const keep = (root: Buffer) => () => void history.checkpoints.set(note, { ...head, root })
  await finds('a head of another history', keep(Buffer.alloc(32, 7)), keep(Buffer.from(head.root)))
  const db = await testDatabase(t, { url: databaseUrl })
  await db.transaction(async (tx) => {
    await tx.query({ text: 'set local session_replication_role = replica' })
    const values = [act.position]
    await tx.query({ text: 'delete from journal where position = $1', values })
  })
  t.ok((await check()).length > 1, 'an entry that is gone')
}

async function statusOf(url: string, token?: string): Promise<number> {
  const answer = await fetch(url, token ? { headers: { authorization: `Bearer ${token}` } } : {})
  await answer.arrayBuffer()
  return answer.status
}

async function readyAfter(url: string): Promise<number> {
  const asked = performance.now()
  while ((await statusOf(`${url}/health/ready`)) !== 200) await sleep(50)
  return performance.now() - asked
}

function ms(milliseconds: number): string {
  return `${Math.round(milliseconds)} ms`
}
