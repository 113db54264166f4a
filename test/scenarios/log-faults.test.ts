/**
 * SIGKILL in the middle of writing, again and again (F1: the service; F2: service and PostgreSQL),
 * judged by a client that remembers what was acknowledged and every checkpoint that it saw. F3 is
 * the control: with synchronous_commit off the same judge must find something.
 * FAULT_CYCLES=20 for the long run.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { Checkpoint } from '../../src/log/checkpoint.ts'
import { openCheckpoint } from '../../src/log/checkpoint.ts'
import { verifyConsistency } from '../../src/log/merkle.ts'
import { type NoteVerifier, parseVerifier } from '../../src/log/note-key.ts'
import { verifyReceipt } from '../../src/registry/verify-receipt.ts'
import { dataDirectory, dataOf } from '../support/embedded.ts'
import { killCluster } from '../support/kill-cluster.ts'
import { type ServiceProcess, startServiceProcess } from '../support/service-process.ts'

const CYCLES = Number(process.env['FAULT_CYCLES'] ?? 3)
const WRITERS = 16

class Judge {
  readonly acknowledged = new Map<string, string | null>()
  readonly checkpoints = new Map<string, Checkpoint>()
  readonly failures: string[] = []
  key: NoteVerifier | null = null
  token = ''

  async meet(service: ServiceProcess): Promise<void> {
    if (service.administrator) {
      const { id, secret } = service.administrator
      const answer = await fetch(`${service.url}/auth/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: id,
          client_secret: secret
        })
      })
      this.token = ((await answer.json()) as { access_token: string }).access_token
      this.key = parseVerifier((await (await fetch(`${service.url}/log/key`)).text()).trim())
    }
  }

  /** Writes until the service is gone; only a 2xx counts as a promise. */
  async write(service: ServiceProcess, until: AbortSignal): Promise<void> {
    for (let n = 0; !until.aborted; n += 1) {
      const wait: Record<string, string> = n % 2 === 0 ? { prefer: 'wait=2' } : {}
      try {
        const answer = await fetch(`${service.url}/v1/organizations`, {
          method: 'POST',
          headers: { ...this.#headers(), 'content-type': 'application/json', ...wait },
          body: JSON.stringify({ name: `Organization ${n}`, country: 'FI' })
        })
        const body = (await answer.json()) as { id: string; receipt?: string }
        if (answer.status === 201) this.acknowledged.set(body.id, body.receipt ?? null)
      } catch {
        return
      }
    }
  }

  async watch(service: ServiceProcess, until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      const note = await fetch(`${service.url}/log/checkpoint`)
        .then((a) => a.text())
        .catch(() => '')
      const checkpoint = openCheckpoint(note, this.key ? [this.key] : [])
      if (checkpoint) this.checkpoints.set(note, checkpoint)
      await sleep(30)
    }
  }

  /** Everything that was promised must be there, and every head a prefix of the newest. */
  async check(service: ServiceProcess): Promise<void> {
    const ready = (await (await fetch(`${service.url}/health/ready`)).json()) as {
      status: string
      log: { reason?: string }
    }
    if (ready.status !== 'ok') this.failures.push(`the log: ${ready.log.reason}`)
    for (const [id, receipt] of this.acknowledged) {
      const answer = await fetch(`${service.url}/v1/organizations/${id}`, {
        headers: this.#headers()
      })
      await answer.arrayBuffer()
      if (answer.status !== 200) this.failures.push(`${id} was acknowledged: ${answer.status}`)
      if (receipt && this.key && !verifyReceipt(receipt, [this.key]).verified) {
        this.failures.push(`the receipt of ${id} does not hold`)
      }
    }
    const note = await (await fetch(`${service.url}/log/checkpoint`)).text()
    const newest = openCheckpoint(note, this.key ? [this.key] : [])
    if (!newest) this.failures.push('no checkpoint')
    else for (const old of this.checkpoints.values()) await this.#prefix(service, old, newest)
  }

  async #prefix(service: ServiceProcess, old: Checkpoint, newest: Checkpoint): Promise<void> {
    const query = `from=${old.size}&to=${newest.size}`
    const answer = await fetch(`${service.url}/log/proof/consistency?${query}`)
    const body = (await answer.json()) as { proof?: string[] }
    const proof = (body.proof ?? []).map((hash) => Buffer.from(hash, 'base64'))
    const [oldSize, oldRoot, newSize, newRoot] = [old.size, old.root, newest.size, newest.root]
    if (answer.status === 200 && verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof }))
      return
    this.failures.push(`the head of ${old.size} is no prefix of the head of ${newest.size}`)
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` }
  }
}

/** One life of the service: write, watch, and be killed at a random moment. */
async function live(judge: Judge, service: ServiceProcess, kill: () => Promise<unknown>) {
  const end = new AbortController()
  const work = [
    ...Array.from({ length: WRITERS }, () => judge.write(service, end.signal)),
    judge.watch(service, end.signal)
  ]
  await sleep(700 + Math.random() * 1_300)
  await kill()
  end.abort()
  await Promise.all(work)
}

t.test(
  `F1 and F2: killed in the middle of writing, ${CYCLES} times`,
  { timeout: 600_000 },
  async (t) => {
    const judge = new Judge()
    const directory = dataDirectory(t)
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const service = await startServiceProcess(t, { LODESTONE_DATA_DIR: directory })
      await judge.meet(service)
      await judge.check(service)
      await live(judge, service, () =>
        Promise.all([
          service.stop('SIGKILL'),
          cycle % 2 === 0 ? null : killCluster(dataOf(directory))
        ])
      )
    }
    const service = await startServiceProcess(t, { LODESTONE_DATA_DIR: directory })
    await sleep(500)
    await judge.check(service)
    t.comment(
      `${CYCLES} cycles, ${judge.acknowledged.size} acknowledged, ${judge.checkpoints.size} checkpoints kept`
    )
    t.ok(judge.acknowledged.size > CYCLES * 10, 'something was acknowledged')
    t.ok(judge.checkpoints.size > CYCLES, 'and something signed')
    t.strictSame(judge.failures, [])
    await service.stop('SIGTERM')
  }
)

t.test(
  'F3: the judge is not blind: without synchronous commit it finds losses',
  { timeout: 300_000 },
  async (t) => {
    const judge = new Judge()
    const directory = dataDirectory(t)
    for (let cycle = 0; cycle < 8 && judge.failures.length === 0; cycle += 1) {
      const service = await startServiceProcess(t, { LODESTONE_DATA_DIR: directory })
      await judge.meet(service)
      await sleep(300)
      await judge.check(service)
      await makeCareless(t, directory)
      await live(judge, service, () =>
        Promise.all([service.stop('SIGKILL'), killCluster(dataOf(directory))])
      )
      makeCareful(directory)
    }
    t.comment(`${judge.failures.length} losses found, such as: ${judge.failures[0]}`)
    t.ok(judge.failures.length > 0)
  }
)

/** Behind the back of the service, which refuses to start on such a server. */
async function makeCareless(t: Test, directory: string): Promise<void> {
  const auto = join(dataOf(directory), 'postgresql.auto.conf')
  appendFileSync(auto, "synchronous_commit = 'off'\nwal_writer_delay = '10s'\n")
  const [pid] = readFileSync(join(dataOf(directory), 'postmaster.pid'), 'utf8').split('\n')
  process.kill(Number(pid), 'SIGHUP')
  await sleep(300)
  t.comment('commits are not waited for')
}

function makeCareful(directory: string): void {
  const auto = join(dataOf(directory), 'postgresql.auto.conf')
  const kept = readFileSync(auto, 'utf8').replace(
    /^(synchronous_commit|wal_writer_delay).*\n/gm,
    ''
  )
  writeFileSync(auto, kept)
}
