/**
 * SIGKILL in the middle of writing, again and again: F1 the service, F2 PostgreSQL, and both. F14:
 * SIGTERM under load. F3 is the control: without synchronous commits the same judge must find losses.
 * FAULT_CYCLES=20 for the long run.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { eventually } from '../support/eventually.ts'
import { Cluster } from '../support/faults/cluster.ts'
import { judge } from '../support/faults/judge.ts'
import { Load } from '../support/faults/load.ts'
import { reportTrial } from '../support/faults/report.ts'
import {
  dataDirectory,
  type ServiceProcess,
  startServiceProcess
} from '../support/service-process.ts'

const CYCLES = Number(process.env['FAULT_CYCLES'] ?? 2)
const WRITERS = 16

/** A service on a PostgreSQL of its own, and those who write to it, over many lives of both. */
class Stage {
  readonly cluster: Cluster
  readonly #t: Test
  readonly #settings: Readonly<Record<string, string>>
  service: ServiceProcess
  load: Load

  private constructor(t: Test, cluster: Cluster, service: ServiceProcess, dataDir: string) {
    if (!service.administrator) throw new Error('no administrator was made')
    this.#t = t
    this.cluster = cluster
    this.service = service
    this.#settings = Stage.settings(cluster, dataDir)
    this.load = new Load(service.administrator)
  }

  static settings(cluster: Cluster, dataDir: string): Readonly<Record<string, string>> {
    return { DATABASE_URL: cluster.url, LODESTONE_DATA_DIR: dataDir }
  }

  static async open(t: Test): Promise<Stage> {
    const cluster = await Cluster.start(t)
    const dataDir = dataDirectory(t)
    const service = await startServiceProcess(t, Stage.settings(cluster, dataDir))
    const stage = new Stage(t, cluster, service, dataDir)
    await stage.load.meet(service)
    await stage.load.begin()
    return stage
  }

  async restart(): Promise<void> {
    this.service = await startServiceProcess(this.#t, this.#settings)
    await this.load.meet(this.service)
    await this.load.refill()
  }

  /** Writers at work while `fault` happens, until they notice or are told to stop. */
  async during(fault: () => Promise<unknown>): Promise<void> {
    const end = new AbortController()
    const { url } = this.service
    const { history } = this.load
    const before = history.of('ok').length
    const work = [this.load.write([url], WRITERS, end.signal), history.watch(() => url, end.signal)]
    await eventually(() => history.of('ok').length > before + 10)
    await sleep(400 + Math.random() * (CYCLES > 5 ? 1_300 : 300))
    await fault()
    end.abort()
    await Promise.all(work)
  }

  async check(): Promise<string[]> {
    const { load, service, cluster } = this
    await load.history.settle(load.doorOf)
    const ground = { url: service.url, databaseUrl: cluster.url, doorOf: load.doorOf }
    return judge(load.history, ground)
  }
}

t.test('killed in the middle of writing', { timeout: 3_600_000 }, async (t) => {
  const stage = await Stage.open(t)
  await t.test('F1: the service, and every other time PostgreSQL with it', (t) =>
    serviceKilled(t, stage)
  )
  await t.test('F2: PostgreSQL, and the service lives', (t) => databaseKilled(t, stage))
  await t.test('F14: asked to stop under load', (t) => askedToStop(t, stage))
  // The last, because it breaks what it finds broken.
  await t.test('F3: the judge is not blind: without synchronous commits it finds losses', (t) =>
    carelesslyKilled(t, stage)
  )
})

async function serviceKilled(t: Test, stage: Stage): Promise<void> {
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    const both = cycle % 2 === 1
    await stage.during(() =>
      Promise.all([stage.service.stop('SIGKILL'), both ? stage.cluster.kill() : null])
    )
    if (both) await stage.cluster.start()
    await stage.restart()
  }
  await conclude(t, stage, 'F1', 'service killed, and PostgreSQL every other time')
}

async function databaseKilled(t: Test, stage: Stage): Promise<void> {
  const history = await stage.load.begin()
  let slowest = 0
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    await stage.during(async () => {
      const refused = () => history.answers.get('503') ?? 0
      const before = refused()
      await stage.cluster.kill()
      await eventually(() => refused() > before)
      t.equal((await fetch(`${stage.service.url}/health/ready`)).status, 503)
      await stage.cluster.start()
      const up = performance.now()
      while ((await fetch(`${stage.service.url}/health/ready`)).status !== 200) await sleep(50)
      slowest = Math.max(slowest, performance.now() - up)
      await sleep(300)
    })
    await stage.load.refill()
  }
  t.ok(slowest < 15_000, `taken up again ${Math.round(slowest)} ms after PostgreSQL was back`)
  t.ok(history.answers.get('503'), 'meanwhile requests were answered 503')
  t.notOk(history.answers.get('cut'), 'and none without an answer')
  await conclude(t, stage, 'F2', 'PostgreSQL killed')
}

async function askedToStop(t: Test, stage: Stage): Promise<void> {
  const history = await stage.load.begin()
  for (let cycle = 0; cycle < Math.max(1, CYCLES / 4); cycle += 1) {
    await stage.during(async () => {
      const asked = performance.now()
      const ending = await stage.service.stop('SIGTERM')
      const tookMs = performance.now() - asked
      t.strictSame(ending, { code: 0, signal: null }, 'exit 0')
      t.ok(tookMs < 20_000, `after ${Math.round(tookMs)} ms`)
      await t.rejects(fetch(`${stage.service.url}/health/live`), 'nobody listens')
    })
    await stage.restart()
  }
  t.strictSame(
    [...history.answers.keys()].filter((status) => status.startsWith('5')),
    [],
    'what had arrived was answered, and not with an error'
  )
  await conclude(t, stage, 'F14', 'SIGTERM under load')
}

async function conclude(t: Test, stage: Stage, fault: string, what: string): Promise<void> {
  const { history } = stage.load
  const problems = await stage.check()
  reportTrial(t, { fault, what, cycles: CYCLES, history, problems })
  t.ok(history.of('ok').length > CYCLES, 'something was accepted')
  t.ok(history.checkpoints.size > 0, 'and something signed')
  t.strictSame(problems.slice(0, 10), [])
}

async function carelesslyKilled(t: Test, stage: Stage): Promise<void> {
  await stage.load.begin()
  let problems: readonly string[] = []
  for (let cycle = 0; cycle < 8 && problems.length === 0; cycle += 1) {
    await stage.during(async () => {
      await makeCareless(stage.cluster)
      await Promise.all([stage.service.stop('SIGKILL'), stage.cluster.kill()])
    })
    makeCareful(stage.cluster)
    await stage.cluster.start()
    await stage.restart().catch(() => {})
    problems = await lossesOf(t, stage)
  }
  t.comment(`F3: ${problems.length} losses found, such as: ${problems[0]}`)
  t.ok(problems.length > 0)
}

/** A service that refuses to go on has found the loss as well. */
async function lossesOf(t: Test, stage: Stage): Promise<readonly string[]> {
  const { url } = stage.service
  const ready = await fetch(`${url}/health/ready`).then((answer) => answer.json())
  const { status, log } = ready as { status: string; log: { reason?: string } }
  if (status !== 'ok') t.comment(`F3: the service says: ${log.reason}`)
  const ground = { url, databaseUrl: stage.cluster.url, doorOf: stage.load.doorOf }
  return judge(stage.load.history, ground)
}

/** Behind the back of the service, which accepts nothing any more when it looks the next time. */
async function makeCareless({ place }: Cluster): Promise<void> {
  const auto = join(place.data, 'postgresql.auto.conf')
  appendFileSync(auto, "synchronous_commit = 'off'\nwal_writer_delay = '10s'\n")
  const [pid] = readFileSync(join(place.data, 'postmaster.pid'), 'utf8').split('\n')
  process.kill(Number(pid), 'SIGHUP')
  await sleep(300)
}

function makeCareful({ place }: Cluster): void {
  const auto = join(place.data, 'postgresql.auto.conf')
  const kept = readFileSync(auto, 'utf8').replace(
    /^(synchronous_commit|wal_writer_delay).*\n/gm,
    ''
  )
  writeFileSync(auto, kept)
}
