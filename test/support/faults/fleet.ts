import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { dataDirectory, type ServiceProcess, startServiceProcess } from '../service-process.ts'

/** Several processes of the service on one database, with one guard, as behind a load balancer. */
export class Fleet {
  readonly administrator: NonNullable<ServiceProcess['administrator']>
  readonly #t: Test
  readonly #settings: Readonly<Record<string, string>>
  readonly #running: ServiceProcess[]
  /** Where they listen; the same array all along, whoever is killed and started. */
  readonly urls: string[]

  private constructor(
    t: Test,
    settings: Readonly<Record<string, string>>,
    running: ServiceProcess[]
  ) {
    const [administrator, ...more] = running.flatMap((one) => one.administrator ?? [])
    if (!administrator || more.length > 0) throw new Error(`${more.length + 1} administrators`)
    this.administrator = administrator
    this.#t = t
    this.#settings = settings
    this.#running = running
    this.urls = running.map(({ url }) => url)
  }

  /** Starts all at once, as an orchestrator does. */
  static async start(t: Test, databaseUrl: string, size: number): Promise<Fleet> {
    const settings = { DATABASE_URL: databaseUrl, LODESTONE_DATA_DIR: dataDirectory(t) }
    const starting = Array.from({ length: size }, () => startServiceProcess(t, settings))
    return new Fleet(t, settings, await Promise.all(starting))
  }

  pid(index: number): number {
    return this.#at(index).pid
  }

  /** What they have written so far. */
  output(): string {
    return this.#running.map((one) => one.output()).join('\n')
  }

  kill(index: number): Promise<unknown> {
    return this.#at(index).stop('SIGKILL')
  }

  async restart(index: number): Promise<void> {
    const service = await startServiceProcess(this.#t, this.#settings)
    this.#running[index] = service
    this.urls[index] = service.url
  }

  /** The one that signs; -1 where nobody does, or where it does not answer. */
  async leader(): Promise<number> {
    const roles = await Promise.all(this.urls.map((url) => logOf(url).catch(() => null)))
    return roles.findIndex((log) => log?.role === 'leading')
  }

  async knownLeader(): Promise<number> {
    for (;;) {
      const leader = await this.leader()
      if (leader >= 0) return leader
      await sleep(50)
    }
  }

  /** Milliseconds until somebody publishes a head of more than `size` entries. */
  async growsBeyond(size: number, limitMs = 30_000): Promise<number> {
    const began = performance.now()
    while (performance.now() - began < limitMs) {
      const logs = await Promise.all(this.urls.map((url) => logOf(url).catch(() => null)))
      if (logs.some((log) => (log?.size ?? 0) > size)) return performance.now() - began
      await sleep(50)
    }
    return Number.POSITIVE_INFINITY
  }

  /** The largest head that anybody has published. */
  async size(): Promise<number> {
    const logs = await Promise.all(this.urls.map((url) => logOf(url).catch(() => null)))
    return Math.max(0, ...logs.map((log) => log?.size ?? 0))
  }

  #at(index: number): ServiceProcess {
    const service = this.#running[index]
    if (!service) throw new Error(`there is no process ${index}`)
    return service
  }
}

/** How the log stands as one process sees it; rejects where it does not answer within a second. */
export async function logOf(url: string): Promise<{ role: string; size: number }> {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) })
  return ((await answer.json()) as { log: { role: string; size: number } }).log
}
