/**
 * F5: the disk of PostgreSQL is full. Needs a small file system to fill, so root on Linux. What must
 * hold: 503 and nothing stored, reading goes on, writing goes on once there is room, nothing is lost.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { isPostmasterOf, readPidFile } from '../../src/storage/embedded/pid-file.ts'
import { Cluster } from '../support/faults/cluster.ts'
import { judge } from '../support/faults/judge.ts'
import { Load } from '../support/faults/load.ts'
import { reportTrial } from '../support/faults/report.ts'
import { dataDirectory, startServiceProcess } from '../support/service-process.ts'

const CYCLES = Number(process.env['FAULT_CYCLES'] ?? 1) > 1 ? 4 : 1
const SIZE = '160m'
const WAL = { max_wal_size: '32MB', min_wal_size: '32MB' }

const isAble = process.platform === 'linux' && process.getuid?.() === 0
const options = { timeout: 1_800_000, skip: isAble ? false : 'F5 needs root on Linux, to mount' }

t.test('F5: a full disk', options, async (t) => {
  const disk = smallDisk(t)
  if (disk === null) {
    t.pass('F5', { skip: 'F5 needs the right to mount a small file system' })
    return
  }
  const cluster = await Cluster.start(t, WAL, join(disk, 'cluster'))
  const settings = { DATABASE_URL: cluster.url, LODESTONE_DATA_DIR: dataDirectory(t) }
  const service = await startServiceProcess(t, settings)
  if (!service.administrator) throw new Error('no administrator was made')
  const load = new Load(service.administrator)
  await load.meet(service)
  const history = await load.begin()
  const end = new AbortController()
  const watching = history.watch(() => service.url, end.signal)
  const batches = async () => {
    const { url, token } = load.doorOf({ kind: 'event' })
    return (await fetch(`${url}/v1/batches`, { headers: { authorization: `Bearer ${token}` } }))
      .status
  }
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    const ballast = fill(disk)
    const refusedAfter = await writeUntil(load, '503')
    t.ok(refusedAfter < 2_000, `${refusedAfter} events until the disk was full`)
    // Where others keep writing, the journal of PostgreSQL finds no room either, and it stops.
    if (cycle % 2 === 1) await writeUntil(load, 'never', 160)
    const runs = await isRunning(cluster)
    t.comment(runs ? 'PostgreSQL runs on' : 'PostgreSQL stopped: no room for its journal')
    if (runs) t.equal(await batches(), 200, 'reading goes on')
    rmSync(ballast)
    if (!(await isRunning(cluster))) await cluster.start()
    while ((await fetch(`${service.url}/health/ready`)).status !== 200) await sleep(50)
    const acceptedAfter = await writeUntil(load, '201')
    t.ok(acceptedAfter < 20, 'writing goes on once there is room, without a restart')
    await load.refill()
  }
  end.abort()
  await watching
  await history.settle(load.doorOf)
  const ground = { url: service.url, databaseUrl: cluster.url, doorOf: load.doorOf }
  const problems = await judge(history, ground)
  reportTrial(t, { fault: 'F5', what: 'disk full', cycles: CYCLES, history, problems })
  t.strictSame(problems.slice(0, 10), [])
})

/** A file system that can be filled without harm; null where this user cannot make one. */
function smallDisk(t: Test): string | null {
  const place = mkdtempSync(join(tmpdir(), 'lodestone-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=755`, 'tmpfs', place])
  } catch {
    rmSync(place, { recursive: true })
    return null
  }
  t.teardown(() => {
    execFileSync('umount', ['--lazy', place])
    rmSync(place, { recursive: true, force: true })
  })
  mkdirSync(join(place, 'cluster'))
  return place
}

/** Writes a file until nothing more fits. */
function fill(disk: string): string {
  const path = join(disk, 'ballast')
  const file = openSync(path, 'w')
  try {
    for (let size = 1024 * 1024; size >= 4096; ) {
      try {
        writeSync(file, Buffer.alloc(size))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        size /= 2
      }
    }
  } finally {
    closeSync(file)
  }
  return path
}

/** How many requests were sent until one had this answer, several at a time. */
async function writeUntil(load: Load, status: string, limit = 2_000): Promise<number> {
  const { history } = load
  const before = history.answers.get(status) ?? 0
  for (let sent = 0; sent < limit; sent += 16) {
    const acts = Array.from({ length: 16 }, () => load.next(Math.random))
    await Promise.all(acts.map((act) => history.send(act, load.doorOf(act))))
    if ((history.answers.get(status) ?? 0) > before) return sent
  }
  return Number.POSITIVE_INFINITY
}

async function isRunning({ place }: Cluster): Promise<boolean> {
  const found = await readPidFile(place.data)
  return found !== null && (await isPostmasterOf(found.pid, place.data))
}
