import t from 'tap'
import { CommitUnknown } from '../../../src/storage/connection/transaction.ts'
import type { Database, Transaction } from '../../../src/storage/database.ts'
import { testDatabase } from '../../support/database.ts'

/** Somewhere to write, of each test its own. */
async function notes(db: Database): Promise<string> {
  const name = `note_${Math.random().toString(36).slice(2)}`
  await db.query({ text: `create table ${name} (n int primary key, pid int, tx xid8)` })
  return name
}

const writing =
  (table: string, n: number) =>
  async (tx: Transaction): Promise<number> => {
    const text = `insert into ${table} select $1, pg_backend_pid(), pg_current_xact_id()`
    tx.send({ text, values: [n] })
    return n
  }

const written = (db: Database, table: string) =>
  db.query<{ n: number; pid: number }>({ text: `select n, pid from ${table} order by tx` })

/** Keeps everybody from writing into the table until it is told. */
async function blocking(db: Database, table: string): Promise<() => Promise<void>> {
  const client = await db.pool.connect()
  await client.query('begin')
  await client.query(`lock table ${table} in share mode`)
  return async () => {
    await client.query('commit')
    client.release()
  }
}

async function waiting(db: Database): Promise<readonly number[]> {
  for (;;) {
    const rows = await db.query<{ pid: number }>({
      text: `select pid from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
    })
    if (rows.length > 0) return rows.map(({ pid }) => pid)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

t.test('a line accepts', async (t) => {
  t.test('transactions one after the other, on one connection, which goes back', async (t) => {
    const db = await testDatabase(t)
    const table = await notes(db)
    const answers = await Promise.all([3, 1, 2].map((n) => db.inLine(() => writing(table, n))))
    t.strictSame(answers, [3, 1, 2])
    const rows = await written(db, table)
    t.strictSame(
      rows.map(({ n }) => n),
      [3, 1, 2]
    )
    t.equal(new Set(rows.map(({ pid }) => pid)).size, 1)
    t.equal(db.pool.idleCount, db.pool.totalCount, 'nobody holds a connection')
  })

  t.test('the next while PostgreSQL still writes the one before', async (t) => {
    const db = await testDatabase(t)
    const table = await notes(db)
    const goOn = await blocking(db, table)
    const first = db.inLine(() => writing(table, 1))
    await waiting(db)
    const prepared = Promise.withResolvers<void>()
    const second = db.inLine(() => {
      prepared.resolve()
      return writing(table, 2)
    })
    await prepared.promise
    t.equal((await waiting(db)).length, 1, 'which waits behind it')
    await goOn()
    t.strictSame(await Promise.all([first, second]), [1, 2])
  })

  t.test('work that goes on while PostgreSQL does what was sent', async (t) => {
    const db = await testDatabase(t)
    const table = await notes(db)
    await db.query({ text: `alter table ${table} add begun timestamptz default clock_timestamp()` })
    const busy = await db.inLine(() => async (tx) => {
      await writing(table, 1)(tx)
      tx.flush()
      // The thread of this process stands still.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
      return new Date().toISOString()
    })
    const [row] = await db.query<{ early: boolean }>({
      text: `select begun < $1 as early from ${table}`,
      values: [busy]
    })
    t.equal(row?.early, true, 'it wrote the row before the work was over')
  })

  t.test('nothing where the work is declined, and whoever comes next', async (t) => {
    const db = await testDatabase(t)
    const table = await notes(db)
    const answers = await Promise.all([db.inLine(() => null), db.inLine(() => writing(table, 1))])
    t.strictSame(answers, [null, 1])
  })
})

t.test('a line protects', async (t) => {
  t.test('the others from one that PostgreSQL refuses', async (t) => {
    const db = await testDatabase(t)
    const table = await notes(db)
    const settled = await Promise.allSettled(
      [1, 1, 2].map((n) =>
        db.inLine(() => async (tx) => {
          await writing(table, n + 10)(tx)
          await writing(table, n)(tx)
        })
      )
    )
    t.strictSame(
      settled.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled']
    )
    t.strictSame(
      (await written(db, table)).map(({ n }) => n),
      [11, 1, 12, 2],
      'nothing of it stays'
    )
  })

  t.test('the others from work that throws, before and after it has sent', async (t) => {
    const db = await testDatabase(t)
    const table = await notes(db)
    const throwing = async (tx: Transaction): Promise<number> => {
      await writing(table, 7)(tx)
      throw new Error('on purpose')
    }
    const settled = await Promise.allSettled([
      db.inLine(() => writing(table, 1)),
      db.inLine(() => throwing),
      db.inLine(() => {
        throw new Error('on purpose')
      }),
      db.inLine(() => writing(table, 2))
    ])
    t.strictSame(
      settled.map((each) => (each.status === 'rejected' ? each.reason.message : each.value)),
      [1, 'on purpose', 'on purpose', 2]
    )
    t.strictSame(
      (await written(db, table)).map(({ n }) => n),
      [1, 2]
    )
    t.equal(db.pool.idleCount, db.pool.totalCount, 'nobody holds a connection')
  })

  t.test('from one that awaits an answer: the next waits for its turn', async (t) => {
    const db = await testDatabase(t)
    const table = await notes(db)
    const asking = async (tx: Transaction): Promise<number> => {
      await writing(table, 1)(tx)
      const [row] = await tx.query<{ n: number }>({ text: `select n from ${table}` })
      return row?.n ?? 0
    }
    t.strictSame(
      await Promise.all([db.inLine(() => asking), db.inLine(() => writing(table, 2))]),
      [1, 2]
    )
  })

  t.test('everybody from a connection that ends: the next has another', async (t) => {
    const db = await testDatabase(t)
    const table = await notes(db)
    const goOn = await blocking(db, table)
    // Before the session is ended: they may be told of it sooner than whoever ends it.
    const lost = Promise.allSettled([1, 2].map((n) => db.inLine(() => writing(table, n))))
    const [pid] = await waiting(db)
    await db.query({ text: 'select pg_terminate_backend($1)', values: [pid] })
    const settled = await lost
    t.ok(
      settled.every((each) => each.status === 'rejected' && each.reason instanceof CommitUnknown),
      'nobody knows what became of them'
    )
    await goOn()
    t.equal(await db.inLine(() => writing(table, 3)), 3)
    t.strictSame(
      (await written(db, table)).map(({ n }) => n),
      [3]
    )
  })
})
