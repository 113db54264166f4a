import { randomUUID } from 'node:crypto'
import t from 'tap'
import { locksOf } from '../../../src/storage/books/custody-load.ts'
import { byItself } from '../../../src/storage/connection/statement.ts'
import type { Database } from '../../../src/storage/database.ts'
import { placeEntries } from '../../../src/storage/journal/journal.ts'
import { testDatabase } from '../../support/database.ts'
import { watched } from '../../support/watched.ts'

function entry() {
  const subject = randomUUID()
  return { kind: 'event', subject, organization: null, document: null, blind: false, body: {} }
}

/** One entry whose places are claimed behind the locks of batches. */
function claim(db: Database, batches: readonly string[], asked: string[] = []) {
  return db.transaction(async (tx) => {
    const behind = locksOf(batches)
    const placed = await placeEntries(watched(tx, asked), [entry()], {
      now: new Date(),
      expecting: true,
      behind
    })
    tx.send(byItself(placed.statement))
    return placed.first
  })
}

/** Lets the process see that it writes alone; until then locks are sent before the places are asked for. */
async function alone(db: Database): Promise<readonly string[]> {
  const first: string[] = []
  await claim(db, [], first)
  for (let n = 0; n < 20; n += 1) {
    const asked: string[] = []
    await claim(db, [], asked)
    if (asked.some((name) => name.startsWith('journal_claim_positions_behind'))) return first
  }
  throw new Error('it never claims')
}

async function storedBatch(db: Database): Promise<string> {
  const [row] = await db.query<{ id: string }>({
    text: `insert into batch (id, organization, number, position, birth, drawn_ug, found_ug)
      values (gen_random_uuid(), gen_random_uuid(), null, 1, 32768, 0, 0) returning id`
  })
  if (!row) throw new Error('nothing was inserted')
  return row.id
}

t.test('where places cannot be claimed, the locks go first by themselves', async (t) => {
  const db = await testDatabase(t)
  t.strictSame((await alone(db)).slice(0, 1), ['books_lock_wait'])
})

t.test(
  'a claim that waits for a batch does not hold the head of the journal meanwhile',
  async (t) => {
    const db = await testDatabase(t)
    await alone(db)
    const batch = await storedBatch(db)
    const other = await db.pool.connect()
    await other.query('begin')
    await other.query('select from batch where id = $1 for no key update', [batch])
    const waits = claim(db, [batch])
    for (;;) {
      const rows = await db.query({
        text: `select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
      })
      if (rows.length === 1) break
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const { rowCount } = await other.query('select from journal_head for update nowait')
    t.equal(rowCount, 1, 'whoever has the batch gets the head')
    await other.query('commit')
    other.release()
    t.type(await waits, 'number')
  }
)

t.test('a claim enters the books even where it locks nothing', async (t) => {
  const db = await testDatabase(t)
  await alone(db)
  const other = await db.pool.connect()
  await other.query('begin')
  const [lock] = locksOf([]).values.slice(-1)
  await other.query('select pg_advisory_xact_lock($1)', [lock])
  let done = false
  const waits = claim(db, []).then(() => {
    done = true
  })
  for (;;) {
    const rows = await db.query({
      text: `select from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`
    })
    if (rows.length === 1) break
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  t.notOk(done, 'it waits for whoever has the books to itself')
  await other.query('commit')
  other.release()
  await waits
})
