/**
 * The load generator, in a process of its own: runs one job at a time for its parent and tells what
 * came of it. Requests are made before the clock starts.
 */

import { Stream } from '../chain/stream.ts'
import type { Cast } from '../register-cast.ts'
import { signature } from '../signer.ts'
import { Connection } from './connection.ts'
import { requestBytes } from './request.ts'

/** Every connection plays a chain of its own, each event after the one before was answered. */
export interface EventJob {
  readonly kind: 'events'
  readonly address: string
  readonly cast: Cast
  readonly seed: number
  readonly connections: number
  readonly seconds: number
  /** Most events of one connection. */
  readonly most: number
  /** Whether each carries a signature over its bytes. */
  readonly signed: boolean
  /** Whether each answer waits for the receipt of the log. */
  readonly receipts?: boolean
}

/** Every connection asks for the paths, one after the other, over and over. */
export interface GetJob {
  readonly kind: 'get'
  readonly address: string
  readonly paths: readonly string[]
  readonly token: string | null
  readonly connections: number
  readonly seconds: number
}

export type Job = EventJob | GetJob

export interface Outcome {
  readonly requests: number
  readonly seconds: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** How often each status came; one that is not 2xx is shown with a body. */
  readonly statuses: Readonly<Record<string, number>>
  readonly complaint: string | null
  readonly bytes: number
}

process.on('message', async (job: Job) => {
  const scripts = job.kind === 'events' ? eventScripts(job) : getScripts(job)
  process.send?.(await play(job, scripts))
})

function eventScripts(job: EventJob): Buffer[][] {
  return Array.from({ length: job.connections }, (_, index) => {
    const stream = new Stream(job.cast, job.seed * 100_003 + index)
    return Array.from({ length: job.most }, () => {
      const { by, document } = stream.next()
      const bytes = Buffer.from(JSON.stringify(document))
      const headers = [
        ...(job.signed ? [`lodestone-signature: ${signature(by.signer, bytes)}`] : []),
        ...(job.receipts ? ['prefer: wait=20'] : [])
      ]
      const body = { type: 'application/json', bytes, headers }
      return requestBytes('POST', '/v1/events', by.token, body)
    })
  })
}

function getScripts(job: GetJob): Buffer[][] {
  const requests = job.paths.map((path) => requestBytes('GET', path, job.token))
  return Array.from({ length: job.connections }, (_, index) => {
    const from = Math.floor((index * requests.length) / job.connections)
    return [...requests.slice(from), ...requests.slice(0, from)]
  })
}

async function play(job: Job, scripts: readonly (readonly Buffer[])[]): Promise<Outcome> {
  const connections = await Promise.all(scripts.map(() => Connection.open(job.address)))
  const tally = {
    statuses: {} as Record<string, number>,
    complaint: null as string | null,
    bytes: 0
  }
  const latencies: number[] = []
  const begun = performance.now()
  const until = begun + job.seconds * 1000
  await Promise.all(
    connections.map(async (connection, index) => {
      const script = scripts[index] ?? []
      for (let turn = 0; performance.now() < until; turn += 1) {
        if (turn >= script.length && job.kind === 'events') break
        const request = script[turn % script.length] as Buffer
        const asked = performance.now()
        const { status, size, beginning } = await connection.send(request)
        latencies.push(performance.now() - asked)
        tally.statuses[status] = (tally.statuses[status] ?? 0) + 1
        tally.bytes += size
        if (status >= 300) tally.complaint ??= beginning.toString('utf8', 0, 1000)
      }
    })
  )
  const seconds = (performance.now() - begun) / 1000
  for (const connection of connections) connection.close()
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0
  return {
    requests: latencies.length,
    seconds,
    perSecond: latencies.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    ...tally
  }
}
