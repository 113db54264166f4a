import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { readPidFile } from '../../src/storage/embedded/pid-file.ts'

/** SIGKILL to a postmaster and all its children at once, as a crash of the machine would end them. */
export async function killCluster(data: string): Promise<void> {
  const server = await readPidFile(data)
  if (server === null) throw new Error(`no postmaster runs on ${data}`)
  const victims = [server.pid, ...childrenOf(server.pid)]
  for (const pid of victims) kill(pid)
  while (victims.some(isAlive)) await sleep(10)
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.parent === parent)
}

function statOf(pid: number): { readonly state: string; readonly parent: number } | null {
  try {
    const [, state = '', parent = ''] =
      /^\d+ \(.*\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return { state, parent: Number(parent) }
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  const stat = statOf(pid)
  return stat !== null && stat.state !== 'Z'
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended in the meantime.
  }
}
