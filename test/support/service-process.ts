import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './source-tree.ts'

/** The real entry point in a process of its own, reached over its socket. */
export interface ServiceProcess {
  readonly url: string
  readonly pid: number
  /** Shown on the first start of a database, once. */
  readonly administrator: { readonly id: string; readonly secret: string } | null
  /** Everything that it has written so far. */
  readonly output: () => string
  /** Sends the signal and waits for the end. */
  readonly stop: (signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL') => Promise<Ending>
}

/** A test, or a script that ends what it started. */
export interface Stage {
  teardown(ending: () => unknown): unknown
}

export interface Ending {
  readonly code: number | null
  readonly signal: string | null
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const START = (scripts.start as string).replace(/^NODE_COMPILE_CACHE=\S+ exec node /, '').split(' ')

/** Several start at once, on machines that do other things as well. */
const READY_MS = 180_000

/**
 * Runs what `npm start` runs on a free port with these settings alone, and resolves when it is ready.
 * What still runs at the end of the test is stopped.
 */
export async function startServiceProcess(
  t: Stage,
  settings: Readonly<Record<string, string>>
): Promise<ServiceProcess> {
  const { PATH = '', HOME = '/', TMPDIR = tmpdir(), NODE_COMPILE_CACHE = '' } = process.env
  const child = spawn(process.execPath, START, {
    cwd: root,
    env: { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE, LODESTONE_PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  const keep = (chunk: Buffer) => {
    output += chunk
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const ended = new Promise<Ending>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal }))
  )
  const stop = async (signal: NodeJS.Signals): Promise<Ending> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return ended
  }
  t.teardown(() => stop('SIGTERM'))
  const url = await readyAddress(child, () => output)
  const [, id, secret] = /client id +(\S+)\s+client secret +(\S+)/.exec(output) ?? []
  const administrator = id && secret ? { id, secret } : null
  return { url, pid: child.pid ?? 0, administrator, output: () => output, stop }
}

/** The address that a service says it listens on; rejects with its output where it ends before. */
export async function readyAddress(child: ChildProcess, output: () => string): Promise<string> {
  const until = Date.now() + READY_MS
  while (Date.now() < until && child.exitCode === null) {
    const address = /"address":"([^"]+)"[^\n]*"msg":"ready"/.exec(output())?.[1]
    if (address !== undefined) return address
    await sleep(20)
  }
  throw new Error(`the service did not start:\n${output()}`)
}

/** A directory for an embedded database, removed at the end of the test. */
export function dataDirectory(t: Stage): string {
  const path = mkdtempSync(join(tmpdir(), 'lodestone-test-'))
  // Root runs PostgreSQL as another user, who must be able to enter.
  chmodSync(path, 0o711)
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  return path
}
