import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { type Bookkeeper, createBookkeeper } from '../../../src/registry/bookkeeper/bookkeeper.ts'
import { ONE_TURN } from '../../../src/registry/bookkeeper/effort.ts'
import { BOOKS } from '../../../src/storage/books/corrections.ts'
import type { Database } from '../../../src/storage/database.ts'
import { kg } from '../../support/books.ts'
import {
  type Document,
  electrolysis,
  envelope,
  type Member,
  NOW,
  place,
  purchase,
  submit,
  unitOf
} from '../../support/remembering.ts'
import type { TestApp } from '../../support/service.ts'

/** Batches that are remembered, in two halves. */
const FEW = 8

/** What is asked ahead is told when it has been read, and waits for `goOn` from when `hold` was called. */
function gatedReads(db: Database) {
  let asked = Promise.withResolvers<void>()
  let gate = Promise.resolve()
  let then = () => {}
  const transaction: Database['transaction'] = async (work, options) => {
    const result = await db.transaction(work, options)
    if (!options?.readOnly) return result
    asked.resolve()
    await gate
    then()
    return result
  }
  return {
    db: Object.create(db, {
      transaction: { value: transaction },
      inLine: { value: db.inLine.bind(db) },
      query: { value: db.query.bind(db) },
      pool: { value: db.pool },
      expected: { value: db.expected },
      history: { value: db.history }
    }) as Database,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      asked = Promise.withResolvers<void>()
      return { read: asked.promise, goOn: resolve }
    },
    /** What happens when an answer is there, before anybody has seen it. */
    onAnswer(what: () => void) {
      then = what
    }
  }
}

/** Resolves when so many transactions or more wait for a lock. */
async function waiting({ deps }: TestApp, count: number): Promise<void> {
  for (;;) {
    const rows = await deps.db.query({
      text: `select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
    })
    if (rows.length >= count) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Two members and a bookkeeper that remembers little, and that writes alone. */
async function market(t: Test) {
  const { service, by } = await place(t)
  const organization = await service.organization()
  const to = { organization, facility: await service.facility(organization) }
  const gated = gatedReads(service.deps.db)
  const keeper = createBookkeeper({
    db: gated.db,
    reference: service.deps.reference,
    now: NOW,
    remembers: FEW
  })
  t.teardown(() => keeper.close())
  for (let n = 0; n < 20; n += 1) await accepted(keeper, by, purchase(by).document)
  return { service, by, to, keeper, hold: () => gated.hold(), onAnswer: gated.onAnswer }
}

async function accepted(keeper: Bookkeeper, by: Member, document: Document): Promise<void> {
  const answer = await submit(keeper, by, document)
  if (answer.status !== 'accepted') throw new Error(JSON.stringify(answer))
}

function shipment(from: Member, to: Member, batch: string, mass = '10') {
  const lines = [{ batch, mass: kg(mass) }]
  return { ...envelope(from, 'ship'), to: to.organization, ownership: 'transferred', lines }
}

function receipt(by: Member, shipment: string, batch: string, mass = '10') {
  const lines = [{ batch, mass: kg(mass) }]
  return { ...envelope(by, 'receive'), shipment, outcome: 'accepted', lines }
}

const found = (by: Member, batch: string, mass: string) => ({
  ...envelope(by, 'adjust'),
  batch,
  direction: 'increase',
  reason: 'stocktake',
  mass: kg(mass)
})

/** More than are judged by memory, of which only the first are accepted. */
function byReading(by: Member, documents: readonly Document[]) {
  const refused = () => electrolysis(by, randomUUID(), '1', '0.75').document
  return unitOf(by, [...documents, ...Array.from({ length: ONE_TURN }, refused)])
}

t.test('what a group did while a question was under way is not overwritten', async (t) => {
  // The answer names so many others that putting them down makes room of what the group has put.
  const { service, by, to, keeper, hold } = await market(t)
  const { batch, document } = purchase(by, '1000')
  await accepted(keeper, by, document)
  const sent = Array.from({ length: 18 }, () => shipment(by, to, batch))
  for (const each of sent) await accepted(keeper, by, each)
  const [first, ...others] = sent.map(({ id }) => id) as [string, ...string[]]

  const blocker = await service.deps.db.pool.connect()
  await blocker.query('select pg_advisory_lock($1)', [BOOKS])
  const received = keeper.submit(byReading(to, [receipt(to, first, batch)]))
  await waiting(service, 1)
  const { read, goOn } = hold()
  goOn()
  const named = keeper.submit(
    unitOf(
      by,
      others.slice(0, FEW).map((id) => receipt(by, id, batch))
    )
  )
  const again = keeper.submit({ ...unitOf(to, [receipt(to, first, batch)]), bulk: true })
  await read
  await blocker.query('select pg_advisory_unlock($1)', [BOOKS])
  blocker.release()
  t.match((await received)[0], { status: 'accepted' })
  t.match(await again, [{ status: 'refused' }], 'it cannot arrive twice')
  t.match((await named)[0], { status: 'refused' })
  t.same((await verifyBooks(service.deps)).differences, [])
})

t.test('nor is that to which a shipment leads, where it makes room meanwhile', async (t) => {
  // Where in its half the batch lies depends on how many were put before.
  for (let before = 0; before < FEW / 2; before += 1) {
    const { service, by, to, keeper, hold } = await market(t)
    const { batch, document } = purchase(by, '1000')
    await accepted(keeper, by, document)
    const sent = Array.from({ length: 1 + FEW + FEW / 2 }, () => shipment(by, to, batch))
    for (const each of sent) await accepted(keeper, by, each)
    const id = sent[0]?.id ?? ''
    const buy = (count: number) => Array.from({ length: count }, () => purchase(by).document)
    for (const each of buy(2 * FEW + before)) await accepted(keeper, by, each)

    const written = Promise.withResolvers<void>()
    const commits = Promise.withResolvers<void>()
    const group = keeper.submit({
      ...byReading(by, [found(by, batch, '15'), ...buy(FEW / 2)]),
      alongside: () => {
        written.resolve()
        return commits.promise
      }
    })
    await written.promise
    const { read, goOn } = hold()
    const arrives = keeper.submit({ ...unitOf(to, [receipt(to, id, batch)]), bulk: true })
    const question = await Promise.race([
      read.then(() => true),
      new Promise<false>((resolve) => setTimeout(resolve, 200, false))
    ])
    const meanwhile = keeper.submit(unitOf(by, buy(FEW / 2)))
    await waiting(service, 1)
    goOn()
    await new Promise((resolve) => setTimeout(resolve, 20))
    commits.resolve()
    t.match((await group)[0], { status: 'accepted' })
    t.match(await meanwhile, [{ status: 'accepted' }, {}, {}, {}])
    t.match(await arrives, [{ status: 'accepted' }])
    const more = await submit(keeper, to, found(to, batch, '15'))
    t.match(more, { status: 'refused' }, `no more is found than may be (asked ahead: ${question})`)
    t.same((await verifyBooks(service.deps)).differences, [])
  }
})

t.test('whoever comes when the last answer has just been read is answered as well', async (t) => {
  const { by, keeper, onAnswer } = await market(t)
  const unknown = () => submit(keeper, by, electrolysis(by, randomUUID(), '1', '0.75').document)
  for (let turns = 0; turns < 40; turns += 1) {
    const late = Promise.withResolvers<unknown>()
    onAnswer(() => {
      onAnswer(() => {})
      let chain = Promise.resolve()
      for (let n = 0; n < turns; n += 1) chain = chain.then(() => {})
      void chain.then(() => late.resolve(unknown()))
    })
    t.match(await unknown(), { status: 'refused' })
    const answer = await Promise.race([
      late.promise,
      new Promise((resolve) => setTimeout(resolve, 1500, 'no answer'))
    ])
    t.match(answer, { status: 'refused' }, `${turns} turns later`)
    if (answer === 'no answer') return
  }
})

t.test('what a group did to a batch that is read ahead counts', async (t) => {
  for (const [mass, status] of [
    ['15', 'refused'],
    ['2', 'accepted']
  ] as const) {
    const { service, by, to, keeper, hold } = await market(t)
    const { batch, document } = purchase(by, '1000')
    // Almost all of it: a stocktake finds no more than the tolerance of what came.
    const sent = shipment(by, to, batch, '900')
    await accepted(keeper, by, document)
    await accepted(keeper, by, sent)
    await accepted(keeper, to, receipt(to, sent.id, batch, '900'))
    for (let n = 0; n < 2 * FEW; n += 1) await accepted(keeper, by, purchase(by).document)

    const blocker = await service.deps.db.pool.connect()
    await blocker.query('select pg_advisory_lock($1)', [BOOKS])
    const first = keeper.submit(byReading(by, [found(by, batch, '15')]))
    await waiting(service, 1)
    const { read, goOn } = hold()
    goOn()
    const before = keeper.state().remembered
    const second = submit(keeper, to, found(to, batch, mass))
    await read
    await blocker.query('select pg_advisory_unlock($1)', [BOOKS])
    blocker.release()
    t.match((await first)[0], { status: 'accepted' })
    t.match(await second, { status })
    if (status === 'accepted') t.equal(keeper.state().remembered, before + 1, 'judged by memory')
    t.equal(keeper.state().figures.retries, 0, 'at the first try')
    t.same((await verifyBooks(service.deps)).differences, [])
  }
})

t.test('a bookkeeper closes when whoever waited for what is read has been answered', async (t) => {
  const { by, keeper, hold } = await market(t)
  const { read, goOn } = hold()
  let answered = false
  void submit(keeper, by, electrolysis(by, randomUUID(), '1', '0.75').document).then(() => {
    answered = true
  })
  const closed = keeper.close()
  await read
  await new Promise((resolve) => setTimeout(resolve, 50))
  goOn()
  await closed
  t.ok(answered)
})
