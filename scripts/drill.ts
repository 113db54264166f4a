/**
 * npm run drill [-- --bin=/usr/lib/postgresql/17/bin]
 *
 * Rehearses backup and restore on a registry of its own, in a temporary directory: load, an online
 * base backup, more load, a disaster, a restore that is too old, the right restore. Ends with
 * `lodestone fsck` and `lodestone books verify`, and with every acknowledged request looked up.
 * Without --bin on the embedded PostgreSQL, with copies of files and pg_backup_start; with it on that
 * PostgreSQL, with pg_basebackup and pg_verifybackup. docs/operations.md has the same steps by hand.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Cluster } from '../test/support/faults/cluster.ts'
import { judge } from '../test/support/faults/judge.ts'
import { Load } from '../test/support/faults/load.ts'
import {
  dataDirectory,
  type ServiceProcess,
  startServiceProcess
} from '../test/support/service-process.ts'
import { baseBackup, basebackupTool, restoreTo, type Storage } from './drill/backup.ts'

const root = join(import.meta.dirname, '..')
const { values } = parseArgs({ options: { bin: { type: 'string' } } })
if (values.bin !== undefined) process.env['TEST_POSTGRES_BIN'] = values.bin

const endings: (() => unknown)[] = []
const stage = { teardown: (ending: () => unknown) => void endings.push(ending) }
let steps = 0
let failures = 0

try {
  await rehearse()
} catch (error) {
  failures += 1
  say(`FAILED: ${error instanceof Error ? error.stack : error}`)
} finally {
  for (const end of endings.reverse()) await end()
}
say(failures === 0 ? '\nThe drill passed.' : `\nThe drill FAILED: ${failures} of its checks.`)
process.exitCode = failures === 0 ? 0 : 1

async function rehearse(): Promise<void> {
  const disk = (name: string) => join(home, name)
  const home = mkdtempSync(join(tmpdir(), 'lodestone-drill-'))
  spawnSync('chmod', ['755', home])
  stage.teardown(() => rmSync(home, { recursive: true, force: true }))
  for (const name of ['data', 'wal', 'archive', 'backup', 'old', 'new']) mkdirSync(disk(name))
  const storage: Storage = { wal: disk('wal'), archive: disk('archive'), backup: disk('backup') }
  const archiving = { archive_mode: 'on', archive_command: `cp %p ${storage.archive}/%f` }

  step('A registry, its journal of writes (WAL) on a disk of its own and archived')
  const cluster = await Cluster.start(stage, archiving, disk('data'))
  await moveWal(cluster, storage)
  const guard = dataDirectory(stage)
  const service = await startService(cluster, guard)
  if (!service.administrator) throw new Error('no administrator was made')
  const load = new Load(service.administrator)
  await load.meet(service)
  const history = await load.begin()
  await writeFor(load, 1_500)
  say(`     ${history.counts()}`)

  step(
    `Base backup while it is written to (${values.bin ? 'pg_basebackup' : 'pg_backup_start, copy'})`
  )
  const began = performance.now()
  const end = new AbortController()
  const writing = load.write([service.url], 4, end.signal)
  const size = values.bin
    ? basebackupTool(values.bin, cluster, storage)
    : await baseBackup(cluster, storage)
  say(`     ${Math.round(size / 1e6)} MB in ${seconds(began)}`)
  end.abort()
  await writing

  step('More is acknowledged after the backup')
  await load.refill()
  await writeFor(load, 1_500)
  say(`     ${history.counts()}`)

  step(
    'Disaster: everything is killed and the data disk is gone; guard, archive and WAL disk remain'
  )
  await Promise.all([service.stop('SIGKILL'), cluster.kill()])
  rmSync(disk('data'), { recursive: true })

  step('A restore that is too old: the backup alone')
  restoreTo(disk('old'), storage, { replay: false })
  const old = await Cluster.start(stage, {}, disk('old'))
  const wary = await startService(old, guard)
  const ready = (await (await fetch(`${wary.url}/health/ready`)).json()) as {
    status: string
    log: { reason?: string; remedy?: string }
  }
  say(`     /health/ready: ${ready.status}: ${ready.log.reason}`)
  say(`     what to do: ${ready.log.remedy}`)
  check('the service signs nothing: degraded', ready.status === 'degraded')
  await load.meet(wary)
  const act = load.next(Math.random)
  check('and accepts nothing', (await load.history.send(act, load.doorOf(act))) === 'unknown')
  check('fsck tells that the database is behind', lodestone(old, guard, 'fsck') === 1)
  await wary.stop('SIGTERM')
  await old.stop()

  step('The right restore: the backup, the archive, and what the WAL disk holds')
  const restoring = performance.now()
  restoreTo(disk('new'), storage, { replay: true })
  const whole = await Cluster.start(stage, {}, disk('new'))
  const healed = await startService(whole, guard)
  const { status } = (await (await fetch(`${healed.url}/health/ready`)).json()) as typeof ready
  say(`     ready after ${seconds(restoring)}`)
  check('the service signs on', status === 'ok')
  await load.meet(healed)

  step('Everything that was acknowledged is looked up, and the registry is used again')
  await history.settle(load.doorOf)
  await load.refill()
  await writeFor(load, 500)
  const ground = { url: healed.url, databaseUrl: whole.url, doorOf: load.doorOf }
  const problems = await judge(history, ground)
  for (const problem of problems.slice(0, 10)) say(`     ${problem}`)
  say(`     ${history.counts()}`)
  check(
    'everything is there, once, with the same bytes, position and receipt',
    problems.length === 0
  )
  check('lodestone fsck', lodestone(whole, guard, 'fsck') === 0)
  check('lodestone books verify', lodestone(whole, guard, 'books', 'verify') === 0)
}

async function moveWal(cluster: Cluster, { wal, archive, backup }: Storage): Promise<void> {
  await cluster.stop()
  const { data, identity } = cluster.place
  cpSync(join(data, 'pg_wal'), join(wal, 'pg_wal'), { recursive: true })
  rmSync(join(data, 'pg_wal'), { recursive: true })
  symlinkSync(join(wal, 'pg_wal'), join(data, 'pg_wal'))
  const owner = identity ? `${identity.uid}:${identity.gid}` : `${process.getuid?.()}`
  spawnSync('chown', ['-R', owner, wal, archive, backup])
  await cluster.start()
}

function startService(cluster: Cluster, dataDir: string): Promise<ServiceProcess> {
  const settings = { DATABASE_URL: cluster.url, LODESTONE_DATA_DIR: dataDir }
  return startServiceProcess(stage, settings)
}

async function writeFor(load: Load, milliseconds: number): Promise<void> {
  const end = new AbortController()
  const { url } = load.doorOf({ kind: 'event' })
  setTimeout(() => end.abort(), milliseconds)
  await Promise.all([load.write([url], 4, end.signal), load.history.watch(() => url, end.signal)])
}

/** The exit code of a command on the cluster; what it prints is shown. */
function lodestone(cluster: Cluster, dataDir: string, ...words: string[]): number | null {
  const { PATH = '', HOME = '/' } = process.env
  const env = { PATH, HOME, DATABASE_URL: cluster.url, LODESTONE_DATA_DIR: dataDir }
  const { status, stdout, stderr } = spawnSync(join(root, 'bin/lodestone'), words, {
    cwd: root,
    env,
    encoding: 'utf8'
  })
  for (const line of `${stdout}${stderr}`.trim().split('\n')) say(`     ${line}`)
  return status
}

function step(what: string): void {
  steps += 1
  say(`\n${steps}.  ${what}`)
}

function check(what: string, holds: boolean): void {
  if (!holds) failures += 1
  say(`  ${holds ? 'ok' : 'FAILED'}  ${what}`)
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
