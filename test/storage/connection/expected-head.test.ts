import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { failureOf } from '../../../src/storage/connection/failure.ts'
import { byItself } from '../../../src/storage/connection/statement.ts'
import type { Database } from '../../../src/storage/database.ts'
import {
  appendEntries,
  type JournalEntry,
  placeEntries
} from '../../../src/storage/journal/journal.ts'
import { testDatabase, testDatabaseUrl } from '../../support/database.ts'
import { watched } from '../../support/watched.ts'

function entry(): JournalEntry {
  const subject = randomUUID()
  return { kind: 'event', subject, organization: null, document: null, blind: false, body: {} }
}

/** One entry by a writer that expects its place; `held` is called, and waited for, while it has it. */
function expecting(db: Database, held?: () => Promise<void>) {
  const asked: string[] = []
  const answer = db.transaction(async (tx) => {
    const terms = { now: new Date(), expecting: true }
    const { first, at, statement } = await placeEntries(watched(tx, asked), [entry()], terms)
    tx.send(byItself(statement))
    if (held) {
      await tx.query({ text: 'select' })
      await held()
    }
    return { first, at }
  })
  return answer.then((places) => ({ ...places, claimed: asked.length > 0 }))
}

/** A writer that has its place and keeps it until it is told what to do. */
function holding(db: Database) {
  const holds = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  const answer = expecting(db, () => {
    holds.resolve()
    return told.promise
  })
  answer.catch(holds.reject)
  return { answer, holds: holds.promise, goOn: told.resolve, fail: told.reject }
}

/** Resolves when so many transactions wait for a lock. */
async function waiting(db: Database, count: number): Promise<void> {
  for (;;) {
    const rows = await db.query({
      text: `select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
    })
    if (rows.length === count) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Lets a process see that it writes alone. */
async function alone(db: Database): Promise<void> {
  let claimed = false
  for (let n = 0; n < 20 && !claimed; n += 1) claimed = (await expecting(db)).claimed
  if (!claimed) throw new Error('it never expects anything')
}

/** What the journal holds: its positions, and what its head says is next. */
async function positions(db: Database) {
  const [row] = await db.query<{ next: string; held: string[] }>({
    text: `select next, (select array_agg(position order by position) from journal) as held
      from journal_head`
  })
  return { next: Number(row?.next), held: row?.held.map(Number) }
}

async function hasNoGap(t: Test, db: Database): Promise<void> {
  const { next, held } = await positions(db)
  t.strictSame(
    held,
    Array.from({ length: next }, (_, n) => n),
    `all ${next} positions, each once`
  )
}

t.test('a process that writes alone names its places', async (t) => {
  const db = await testDatabase(t)
  const [first] = [await expecting(db)]
  t.notOk(first.claimed, 'it asks at first')
  await alone(db)
  const places = [await expecting(db), await expecting(db)]
  t.ok(places.every(({ claimed }) => claimed))
  t.equal(places[1]!.first, places[0]!.first + 1)
  t.ok(places[1]!.at >= places[0]!.at, 'time follows position')
  const next = await db.transaction((tx) => appendEntries(tx, [entry()], new Date(0)))
  t.strictSame(next, { first: places[1]!.first + 1, at: places[1]!.at }, 'whoever asks follows')
  await hasNoGap(t, db)
})

t.test('whoever comes meanwhile follows', async (t) => {
  const db = await testDatabase(t)
  await alone(db)
  const before = await positions(db)
  const slow = holding(db)
  await slow.holds
  const other = expecting(db)
  await waiting(db, 1)
  t.strictSame(await positions(db), before, 'the later one waits for the first')
  slow.goOn()
  const all = await Promise.all([slow.answer, other])
  t.strictSame(
    all.map(({ first, claimed }) => [first - before.next, claimed]),
    [
      [0, true],
      [1, true]
    ]
  )
  await hasNoGap(t, db)
})

t.test('of several that wait, one that is let past another is tried again', async (t) => {
  const db = await testDatabase(t)
  await alone(db)
  const before = await positions(db)
  const slow = holding(db)
  await slow.holds
  const others = [expecting(db)]
  await waiting(db, 1)
  others.push(expecting(db))
  await waiting(db, 2)
  const ends = Promise.allSettled(others)
  slow.goOn()
  await slow.answer
  // PostgreSQL wakes both, and does not promise which of them comes first.
  for (const [n, end] of (await ends).entries()) {
    if (end.status === 'fulfilled') t.equal(end.value.first, before.next + 1 + n)
    else t.equal(failureOf(end.reason), 'contention')
  }
  await expecting(db)
  await hasNoGap(t, db)
})

t.test('where another process was first, nothing is written and a second try asks', async (t) => {
  const url = await testDatabaseUrl()
  const db = await testDatabase(t, { url })
  const other = await testDatabase(t, { url })
  await alone(db)
  const { first } = await other.transaction((tx) => appendEntries(tx, [entry()], new Date()))
  const error = await expecting(db).then(
    () => null,
    (reason: unknown) => reason
  )
  t.equal(failureOf(error), 'contention', 'it may be tried again')
  t.equal((await positions(db)).next, first + 1)
  const again = await expecting(db)
  t.strictSame([again.first, again.claimed], [first + 1, false])
  await hasNoGap(t, db)
})

t.test('what fails takes nobody else with it for good', async (t) => {
  const db = await testDatabase(t)
  await alone(db)
  const failing = holding(db)
  await failing.holds
  const behind = expecting(db)
  await waiting(db, 1)
  failing.fail(new Error('refused'))
  await t.rejects(failing.answer, { message: 'refused' })
  t.equal(failureOf(await behind.catch((error: unknown) => error)), 'contention')
  await alone(db)
  await hasNoGap(t, db)
})

t.test('places that came free and were given to somebody else with a slower clock', async (t) => {
  const url = await testDatabaseUrl()
  const db = await testDatabase(t, { url })
  const other = await testDatabase(t, { url })
  await alone(db)
  const failing = holding(db)
  await failing.holds
  const gate = await db.pool.connect()
  await gate.query('select pg_advisory_lock(1)')
  const late = db.transaction(async (tx) => {
    tx.send({ text: 'select pg_advisory_xact_lock(1)' })
    const placed = await placeEntries(tx, [entry()], { now: new Date(), expecting: true })
    tx.send(byItself(placed.statement))
  })
  const end = late.then(() => null, failureOf)
  await waiting(db, 1)
  failing.fail(new Error('refused'))
  await t.rejects(failing.answer, { message: 'refused' })
  await other.transaction((tx) => appendEntries(tx, [entry()], new Date(0)))
  await gate.query('select pg_advisory_unlock(1)')
  gate.release()
  t.equal(await end, 'contention', 'what it follows is not what it was judged by')
  await hasNoGap(t, db)
})

t.test('a clock ahead of this one in another process', async (t) => {
  const url = await testDatabaseUrl()
  const db = await testDatabase(t, { url })
  await alone(db)
  const ahead = '2999-01-01T00:00:00.000Z'
  await db.query({ text: 'update journal_head set at = $1', values: [ahead] })
  await t.rejects(expecting(db), { code: '22012' })
  t.equal((await expecting(db)).at, ahead)
  await alone(db)
  t.equal((await expecting(db)).at, ahead, 'it goes on from the later one')
})
