import { readdirSync, readFileSync } from 'node:fs'
import type { Outcome } from './load/generator.ts'
import type { Area } from './profile.ts'
import type { Surroundings } from './surroundings.ts'

/** What one request costs in processor time, and on what the service spends it. */
export interface Costs {
  readonly name: string
  readonly requests: number
  readonly serviceUs: number
  /** Null where the system does not tell. */
  readonly postgresUs: number | null
  /** Share of its time that the thread of the service was at work. */
  readonly busy: number
  readonly areas: readonly Area[]
}

/** Plays a load once more and samples the service meanwhile. */
export async function measureCosts(
  here: Surroundings,
  name: string,
  play: () => Promise<Pick<Outcome, 'requests' | 'seconds'>>
): Promise<Costs> {
  await here.ask('profile')
  const [service, postgres] = [await here.usage(), await postgresMicroseconds(here)]
  const { requests, seconds } = await play()
  const used = (await here.usage()).cpuMicroseconds - service.cpuMicroseconds
  const usedByPostgres = await postgresMicroseconds(here)
  const areas = await here.ask<readonly Area[]>('profiled')
  return {
    name,
    requests,
    serviceUs: used / requests,
    postgresUs:
      postgres === null || usedByPostgres === null ? null : (usedByPostgres - postgres) / requests,
    busy: Math.min(1, used / (seconds * 1e6)),
    areas
  }
}

/** Of the server and everything that it started; a tick of the clock of Linux is 10 ms. */
async function postgresMicroseconds({ db }: Surroundings): Promise<number | null> {
  const [row] = await db.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
  const server = row && statOf(row.pid)?.parent
  if (server === undefined) return null
  const all = readdirSync('/proc').flatMap((name) => statOf(Number(name)) ?? [])
  const family = all.filter(({ pid, parent }) => pid === server || parent === server)
  const ended = family.find(({ pid }) => pid === server)?.endedChildren ?? 0
  return (family.reduce((sum, { ticks }) => sum + ticks, 0) + ended) * 10_000
}

function statOf(pid: number) {
  if (!Number.isInteger(pid)) return undefined
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [, parent = 0] = fields
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15)
    return { pid, parent, ticks: user + system, endedChildren: childUser + childSystem }
  } catch {
    return undefined
  }
}
