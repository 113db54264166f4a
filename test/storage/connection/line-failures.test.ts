import type { PoolClient } from 'pg'
import t from 'tap'
import type { Database, Transaction } from '../../../src/storage/database.ts'
import { testDatabase } from '../../support/database.ts'

const writing =
  (n: number) =>
  async (tx: Transaction): Promise<number> => {
    tx.send({ text: 'insert into note select $1', values: [n] })
    return n
  }

/** The next statement that starts like this fails instead; the connection stays. Says how often. */
function refusing(db: Database, start: string): () => number {
  const patched = new WeakSet<PoolClient>()
  let count = 0
  db.pool.on('acquire', (client) => {
    if (patched.has(client)) return
    patched.add(client)
    const query = client.query.bind(client) as (...sent: unknown[]) => unknown
    const instead = (...[text, ...rest]: unknown[]) => {
      if (count > 0 || typeof text !== 'string' || !text.startsWith(start))
        return query(text, ...rest)
      count += 1
      return query('select 1 / 0', ...rest)
    }
    client.query = instead as typeof client.query
  })
  return () => count
}

t.test('a connection whose COMMIT is refused serves nobody else', async (t) => {
  const db = await testDatabase(t)
  await db.query({ text: 'create table note (n int primary key)' })
  const refused = refusing(db, 'commit')
  await t.rejects(db.inLine(() => writing(1)))
  t.equal(refused(), 1)
  await t.resolves(
    db.query({ text: 'select from note' }),
    'whoever comes next is not in a transaction'
  )
  t.strictSame(await db.query({ text: 'select n from note' }), [], 'nothing of it stays')
  t.equal(await db.inLine(() => writing(2)), 2)
})

t.test('those behind it fail as well, and nobody after them', async (t) => {
  const db = await testDatabase(t)
  await db.query({ text: 'create table note (n int primary key)' })
  refusing(db, 'commit')
  const settled = await Promise.allSettled([1, 2].map((n) => db.inLine(() => writing(n))))
  t.equal(settled[0]?.status, 'rejected')
  t.equal(await db.inLine(() => writing(3)), 3)
  const rows = await db.query<{ n: number }>({ text: 'select n from note order by n' })
  t.strictSame(
    rows.map(({ n }) => n),
    settled[1]?.status === 'fulfilled' ? [2, 3] : [3]
  )
})

t.test('what awaits an answer has begun: where BEGIN is refused nothing is written', async (t) => {
  const db = await testDatabase(t)
  await db.query({ text: 'create table note (n int primary key)' })
  const refused = refusing(db, 'begin')
  const asking = async (tx: Transaction): Promise<void> => {
    await tx.query({ text: 'insert into note values (1)' })
  }
  await t.rejects(db.inLine(() => asking))
  t.equal(refused(), 1)
  t.strictSame(await db.query({ text: 'select n from note' }), [])
})

t.test('others have a connection while groups follow each other without an end', async (t) => {
  const db = await testDatabase(t, { poolSize: 2, connectTimeoutMs: 1000 })
  await db.query({ text: 'create table note (n int)' })
  let over = false
  const writer = async () => {
    for (let n = 0; !over; n += 1) await db.inLine(() => writing(n))
  }
  const writers = [writer(), writer(), writer()]
  const answers = await Promise.allSettled(
    Array.from({ length: 20 }, () => db.transaction(async (tx) => tx.query({ text: 'select 1' })))
  )
  over = true
  await Promise.all(writers)
  t.ok(answers.every(({ status }) => status === 'fulfilled'))
})
