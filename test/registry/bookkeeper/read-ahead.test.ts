import t, { type Test } from 'tap'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { type Bookkeeper, createBookkeeper } from '../../../src/registry/bookkeeper/bookkeeper.ts'
import { KnownHistory } from '../../../src/storage/connection/known-history.ts'
import type { Database } from '../../../src/storage/database.ts'
import { kg } from '../../support/books.ts'
import { RandomHistory, threeMembers } from '../../support/random-history.ts'
import {
  electrolysis,
  envelope,
  type Member,
  NOW,
  otherProcess,
  place,
  playAtOnce,
  purchase,
  submit
} from '../../support/remembering.ts'
import { SEED, seeded } from '../../support/seed.ts'
import { type TestApp, testApp } from '../../support/service.ts'

/** Batches that are remembered: so few that all of them make room for others soon. */
const FEW = 8

function forgetful(t: Test, { deps }: TestApp, db: Database = deps.db): Bookkeeper {
  const keeper = createBookkeeper({ db, reference: deps.reference, now: NOW, remembers: FEW })
  t.teardown(() => keeper.close())
  return keeper
}

/** Records purchases until it writes alone, and as many more as make room of everything before. */
async function forget(keeper: Bookkeeper, by: Member): Promise<void> {
  for (let n = 0; n < 20 + 2 * FEW; n += 1) await submit(keeper, by, purchase(by).document)
}

/** Somebody whose bookkeeper has forgotten a batch of 100 kg, and remembers others. */
async function forgotten(t: Test, changed: (db: Database) => Database = (db) => db) {
  const { service, by, oxide } = await place(t)
  const keeper = forgetful(t, service, changed(service.deps.db))
  await forget(keeper, by)
  return { service, by, oxide, keeper, remembered: () => keeper.state().remembered }
}

t.test('what a group needs and nobody remembers is read before its turn', async (t) => {
  t.test('batches and their accounts', async (t) => {
    const { service, by, oxide, keeper, remembered } = await forgotten(t)
    const before = remembered()
    const answers = await Promise.all(
      ['30', '30', '40'].map((mass) =>
        submit(keeper, by, electrolysis(by, oxide, mass, `${Number(mass) * 0.75}`).document)
      )
    )
    t.ok(answers.every(({ status }) => status === 'accepted'))
    t.ok(remembered() > before, 'judged by memory')
    await submit(keeper, by, purchase(by).document)
    const more = await submit(keeper, by, electrolysis(by, oxide, '1', '0.75').document)
    t.match(more, { status: 'refused', findings: [{ code: 'BATCH_OVERDRAWN' }] })
    t.same((await verifyBooks(service.deps)).differences, [])
  })

  t.test('shipments and what is in them, and what a number stands for', async (t) => {
    const { service, by, keeper, remembered } = await forgotten(t)
    const organization = await service.organization()
    const to = { organization, facility: await service.facility(organization) }
    const lot = purchase(by, '100', { number: 'LOT 1' })
    await submit(keeper, by, lot.document)
    const lines = [{ batch: lot.batch, mass: kg('40') }]
    const sent = { ...envelope(by, 'ship'), to: organization, ownership: 'transferred', lines }
    t.equal((await submit(keeper, by, sent)).status, 'accepted')
    await forget(keeper, by)
    const before = remembered()
    const receipt = { ...envelope(to, 'receive'), shipment: sent.id, outcome: 'accepted', lines }
    const { document } = electrolysis(by, lot.batch, '60', '45')
    const number = { organization: by.organization, number: 'LOT 1' }
    const inputs = [{ batch: number, mass: kg('60') }]
    t.equal((await submit(keeper, to, receipt)).status, 'accepted')
    t.equal((await submit(keeper, by, { ...document, inputs })).status, 'accepted')
    t.equal(remembered(), before + 2, 'both judged by memory')
    t.same((await verifyBooks(service.deps)).differences, [])
  })

  t.test('and what is not there at all the group finds out itself', async (t) => {
    const { by, keeper } = await forgotten(t)
    const { batch } = purchase(by)
    const answer = await submit(keeper, by, electrolysis(by, batch, '1', '0.75').document)
    t.match(answer, { status: 'refused', findings: [{ code: 'BATCH_UNKNOWN' }] })
  })
})

t.test('what the database may not show yet is not read', async (t) => {
  // A history in which nothing is durable: any group that was forgotten may still be under way.
  const { service, by, oxide, keeper, remembered } = await forgotten(t, (db) =>
    Object.create(db, {
      history: { value: new KnownHistory() },
      pool: { value: db.pool },
      expected: { value: db.expected },
      transaction: { value: db.transaction.bind(db) },
      inLine: { value: db.inLine.bind(db) },
      query: { value: db.query.bind(db) }
    })
  )
  const before = remembered()
  const answer = await submit(keeper, by, electrolysis(by, oxide, '100', '75').document)
  t.equal(answer.status, 'accepted', 'the group reads it, behind locks')
  t.equal(remembered(), before)
  t.same((await verifyBooks(service.deps)).differences, [])
})

t.test('who waits for what is read is answered before the bookkeeper closes', async (t) => {
  const { by, oxide, keeper } = await forgotten(t)
  const answer = submit(keeper, by, electrolysis(by, oxide, '100', '75').document)
  await keeper.close()
  t.equal((await answer).status, 'accepted')
})

t.test(`random histories of a process that forgets soon (seed ${SEED})`, async (t) => {
  for (const corrections of [false, true]) {
    const service = await testApp(t, { now: NOW })
    const other = await otherProcess(t, service)
    const keeper = forgetful(t, service)
    const random = seeded(SEED)
    const members = await threeMembers(service)
    const made = new RandomHistory(seeded(SEED + 211), members, corrections)
    await playAtOnce(made, {
      events: 500,
      most: 6,
      random,
      keeperOf: (n) => (n > 300 && random() < 0.02 ? other : keeper)
    })
    const { remembered } = keeper.state()
    t.ok(remembered > 5, `${remembered} groups are judged by memory`)
    t.same((await verifyBooks(service.deps)).differences, [], 'the books are those of a replay')
  }
})
