import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { isPostmasterOf, readPidFile } from '../../src/storage/embedded/pid-file.ts'
import { stopPostmaster } from '../../src/storage/embedded/postmaster.ts'
import {
  type Embedded,
  type EmbeddedOptions,
  startEmbedded
} from '../../src/storage/embedded/start-embedded.ts'
import { poolSettings } from './database.ts'
import { scratchDirectory } from './test-cluster.ts'

const SERVICE = join(import.meta.dirname, 'embedded-service.ts')
export const isRoot = process.getuid?.() === 0

/** An empty data directory that every user may enter; what runs on it is stopped with the test. */
export function dataDirectory(t: Test): string {
  const directory = mkdtempSync(join(scratchDirectory(), 'lodestone-embedded-'))
  chmodSync(directory, 0o755)
  t.teardown(async () => {
    await stopPostmaster(dataOf(directory)).catch(() => {})
    rmSync(directory, { recursive: true, force: true })
  })
  return directory
}

/** PGDATA of a data directory. */
export function dataOf(directory: string): string {
  const home = join(directory, 'postgres')
  return join(existsSync(home) ? realpathSync(home) : home, 'data')
}

const silent = { info: () => {}, warn: () => {}, error: console.error }

/** The embedded server of a directory, stopped with the test. */
export async function start(t: Test, directory: string, options: EmbeddedOptions = {}) {
  const server = await startEmbedded(directory, silent, options)
  t.teardown(() => server.stop())
  return server
}

/** Does something with a pool on a server, and closes it. */
export async function using<T>({ url }: Embedded, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase({ ...poolSettings, url })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

/** The service of test/support/embedded-service.ts, and what it has said so far. */
export interface Service {
  readonly process: ChildProcess
  readonly adopted: boolean
  readonly url: string
  /** The last number that it said was durable. */
  counted(): number
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

export async function startService(
  t: Test,
  directory: string,
  {
    graceMs = 60_000,
    uid,
    table = 'counted'
  }: { graceMs?: number; uid?: number; table?: string } = {}
): Promise<Service> {
  return startedAs(t, [directory, String(graceMs), table], uid)
}

/** As `startService`, on a server that another service looks after, by its address alone. */
export async function startGuest(t: Test, url: string): Promise<Service> {
  return startedAs(t, [url, '0', 'guest'])
}

async function startedAs(t: Test, told: readonly string[], uid?: number): Promise<Service> {
  // Through env -i, because tap's own environment makes a child write below the repository.
  const command = ['-i', process.execPath, SERVICE, ...told]
  const child = spawn('/usr/bin/env', command, {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid })
  })
  t.teardown(() => child.kill('SIGKILL'))
  const ended = once(child, 'close')
  let counted = -1
  const ready = Promise.withResolvers<{ adopted: boolean; url: string }>()
  createInterface(child.stdout).on('line', (line) => {
    const fact = JSON.parse(line)
    if (fact.url !== undefined) ready.resolve(fact)
    if (fact.n !== undefined) counted = fact.n
  })
  ended.then(() => ready.reject(new Error('the service ended before it was ready')))
  const kill = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal)
    await ended
  }
  return { process: child, ...(await ready.promise), counted: () => counted, kill }
}

/** The process id of the server of a directory. */
export async function postmaster(directory: string): Promise<number> {
  const found = await readPidFile(dataOf(directory))
  if (found === null) throw new Error('no server runs')
  return found.pid
}

/** Also false for a server that has ended and whose parent, in a container, does not care. */
export function runs(directory: string, pid: number): Promise<boolean> {
  return isPostmasterOf(pid, dataOf(directory))
}

export async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await sleep(10)
}

/** Every number up to the last that was said to be durable, and at most one more. */
export async function checkCounted(t: Test, db: Database, last: number): Promise<void> {
  const [row] = await db.query<{ count: number; max: number }>({
    text: 'select count(*)::int as count, max(n) as max from counted'
  })
  t.ok(last > 0, `the service counted to ${last}`)
  t.equal(row!.count, row!.max + 1, 'no number is missing')
  t.ok(
    row!.max === last || row!.max === last + 1,
    `${row!.max} is stored, ${last} was acknowledged`
  )
}
