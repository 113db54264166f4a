/** A server that has no room for another connection: those that are there serve everybody, in turn. */
import pg from 'pg'
import t, { type Test } from 'tap'
import { poolState } from '../../../src/storage/connection/pool-state.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { poolSettings } from '../../support/database.ts'
import { dataDirectory, start, until } from '../../support/embedded.ts'

const server = await start(t, dataDirectory(t), { settings: { max_connections: '8' } })
const ask = (db: Database) => db.query({ text: 'select 1 as n, pg_sleep(0.02)' })
const askInTransaction = (db: Database) => db.transaction((tx) => tx.query({ text: 'select 1' }))

async function opened(t: Test, settings: object = {}): Promise<Database> {
  const db = await openDatabase({ ...poolSettings, ...settings, url: server.url })
  t.teardown(() => db.close())
  return db
}

/** Others take what is left, until PostgreSQL refuses; answers how they go again. */
async function filled(t: Test): Promise<() => Promise<void>> {
  const others: pg.Client[] = []
  for (;;) {
    const other = new pg.Client({ connectionString: server.url })
    other.on('error', () => {})
    try {
      await other.connect()
    } catch (error) {
      t.match(error, { code: '53300' })
      break
    }
    others.push(other)
  }
  const gone = async () => {
    await Promise.all(others.splice(0).map((other) => other.end()))
  }
  t.teardown(gone)
  return gone
}

t.test('whoever asks waits for a connection that is there, and more are made later', async (t) => {
  const db = await opened(t)
  await ask(db)
  const leave = await filled(t)
  const open = poolState(db).open
  const many = Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? ask(db) : askInTransaction(db)))
  const answers = await Promise.allSettled(many)
  t.strictSame(
    answers.filter(({ status }) => status === 'rejected'),
    []
  )
  t.equal(poolState(db).open, open, 'there were no others')
  await leave()
  await until(async () => {
    await Promise.all(Array.from({ length: 8 }, () => ask(db).catch(() => {})))
    return poolState(db).open > open
  })
  t.ok(poolState(db).open > open, 'when there is room again')
})

t.test('it waits no longer than for a connection of a full pool', async (t) => {
  const db = await opened(t, { connectTimeoutMs: 300 })
  const held = Promise.withResolvers<void>()
  const hold = () =>
    db.transaction(async (tx) => {
      await tx.query({ text: 'select 1' })
      await held.promise
    })
  const holding = Array.from({ length: poolState(db).open }, hold)
  await until(() => poolState(db).idle === 0)
  await filled(t)
  await t.rejects(ask(db), { code: 'UNAVAILABLE' })
  held.resolve()
  await Promise.all(holding)
  t.match(await ask(db), [{ n: 1 }])
})

t.test('where it has none, it is refused at once', async (t) => {
  await filled(t)
  await t.rejects(openDatabase({ ...poolSettings, url: server.url }))
})
