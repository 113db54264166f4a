import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t from 'tap'
import { RegistryError } from '../../src/errors.ts'
import { arrayParameter } from '../../src/storage/connection/array-parameter.ts'
import { failureOf } from '../../src/storage/connection/failure.ts'
import { ServerRefused } from '../../src/storage/connection/server-settings.ts'
import { isRetryable, sqlState } from '../../src/storage/connection/sql-error.ts'
import { CommitUnknown } from '../../src/storage/connection/transaction.ts'
import {
  type Database,
  openDatabase,
  type Queryable,
  type Transaction
} from '../../src/storage/database.ts'
import { appendEntries } from '../../src/storage/journal/journal.ts'
import { poolSettings, testDatabase, testDatabaseUrl } from '../support/database.ts'
import { DatabaseProxy } from '../support/database-proxy.ts'
import { socketDirectory } from '../support/test-cluster.ts'

const ENTRY = {
  kind: 'event',
  subject: 's',
  organization: null,
  document: null,
  blind: true,
  body: {}
}

async function one<Row>(
  db: Queryable,
  text: string,
  values: readonly unknown[] = []
): Promise<Row> {
  const [row] = await db.query<Row>({ text, values })
  return row!
}

function backend(db: Database): Promise<{ pid: number }> {
  return one(db, 'select pg_backend_pid() as pid')
}

t.test('database accepts', async (t) => {
  t.test(
    'times as RFC 3339 in UTC, dates as dates and int8 as text, by both ways of asking',
    async (t) => {
      const url = await testDatabaseUrl()
      const admin = await testDatabase(t, { url })
      const { name } = await one<{ name: string }>(admin, 'select current_database() as name')
      await admin.query({ text: `alter database ${name} set timezone = 'Australia/Perth'` })
      await admin.query({ text: `alter database ${name} set datestyle = 'SQL, DMY'` })
      const db = await testDatabase(t, { url })
      const row = await one(
        db,
        `select '2026-11-23T21:38:50.12+01:00'::timestamptz as centiseconds,
              '2026-11-23T20:38:50Z'::timestamptz as seconds,
              '2026-11-23T20:38:50.123456Z'::timestamptz as microseconds,
              'infinity'::timestamptz as never,
              array['2026-11-23T20:38:50Z'::timestamptz, null] as several,
              '2026-11-23'::date as day, 9007199254740993::int8 as large, 1.50::numeric as exact`
      )
      t.strictSame(row, {
        centiseconds: '2026-11-23T20:38:50.120Z',
        seconds: '2026-11-23T20:38:50.000Z',
        microseconds: '2026-11-23T20:38:50.123456Z',
        never: 'infinity',
        several: ['2026-11-23T20:38:50.000Z', null],
        day: '2026-11-23',
        large: '9007199254740993',
        exact: '1.50'
      })
      const at = new Date('2026-11-23T20:38:50.120Z')
      await db.transaction((tx) => appendEntries(tx, [ENTRY], at))
      const entry = await one(db, 'select at, position from journal')
      t.strictSame(entry, { at: '2026-11-23T20:38:50.120Z', position: '0' })
      const foreign = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ)
      t.ok(
        foreign('2026-11-23 20:38:50+00') instanceof Date,
        'other users of pg keep their parsers'
      )
    }
  )

  t.test('nothing in a list as nothing, whatever the server makes of NULL', async (t) => {
    const url = new URL(await testDatabaseUrl())
    url.searchParams.set('options', '-c array_nulls=off')
    const db = await testDatabase(t, { url: url.href })
    const values = [arrayParameter('bigint', [7n, null])]
    const [row] = await db.query({ text: 'select $1::bigint[] as list', values })
    t.strictSame(row, { list: ['7', null] })
  })

  t.test('no session to be ended because nobody asked anything for a while', async (t) => {
    const url = new URL(await testDatabaseUrl())
    url.searchParams.set('options', '-c idle_session_timeout=3s')
    const db = await testDatabase(t, { url: url.href })
    t.match(await one(db, 'show idle_session_timeout'), { idle_session_timeout: '0' })
  })

  t.test('no transaction to be ended because it takes long, where servers can', async (t) => {
    const url = await testDatabaseUrl()
    const admin = await testDatabase(t, { url })
    const version = `select current_setting('server_version_num')::int as version`
    const knows = (await one<{ version: number }>(admin, version)).version >= 170_000
    const { name } = await one<{ name: string }>(admin, 'select current_database() as name')
    if (knows)
      await admin.query({ text: `alter database ${name} set transaction_timeout = '400ms'` })
    const db = await testDatabase(t, { url })
    const last = db.transaction(async (tx) => {
      await tx.query({ text: 'select pg_sleep(0.5)' })
      return one(tx, `select current_setting('transaction_timeout', true) as longest`)
    })
    t.strictSame(await last, { longest: knows ? '0' : null })
  })

  t.test('a statement by itself at the isolation of all others', async (t) => {
    const url = new URL(await testDatabaseUrl())
    url.searchParams.set('options', '-c default_transaction_isolation=serializable')
    const db = await testDatabase(t, { url: url.href })
    const level = `select current_setting('transaction_isolation') as level`
    t.strictSame(await one(db, level), { level: 'read committed' })
  })

  t.test('session options of the address beside its own', async (t) => {
    const url = new URL(await testDatabaseUrl())
    url.searchParams.set('options', '-c work_mem=7MB')
    const db = await testDatabase(t, { url: url.href })
    t.match(await one(db, 'show work_mem'), { work_mem: '7MB' })
    t.match(await one(db, 'show timezone'), { TimeZone: 'UTC' })
  })

  t.test('a transaction whole: its result, its rows, its isolation', async (t) => {
    const db = await testDatabase(t)
    const result = await db.transaction(
      async (tx) => {
        await tx.query({ text: 'create table kept (n int)' })
        await tx.query({ name: 'keep', text: 'insert into kept values ($1)', values: [1] })
        return one<{ level: string }>(
          tx,
          `select current_setting('transaction_isolation') as level`
        )
      },
      { isolation: 'repeatable read' }
    )
    t.strictSame(result, { level: 'repeatable read' })
    t.strictSame(await db.query({ text: 'select n from kept' }), [{ n: 1 }])
  })
})

t.test('database refuses', async (t) => {
  t.test('a server that is set to forget what it acknowledged', async (t) => {
    const url = new URL(await testDatabaseUrl())
    url.searchParams.set('options', '-c synchronous_commit=off')
    const error = await openDatabase({ ...poolSettings, url: url.href }).catch((refusal) => refusal)
    t.type(error, ServerRefused)
    t.match(error.message, /synchronous_commit is off, .* lost in a crash; set it to on/)
  })

  t.test('a login that would not be kept from changing what was accepted', async (t) => {
    const url = new URL(await testDatabaseUrl())
    const options = '-c session_replication_role=replica -c zero_damaged_pages=on'
    url.searchParams.set('options', options)
    const error = await openDatabase({ ...poolSettings, url: url.href }).catch((refusal) => refusal)
    t.type(error, ServerRefused)
    t.match(error.message, /session_replication_role is replica, .* changed; set it to origin/)
    t.match(error.message, /zero_damaged_pages is on, .* not be told; set it to off/)
  })

  t.test('a login that may only read, unless it is to look', async (t) => {
    const url = new URL(await testDatabaseUrl())
    url.searchParams.set('options', '-c default_transaction_read_only=on')
    const error = await openDatabase({ ...poolSettings, url: url.href }).catch((refusal) => refusal)
    t.type(error, ServerRefused)
    t.match(error.message, /default_transaction_read_only is on .* set it to off/)
    const db = await testDatabase(t, { url: url.href, onlyLooks: true })
    t.match(await one(db, 'select next from journal_head'), { next: '0' })
    // As where a session became so while the service runs: events are no exception.
    const told = { code: 'UNAVAILABLE', message: /takes no writes/ }
    const append = (tx: Transaction) => appendEntries(tx, [ENTRY], new Date())
    await t.rejects(db.transaction(append), told)
    await t.rejects(
      db.inLine(() => append),
      told
    )
    t.match(await one(db, 'select next from journal_head'), { next: '0' })
  })

  t.test('a server that is not there, within the time given', async (t) => {
    const url = 'postgresql://nobody@127.0.0.1:1/nowhere'
    await t.rejects(openDatabase({ ...poolSettings, url, connectTimeoutMs: 500 }))
  })

  t.test('to write where it was opened for reading', async (t) => {
    const db = await testDatabase(t, { readOnly: true })
    const refused = db.query({ text: 'create table t (n int)' })
    t.equal(sqlState(await refused.catch((error) => error)), '25006')
  })

  t.test('a commit after a failed statement that the work has swallowed', async (t) => {
    const db = await testDatabase(t)
    const work = db.transaction(async (tx) => {
      await tx.query({ text: 'create table t (n int)' })
      await tx.query({ text: 'select 1 / 0' }).catch(() => {})
    })
    await t.rejects(work, { message: /nothing was committed/ })
    t.match(await one(db, `select to_regclass('t') as t`), { t: null })
  })

  t.test('what follows a failure, and tells of that one whatever is awaited first', async (t) => {
    const db = await testDatabase(t, { statementTimeoutMs: 50 })
    const asked = db.transaction(async (tx) => {
      const slow = tx.query({ text: 'select pg_sleep(60)' })
      slow.catch(() => {})
      await tx.query({ text: 'select 1' })
    })
    await t.rejects(asked, { code: 'TIMEOUT' })
  })

  t.test('what PostgreSQL refuses, with its state and the name of the constraint', async (t) => {
    const db = await testDatabase(t)
    const twice = `insert into journal_head (next, at) values (0, now())`
    const raw = await db.query({ text: twice }).catch((error) => error)
    t.strictSame([sqlState(raw), raw.constraint], ['23505', 'journal_head_pkey'])
    const insert = {
      text: `insert into journal (position, at, kind, subject, statement, blind, leaf)
        values (0, now(), 'test', 'test', '', false, '')`
    }
    await db.query(insert)
    const again = await db.query(insert).catch((error) => error)
    t.strictSame([sqlState(again), again.constraint], ['23505', 'journal_pkey'])
    t.strictSame([isRetryable(again), isRetryable(new Error('x'))], [false, false])
  })
})

t.test('database protects', async (t) => {
  t.test('a failed transaction: nothing of it stays, and the connection serves on', async (t) => {
    const db = await testDatabase(t, { poolSize: 1 })
    const mistake = new Error('a rule says no')
    const work = db.transaction(async (tx) => {
      await tx.query({ text: 'create table t (n int)' })
      throw mistake
    })
    t.equal(await work.catch((error) => error), mistake, 'the caller gets the very same error')
    t.match(await one(db, `select to_regclass('t') as t`), { t: null })
  })

  t.test(
    'a transaction whose last statements were only sent: all of them, or its error',
    async (t) => {
      const db = await testDatabase(t, { poolSize: 1 })
      await db.query({ text: 'create table once (n int primary key)' })
      const insert = (n: number) => ({ text: 'insert into once values ($1)', values: [n] })
      await db.transaction(async (tx) => {
        tx.send(insert(1))
        tx.send(insert(2))
      })
      t.match(await one(db, 'select count(*)::int as n from once'), { n: 2 })
      const last = db.transaction(async (tx) => {
        tx.send(insert(3))
        tx.send(insert(1))
        tx.send(insert(4))
      })
      t.equal(sqlState(await last.catch((error) => error)), '23505')
      const before = db.transaction(async (tx) => {
        tx.send(insert(1))
        await tx.query({ text: 'select' })
      })
      t.equal(sqlState(await before.catch((error) => error)), '23505', 'not what it led to')
      const failing = db.transaction(async (tx) => {
        tx.send(insert(5))
        throw new Error('the work failed')
      })
      await t.rejects(failing, { message: 'the work failed' })
      t.match(await one(db, 'select count(*)::int as n from once'), { n: 2 })
    }
  )

  t.test('the process, when a connection breaks while nobody uses it', async (t) => {
    const url = await testDatabaseUrl()
    const lost: Error[] = []
    const db = await testDatabase(t, {
      url,
      poolSize: 1,
      onConnectionLost: (error) => lost.push(error)
    })
    const { pid } = await backend(db)
    await (await testDatabase(t, { url })).query({
      text: 'select pg_terminate_backend($1)',
      values: [pid]
    })
    while (lost.length === 0) await sleep(5)
    t.not((await backend(db)).pid, pid, 'the pool has opened another')
  })

  t.test('the journal head from a process that stands still inside a transaction', async (t) => {
    const url = await testDatabaseUrl()
    const stuck = await testDatabase(t, { url, idleInTransactionTimeoutMs: 200 })
    const other = await testDatabase(t, { url })
    const appended = Promise.withResolvers<void>()
    const standing = stuck.transaction(async (tx) => {
      await appendEntries(tx, [ENTRY], new Date())
      appended.resolve()
      await sleep(4_000)
      await tx.query({ text: 'select 1' })
    })
    await appended.promise
    const begun = performance.now()
    const { first } = await other.transaction((tx) => appendEntries(tx, [ENTRY], new Date()))
    t.equal(first, 0, 'the position of the ended transaction is given again')
    t.ok(performance.now() - begun < 3_500, 'long before the standing process moves')
    await t.rejects(standing, { code: 'UNAVAILABLE' })
    t.equal((await stuck.transaction((tx) => appendEntries(tx, [ENTRY], new Date()))).first, 1)
  })

  t.test('callers from waiting: statements and locks have a limit', async (t) => {
    const db = await testDatabase(t, { statementTimeoutMs: 100, lockTimeoutMs: 50 })
    const slow = await db.query({ text: 'select pg_sleep(2)' }).catch((error) => error)
    t.match(slow, { code: 'TIMEOUT' })
    t.equal(sqlState(slow), '57014')
    const begun = Promise.withResolvers<void>()
    const refused = Promise.withResolvers<void>()
    const holder = db.transaction(async (tx) => {
      await tx.query({ text: 'select 1 from journal_head for update' })
      begun.resolve()
      await refused.promise
    })
    await begun.promise
    const blocked = await db
      .transaction((tx) => appendEntries(tx, [ENTRY], new Date()))
      .catch((error) => error)
    refused.resolve()
    t.match(blocked, { code: 'UNAVAILABLE' })
    t.strictSame([sqlState(blocked), isRetryable(blocked)], ['55P03', true])
    await holder
  })

  t.test('a caller from believing that a commit failed when nobody knows', async (t) => {
    const url = await testDatabaseUrl()
    const direct = await testDatabase(t, { url })
    const proxy = await DatabaseProxy.open(t, socketDirectory)
    const db = await testDatabase(t, { url: proxy.url(new URL(url).pathname.slice(1)) })
    proxy.severCommit('after')
    const work = db.transaction((tx) => appendEntries(tx, [ENTRY], new Date()))
    const error = await work.catch((caught) => caught)
    t.type(error, CommitUnknown)
    t.type(error, RegistryError)
    t.match(error, { code: 'UNAVAILABLE' })
    t.match(await one(direct, 'select count(*)::int as entries from journal'), { entries: 1 })
  })

  t.test('its end: closing twice is closing once, and waits for what is under way', async (t) => {
    const db = await testDatabase(t)
    const begun = Promise.withResolvers<void>()
    const work = db.transaction(async (tx) => {
      begun.resolve()
      await tx.query({ text: 'select pg_sleep(0.1)' })
      return 'done'
    })
    await begun.promise
    await Promise.all([db.close(), db.close()])
    t.equal(await work, 'done')
    await t.rejects(db.query({ text: 'select 1' }), { code: 'UNAVAILABLE' })
  })
})

t.test('failures are told apart', async (t) => {
  const db = await testDatabase(t)
  const raised = async (code: string) =>
    db
      .query({ text: `do $$ begin raise exception using errcode = '${code}'; end $$` })
      .catch((error) => error)
  for (const [code, failure] of [
    ['40001', 'contention'],
    ['23505', 'contention'],
    ['53100', 'lost'],
    ['53400', 'lost'],
    ['58030', 'lost'],
    ['25006', 'lost'],
    ['57P01', 'lost'],
    ['23514', 'permanent'],
    ['57014', 'permanent']
  ] as const) {
    const error = await raised(code)
    t.equal(failureOf(error), failure, `${code} is ${failure}`)
    if (failure === 'lost') t.match(error, { code: 'UNAVAILABLE' })
  }
  t.match(await raised('53400'), { message: /allows no more than it is set to/ })
  t.equal(failureOf(new CommitUnknown(new Error('Connection terminated'))), 'lost')
})

t.test('a database that holds less than it did is not written to', async (t) => {
  const db = await testDatabase(t)
  const append = () => db.transaction((tx) => appendEntries(tx, [ENTRY, ENTRY], new Date()))
  t.match(await append(), { first: 0 })
  const failed = db.transaction(async (tx) => {
    await appendEntries(tx, [ENTRY], new Date())
    throw new Error('no')
  })
  await t.rejects(failed)
  t.match(await append(), { first: 2 }, 'what was rolled back was never there')
  await db.query({ text: 'update journal_head set next = 3' })
  await t.rejects(append(), { code: 'UNAVAILABLE', message: /holds 3 entries, but 4 were there/ })
  t.match(await one(db, 'select count(*)::int as entries from journal'), { entries: 4 })
})
