/** Imports by the real program: killed, doubled, revoked and kept small; every item counts once. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Database } from '../../src/storage/database.ts'
import { testDatabase, testDatabaseUrl } from '../support/database.ts'
import { httpClient, signIn } from '../support/http-client.ts'
import {
  importPlace,
  isOver,
  type Job,
  recordedBatches,
  submitted,
  until,
  upload,
  uploadWithSamples
} from '../support/import-place.ts'
import { purchase } from '../support/imports.ts'
import { startServiceProcess } from '../support/service-process.ts'

const MB = 1024 * 1024
/** Enough to be killed twice under way. */
const ITEMS = 2_000
const SAMPLES = ITEMS / 4
const BROKEN = (ITEMS - SAMPLES) / 100

t.test('an import whose process is killed, twice, counts every item once', async (t) => {
  const { settings, service, producer, facility } = await importPlace(t, {
    DATABASE_URL: await testDatabaseUrl()
  })
  const { text, batches } = uploadWithSamples(facility, ITEMS)
  const id = await submitted(producer, text)
  let current = service
  let client = producer
  const killedAt: number[] = []
  for (const share of [0.1, 0.5]) {
    const job = await until(client, id, ({ progress }) => progress.items >= ITEMS * share)
    await current.stop('SIGKILL')
    killedAt.push(job.progress.items)
    current = await startServiceProcess(t, settings)
    client = httpClient(current.url, producer.token)
  }
  const job = await until(client, id, isOver)
  t.comment(`killed behind items ${killedAt.join(' and ')} of ${ITEMS}`)
  t.ok(
    killedAt.every((items) => items < ITEMS),
    'killed under way'
  )
  t.match(job, {
    state: 'done',
    progress: { items: ITEMS, accepted: ITEMS - BROKEN, replayed: 0, refused: BROKEN }
  })
  const all: Job[] = (await client.get(`/v1/imports/${id}/results?limit=10000`)).body.items
  t.strictSame(
    all.map(({ item }) => item),
    Array.from({ length: ITEMS }, (_, item) => item),
    'one result an item'
  )
  const found = await recordedBatches(client)
  t.equal(found.length, batches.length, 'and one batch a purchase')
  t.strictSame(new Set(found), new Set(batches))
  const { body: sampled } = await client.get(`/v1/batches/${batches[0]}`)
  t.equal(sampled.holdings[0].massKg, `${700 - SAMPLES}`, 'and one sample a line of it')
  const again = await until(client, await submitted(client, text), isOver)
  t.match(again.progress, { accepted: 0, replayed: ITEMS - BROKEN }, 'the same upload adds nothing')
})

t.test('two processes work on two imports and take over from each other', async (t) => {
  const url = await testDatabaseUrl()
  const { settings, producer, facility } = await importPlace(t, { DATABASE_URL: url })
  const db = await testDatabase(t, { url })
  const second = await startServiceProcess(t, settings)
  const other = httpClient(second.url, producer.token)
  const uploads = [upload(facility, 1_500), upload(facility, 1_500), upload(facility, 1_500)]
  const submissions = Promise.all(
    uploads.map(({ text }, n) => submitted(n % 2 === 0 ? producer : other, text))
  )
  t.equal(await mostHeldAtOnce(db, uploads.length), 2, 'each works on one')
  const ids = await submissions
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
  const { service, admin, producer, client, facility } = await importPlace(t, {
    DATABASE_URL: await testDatabaseUrl()
  })
  const cancelled = await submitted(producer, upload(facility, 6_000).text)
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
  const revoked = await submitted(producer, upload(facility, 6_000).text)
  await until(colleague, revoked, ({ progress }) => progress.items > 0)
  t.equal((await admin.delete(`/v1/clients/${client}`)).status, 204)
  const job = await until(colleague, revoked, isOver)
  t.match(job, { state: 'failed', failure: { code: 'FORBIDDEN', message: /revoked/ } })
  t.ok(job.progress.items < 6_000, `revoked behind item ${job.progress.items}`)
  const after = await recordedBatches(colleague)
  t.equal(after.length, before.length + job.progress.accepted, 'only what has a result is there')
})

/** A line of 60 MB that is held, as bytes and as text, takes the service beyond it. */
const BOUNDED_MB = 400

t.test('memory stays bounded', async (t) => {
  const { service, producer, facility } = await importPlace(t, {
    DATABASE_URL: await testDatabaseUrl()
  })
  const event = JSON.stringify(purchase(facility, randomUUID()))
  const padding = JSON.stringify({ type: 'x', note: 'n'.repeat(4_000) })
  const count = Math.ceil((32 * MB) / (padding.length * 20 + event.length))
  const block = `${`${padding}\n`.repeat(20)}${event}\n`
  const rest = residentMb(service.pid)
  const id = await submitted(producer, block.repeat(count))
  let peak = 0
  const job = await until(producer, id, (current) => {
    peak = Math.max(peak, residentMb(service.pid))
    return isOver(current)
  })
  t.comment(
    `${(job.size / MB).toFixed(0)} MB, ${job.progress.items} items: ${rest} MB at rest, ${peak} MB at most`
  )
  t.match(job.progress, { accepted: 1, replayed: count - 1, refused: 20 * count })
  // The floor is measured by the benchmark, on its own; here, that what is imported is not held.
  t.ok(peak < BOUNDED_MB, `${peak} MB are less than ${BOUNDED_MB}`)
  const single = await submitted(producer, `{"type":"${'x'.repeat(60 * MB)}"}`)
  const long = await until(producer, single, isOver)
  t.match(long.progress, { items: 1, refused: 1 })
  const after = residentMb(service.pid)
  t.ok(after < BOUNDED_MB, `nor does a line of 60 MB need room: ${after} MB`)
})

/**
 * How many imports had a worker at one and the same time. A process works on one at a time, so two
 * are the work of two. Looks from before the first is received until two are held, or `count` are over.
 */
async function mostHeldAtOnce(db: Database, count: number): Promise<number> {
  for (let most = 0; ; await sleep(5)) {
    const [now] = await db.query<{ held: number; over: number }>({
      text: `select count(*) filter (where lease_until > clock_timestamp())::int as held,
          count(*) filter (where finished_at is not null)::int as over
        from import_job`
    })
    most = Math.max(most, now?.held ?? 0)
    if (most >= 2 || now?.over === count) return most
  }
}

function residentMb(pid: number): number {
  const [, kb] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kb) / 1024)
}
