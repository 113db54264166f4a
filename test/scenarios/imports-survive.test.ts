/** Imports by the real program: killed, doubled, revoked and kept small; every item counts once. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { testDatabaseUrl } from '../support/database.ts'
import { type HttpClient, httpClient, signIn } from '../support/http-client.ts'
import { lines, purchase } from '../support/imports.ts'
import {
  dataDirectory,
  type ServiceProcess,
  startServiceProcess
} from '../support/service-process.ts'

const LINES = { 'content-type': 'application/x-ndjson' }
const MB = 1024 * 1024

interface Place {
  readonly settings: Readonly<Record<string, string>>
  readonly service: ServiceProcess
  readonly admin: HttpClient
  readonly producer: HttpClient
  readonly client: string
  readonly facility: string
}

async function place(t: Test): Promise<Place> {
  const settings = { DATABASE_URL: await testDatabaseUrl(), LODESTONE_DATA_DIR: dataDirectory(t) }
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
function upload(facility: string, count: number): { text: string; batches: readonly string[] } {
  const batches = Array.from({ length: count }, () => randomUUID())
  const documents = batches.map((batch, n) =>
    n % 100 === 99 ? '{broken' : purchase(facility, batch, n % 10 === 0 ? { id: null } : {})
  )
  return { text: lines(...documents), batches: batches.filter((_, n) => n % 100 !== 99) }
}

async function submit(client: HttpClient, text: string): Promise<string> {
  const answer = await client.post('/v1/imports', text, LINES)
  if (answer.status !== 202) throw new Error(`no import: ${answer.text}`)
  return answer.body.id
}

/** Asks until what is asked for holds; a service that is gone is asked again. */
async function until(
  client: HttpClient,
  id: string,
  holds: (job: HttpClientBody) => boolean
): Promise<HttpClientBody> {
  const end = Date.now() + 90_000
  while (Date.now() < end) {
    const answer = await client.get(`/v1/imports/${id}`).catch(() => null)
    if (answer?.status === 200 && holds(answer.body)) return answer.body
    await sleep(20)
  }
  throw new Error(`import ${id} does not get there`)
}

// biome-ignore lint/suspicious/noExplicitAny: as HttpAnswer
type HttpClientBody = any

const isOver = (job: HttpClientBody) => job.finishedAt !== undefined

async function results(client: HttpClient, id: string): Promise<HttpClientBody[]> {
  return (await client.get(`/v1/imports/${id}/results?limit=10000`)).body.items
}

/** The events that stand in the journal, counted by what the batches of the organization are. */
async function recordedBatches(client: HttpClient): Promise<string[]> {
  const found: string[] = []
  for (let path = '/v1/batches?limit=100'; path !== ''; ) {
    const { body, headers } = await client.get(path)
    found.push(...body.items.map(({ id }: { id: string }) => id))
    path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? ''
  }
  return found
}

t.test('an import whose process is killed, twice, counts every item once', async (t) => {
  const { settings, service, producer, facility } = await place(t)
  const { text, batches } = upload(facility, 4_000)
  const id = await submit(producer, text)
  let current = service
  let client = producer
  const killedAt: number[] = []
  for (const share of [0.1, 0.5]) {
    const job = await until(client, id, ({ progress }) => progress.items >= 4_000 * share)
    await current.stop('SIGKILL')
    killedAt.push(job.progress.items)
    current = await startServiceProcess(t, settings)
    client = httpClient(current.url, producer.token)
  }
  const job = await until(client, id, isOver)
  t.comment(`killed behind items ${killedAt.join(' and ')} of 4000`)
  t.ok(
    killedAt.every((items) => items < 4_000),
    'killed under way'
  )
  t.match(job, {
    state: 'done',
    progress: { items: 4_000, accepted: 3_960, replayed: 0, refused: 40 }
  })
  const all = await results(client, id)
  t.strictSame(
    all.map(({ item }) => item),
    Array.from({ length: 4_000 }, (_, item) => item),
    'one result an item'
  )
  const found = await recordedBatches(client)
  t.equal(found.length, batches.length, 'and one batch a purchase')
  t.strictSame(new Set(found), new Set(batches))
  const again = await until(client, await submit(client, text), isOver)
  t.match(again.progress, { accepted: 0, replayed: 3_960 }, 'the same upload adds nothing')
})

t.test('two processes work on two imports and take over from each other', async (t) => {
  const { settings, producer, facility } = await place(t)
  const second = await startServiceProcess(t, settings)
  const other = httpClient(second.url, producer.token)
  const uploads = [upload(facility, 1_500), upload(facility, 1_500), upload(facility, 1_500)]
  const ids = await Promise.all(
    uploads.map(({ text }, n) => submit(n % 2 === 0 ? producer : other, text))
  )
  await until(producer, ids[0] ?? '', ({ progress }) => progress.items >= 300)
  const { body } = await producer.get('/v1/imports')
  const running = body.items.filter(({ state }: HttpClientBody) => state === 'running')
  t.equal(running.length, 2, 'each works on one')
  await second.stop('SIGKILL')
  const jobs = await Promise.all(ids.map((id) => until(producer, id, isOver)))
  for (const job of jobs) {
    t.match(job, { state: 'done', progress: { items: 1_500, accepted: 1_485, refused: 15 } })
  }
  const found = await recordedBatches(producer)
  t.equal(found.length, 3 * 1_485)
  t.strictSame(new Set(found), new Set(uploads.flatMap(({ batches }) => batches)))
})

t.test('nothing is accepted after the client was revoked or the import cancelled', async (t) => {
  const { service, admin, producer, client, facility } = await place(t)
  const cancelled = await submit(producer, upload(facility, 6_000).text)
  await until(producer, cancelled, ({ progress }) => progress.items > 0)
  const stopped = await producer.delete(`/v1/imports/${cancelled}`)
  const { state, progress } = stopped.body
  t.equal(state, 'cancelled')
  t.ok(progress.items < 6_000, `cancelled behind item ${progress.items}`)
  await sleep(1_000)
  t.equal((await until(producer, cancelled, isOver)).progress.items, progress.items)
  const before = await recordedBatches(producer)
  t.equal(before.length, progress.accepted)

  const { body: clients } = await producer.get('/v1/clients')
  const { organization } = clients.items[0]
  const wanted = { organization, name: 'Colleague', roles: ['producer'] }
  const colleague = await signIn(service.url, await admin.made('/v1/clients', wanted))
  const revoked = await submit(producer, upload(facility, 6_000).text)
  await until(colleague, revoked, ({ progress }) => progress.items > 0)
  t.equal((await admin.delete(`/v1/clients/${client}`)).status, 204)
  const job = await until(colleague, revoked, isOver)
  t.match(job, { state: 'failed', failure: { code: 'FORBIDDEN', message: /revoked/ } })
  t.ok(job.progress.items < 6_000, `revoked behind item ${job.progress.items}`)
  const after = await recordedBatches(colleague)
  t.equal(after.length, before.length + job.progress.accepted, 'only what has a result is there')
})

t.test('memory stays bounded', async (t) => {
  const { service, producer, facility } = await place(t)
  const event = JSON.stringify(purchase(facility, randomUUID()))
  const padding = JSON.stringify({ type: 'x', note: 'n'.repeat(4_000) })
  const count = Math.ceil((32 * MB) / (padding.length * 20 + event.length))
  const block = `${`${padding}\n`.repeat(20)}${event}\n`
  const rest = residentMb(service.pid)
  const id = await submit(producer, block.repeat(count))
  let peak = 0
  const job = await until(producer, id, (current) => {
    peak = Math.max(peak, residentMb(service.pid))
    return isOver(current)
  })
  t.comment(
    `${(job.size / MB).toFixed(0)} MB, ${job.progress.items} items: ${rest} MB at rest, ${peak} MB at most`
  )
  t.match(job.progress, { accepted: 1, replayed: count - 1, refused: 20 * count })
  t.ok(peak < 350, `${peak} MB are less than 350`)
  const single = await submit(producer, `{"type":"${'x'.repeat(60 * MB)}"}`)
  const long = await until(producer, single, isOver)
  t.match(long.progress, { items: 1, refused: 1 })
  t.ok(residentMb(service.pid) < 350, 'nor does a line of 60 MB need room')
})

function residentMb(pid: number): number {
  const [, kb] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kb) / 1024)
}
