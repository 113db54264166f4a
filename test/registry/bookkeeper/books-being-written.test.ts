import t, { type Test } from 'tap'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { ONE_TURN } from '../../../src/registry/bookkeeper/effort.ts'
import { RememberedBooks } from '../../../src/registry/bookkeeper/remembered-books.ts'
import type { Unit } from '../../../src/registry/bookkeeper/submission.ts'
import { ExpectedHead } from '../../../src/storage/connection/expected-head.ts'
import { KnownHistory } from '../../../src/storage/connection/known-history.ts'
import { kg } from '../../support/books.ts'
import { RandomHistory, threeMembers } from '../../support/random-history.ts'
import {
  type Document,
  electrolysis,
  envelope,
  type Member,
  NOW,
  otherProcess,
  place,
  playAtOnce,
  purchase,
  submit,
  unitOf
} from '../../support/remembering.ts'
import { SEED, seeded } from '../../support/seed.ts'
import { type TestApp, testApp } from '../../support/service.ts'

const lines = (batches: readonly string[]) => batches.map((batch) => ({ batch, mass: kg('100') }))

function shipment(from: Member, to: Member, batches: readonly string[]) {
  const more = { to: to.organization, ownership: 'transferred', lines: lines(batches) }
  return { ...envelope(from, 'ship'), ...more }
}

function receipt(by: Member, shipment: string, batches: readonly string[]) {
  const more = { shipment, outcome: 'accepted', lines: lines(batches) }
  return { ...envelope(by, 'receive'), ...more }
}

/** The place, and somebody who receives what is shipped there; the bookkeeper remembers both. */
async function tradingPlace(t: Test) {
  const made = await place(t)
  const { service, by, oxide, settle } = made
  const organization = await service.organization()
  const to = { organization, facility: await service.facility(organization) }
  const { bookkeeper } = service.deps
  await settle()
  const sent = shipment(by, to, [oxide])
  const before = [
    await submit(bookkeeper, by, sent),
    await submit(bookkeeper, to, receipt(to, sent.id, [oxide]))
  ]
  t.strictSame(
    before.map(({ status }) => status),
    ['accepted', 'accepted']
  )
  await settle()
  return { ...made, to }
}

/** Resolves when so many transactions wait for a lock. */
async function waiting({ deps }: TestApp, count: number): Promise<void> {
  for (;;) {
    const rows = await deps.db.query({
      text: `select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
    })
    if (rows.length === count) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** More than are judged by memory, so that the unit reads the books and has a connection of its own. */
function many(by: Member, documents: readonly Document[]): Unit {
  const others = Array.from({ length: ONE_TURN }, () => purchase(by).document)
  return unitOf(by, [...documents, ...others])
}

/**
 * Has the place record `made` by reading, and `next` by memory while that is being committed; and stops
 * the rows of `next` on their way. `goOn` lets them through.
 */
async function stopped(service: TestApp, made: Unit, next: Unit) {
  const { db, bookkeeper } = service.deps
  const remembered = () => bookkeeper.state().remembered
  const written = Promise.withResolvers<void>()
  const commits = Promise.withResolvers<void>()
  const first = bookkeeper.submit({
    ...made,
    alongside: () => {
      written.resolve()
      return commits.promise
    }
  })
  await written.promise
  const before = remembered()
  const second = bookkeeper.submit(next)
  await waiting(service, 1)
  if (remembered() !== before + 1) throw new Error('the next was not judged by memory')
  const stop = await db.pool.connect()
  await stop.query('begin')
  const locked = stop.query('lock table posting in share mode')
  await waiting(service, 2)
  commits.resolve()
  await Promise.all([first, locked])
  await waiting(service, 1)
  return {
    answers: [first, second],
    goOn: async () => {
      await stop.query('commit')
      stop.release()
    }
  }
}

t.test('another process waits for what was judged before its batches were committed', async (t) => {
  t.test('lines of one shipment that are received at once', async (t) => {
    const { service, by, to } = await tradingPlace(t)
    const other = await otherProcess(t, service)
    const [one, two] = [purchase(by), purchase(by)]
    const sent = shipment(by, to, [one.batch, two.batch])
    const { answers, goOn } = await stopped(
      service,
      many(by, [one.document, two.document, sent]),
      unitOf(to, [receipt(to, sent.id, [one.batch])])
    )
    const theirs = submit(other, to, receipt(to, sent.id, [two.batch]))
    await waiting(service, 2)
    await goOn()
    const all = [...(await Promise.all(answers)).flat(), await theirs]
    t.ok(
      all.every(({ status }) => status === 'accepted'),
      'all accepted'
    )
    const open = await service.deps.db.query({
      text: 'select batch, open_ug from shipment_line where shipment = $1 and open_ug > 0',
      values: [sent.id]
    })
    t.strictSame(open, [], 'nothing is on its way')
    t.same((await verifyBooks(service.deps)).differences, [])
  })

  t.test('draws from one batch, without a deadlock', async (t) => {
    const { service, by } = await place(t)
    const other = await otherProcess(t, service)
    const oxide = purchase(by)
    const draw = () => electrolysis(by, oxide.batch, '50', '37').document
    const { answers, goOn } = await stopped(
      service,
      many(by, [oxide.document]),
      unitOf(by, [draw()])
    )
    const theirs = submit(other, by, draw())
    await waiting(service, 2)
    await goOn()
    const all = [...(await Promise.all(answers)).flat(), await theirs]
    t.ok(
      all.every(({ status }) => status === 'accepted'),
      'all accepted'
    )
    const keepers = [service.deps.bookkeeper, other]
    t.strictSame(
      keepers.map((keeper) => keeper.state().figures.retries),
      [0, 0],
      'nobody tried again'
    )
    t.same((await verifyBooks(service.deps)).differences, [])
  })
})

t.test(`random histories of clients that do not wait for answers (seed ${SEED})`, async (t) => {
  for (const corrections of [false, true]) {
    const service = await testApp(t, { now: NOW })
    const other = await otherProcess(t, service)
    const { bookkeeper } = service.deps
    const random = seeded(SEED)
    const members = await threeMembers(service)
    const made = new RandomHistory(seeded(SEED + 103), members, corrections)
    await playAtOnce(made, {
      events: 400,
      most: 2,
      random,
      keeperOf: (n) => (n > 200 && random() < 0.02 ? other : bookkeeper)
    })
    t.ok(bookkeeper.state().remembered > 10, 'many are judged by memory')
    t.same((await verifyBooks(service.deps)).differences, [], 'the books are those of a replay')
  }
})

t.test('a batch that made room for others counts as being written', async (t) => {
  const head = { expected: new ExpectedHead(), history: new KnownHistory() }
  t.strictSame(
    new RememberedBooks(head).unseen(['a']),
    ['a'],
    'to be locked once more does no harm'
  )
})
