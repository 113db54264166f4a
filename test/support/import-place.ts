import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { type HttpClient, signIn } from './http-client.ts'
import { LINES, lines, purchase } from './imports.ts'
import { dataDirectory, type ServiceProcess, startServiceProcess } from './service-process.ts'

/** The real program with an organization that imports. */
export interface ImportPlace {
  readonly settings: Readonly<Record<string, string>>
  readonly service: ServiceProcess
  readonly admin: HttpClient
  readonly producer: HttpClient
  readonly client: string
  readonly facility: string
}

export async function importPlace(
  t: Test,
  given: Readonly<Record<string, string>>
): Promise<ImportPlace> {
  const settings = { LODESTONE_DATA_DIR: dataDirectory(t), ...given }
  const service = await startServiceProcess(t, settings)
  if (!service.administrator) throw new Error('there is no administrator')
  const admin = await signIn(service.url, service.administrator)
  const { id } = await admin.made('/v1/organizations', { name: 'Works', country: 'FI' })
  const wanted = { organization: id, name: 'Planning', roles: ['producer'] }
  const credentials = await admin.made('/v1/clients', wanted)
  const producer = await signIn(service.url, credentials)
  const stages = ['storage_transport_trade']
  const site = { name: 'Works', country: 'FI', stages, validFrom: '2020-01-01' }
  const facility = (await producer.made('/v1/facilities', site)).id
  return { settings, service, admin, producer, client: credentials.id, facility }
}

/** Purchases under ids of their own; every tenth has none, and every hundredth line is broken. */
export function upload(
  facility: string,
  count: number
): { text: string; batches: readonly string[] } {
  const batches = Array.from({ length: count }, () => randomUUID())
  const documents = batches.map((batch, n) =>
    n % 100 === 99 ? '{broken' : purchase(facility, batch, n % 10 === 0 ? { id: null } : {})
  )
  return { text: lines(...documents), batches: batches.filter((_, n) => n % 100 !== 99) }
}

/** The same with every fourth line the same one, without an id: a sample of the first batch. */
export function uploadWithSamples(facility: string, count: number): ReturnType<typeof upload> {
  const { text, batches } = upload(facility, (count * 3) / 4)
  const sample = JSON.stringify({
    type: 'adjust',
    time: '2026-10-01T06:00:00Z',
    facility,
    reason: 'sampling',
    batch: batches[0],
    direction: 'decrease',
    mass: { value: '1', unit: 'KGM', basis: 'dry' }
  })
  return { text: text.replace(/(.*\n){3}/g, (three) => `${three}${sample}\n`), batches }
}

/** Sends an upload; the id of its import. */
export async function submitted(client: HttpClient, text: string): Promise<string> {
  const answer = await client.post('/v1/imports', text, LINES)
  if (answer.status !== 202) throw new Error(`no import: ${answer.text}`)
  return answer.body.id
}

/** A machine that is busy with other things as well takes its time. */
const LONGEST_MS = 240_000

/** Asks until what is asked for holds; a service that is gone is asked again. */
export async function until(
  client: HttpClient,
  id: string,
  holds: (job: Job) => boolean
): Promise<Job> {
  const end = Date.now() + LONGEST_MS
  while (Date.now() < end) {
    const answer = await client.get(`/v1/imports/${id}`).catch(() => null)
    if (answer?.status === 200 && holds(answer.body)) return answer.body
    await sleep(20)
  }
  throw new Error(`import ${id} does not get there`)
}

/** An import as the service tells of it. */
// biome-ignore lint/suspicious/noExplicitAny: as HttpAnswer
export type Job = any

export const isOver = (job: Job) => job.finishedAt !== undefined

/** The batches that are in the books, each as often as it is listed. */
export async function recordedBatches(client: HttpClient): Promise<string[]> {
  const found: string[] = []
  for (let path = '/v1/batches?limit=100'; path !== ''; ) {
    const { body, headers } = await client.get(path)
    found.push(...body.items.map(({ id }: { id: string }) => id))
    path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? ''
  }
  return found
}
