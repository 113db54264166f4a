import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { sqlState } from '../../src/storage/connection/sql-error.ts'
import type { Database } from '../../src/storage/database.ts'
import { socketUrl } from '../../src/storage/embedded/socket-url.ts'
import { type LockHolder, MigrationRefused, migrate, migrateAt } from '../../src/storage/migrate.ts'
import { poolSettings, testDatabase, testDatabaseUrl } from '../support/database.ts'
import { DatabaseProxy } from '../support/database-proxy.ts'
import { eventually } from '../support/eventually.ts'
import { socketDirectory } from '../support/test-cluster.ts'

const MIGRATIONS = join(import.meta.dirname, '../../migrations')

interface Journal {
  readonly entries: readonly { idx: number; when: number; tag: string }[]
}

const history: Journal = JSON.parse(readFileSync(join(MIGRATIONS, 'meta/_journal.json'), 'utf8'))

async function sameDatabase(db: Database): Promise<string> {
  const [row] = await db.query<{ name: string }>({ text: 'select current_database() as name' })
  return socketUrl(socketDirectory, row?.name ?? '')
}

/** The address of a database in which nothing was ever made. */
async function emptyDatabaseUrl(t: Test): Promise<string> {
  const url = await testDatabaseUrl()
  const db = await testDatabase(t, { url })
  await db.query({ text: 'drop schema public, drizzle cascade' })
  await db.query({ text: 'create schema public' })
  return url
}

function applied(db: Database): Promise<{ hash: string }[]> {
  return db.query({ text: 'select hash from drizzle.__drizzle_migrations order by id' })
}

t.test('migrate accepts', async (t) => {
  t.test('an empty database, from four processes at once, and makes everything once', async (t) => {
    const url = await emptyDatabaseUrl(t)
    const pools = await Promise.all([0, 1, 2, 3].map(() => testDatabase(t, { url, poolSize: 2 })))
    await Promise.all(pools.map((db) => migrate(db)))
    t.equal((await applied(pools[0]!)).length, history.entries.length)
    t.strictSame(await pools[0]!.query({ text: 'select next, at from journal_head' }), [
      { next: '0', at: '1970-01-01T00:00:00.000Z' }
    ])
  })

  t.test('a schema of its own, beside tables of others that are called the same', async (t) => {
    const url = new URL(await emptyDatabaseUrl(t))
    const admin = await testDatabase(t, { url: url.href })
    await admin.query({ text: 'create schema registry' })
    await admin.query({ text: 'create table public.batch (id uuid primary key)' })
    url.searchParams.set('options', '-c search_path=registry,public')
    const db = await testDatabase(t, { url: url.href })
    await migrate(db)
    const text = `select distinct c.relnamespace::regnamespace::text as home
        from pg_constraint k join pg_class c on c.oid = k.confrelid
       where k.connamespace = 'registry'::regnamespace`
    t.strictSame(await db.query({ text }), [{ home: 'registry' }], 'what refers, refers to its own')
    t.strictSame(await admin.query({ text: 'select id from public.batch' }), [])
    t.equal(await stateOf(db, 'delete from journal_head'), '23001', 'and is guarded')
  })

  t.test('a database that is up to date, and leaves it as it is', async (t) => {
    const db = await testDatabase(t)
    const before = await applied(db)
    await migrate(db)
    t.strictSame(await applied(db), before)
  })

  t.test('to be held up for longer than a sign of life may take', async (t) => {
    const url = await emptyDatabaseUrl(t)
    const proxy = await DatabaseProxy.open(t, socketDirectory)
    const through = proxy.url(new URL(url).pathname.slice(1))
    const migrated = migrateAt({ ...poolSettings, url: through, databaseSilenceMs: 50 })
    await sleep(100)
    proxy.stall()
    await sleep(1_500)
    proxy.flow()
    await migrated
    t.equal((await applied(await testDatabase(t, { url }))).length, history.entries.length)
  })

  t.test('to wait longer than a request may, where another process is at it', async (t) => {
    const url = await emptyDatabaseUrl(t)
    const holder = await testDatabase(t, { url })
    const db = await testDatabase(t, { url, statementTimeoutMs: 50, lockTimeoutMs: 50 })
    const waiting = await holder.transaction(async (tx) => {
      await tx.query({ text: 'select pg_advisory_xact_lock($1)', values: [0x6c6f6465] })
      const result = migrate(db)
      await tx.query({ text: 'select pg_sleep(0.3)' })
      return { result }
    })
    await waiting.result
    t.equal((await applied(db)).length, history.entries.length)
  })
})

t.test('migrate that waits for a session which holds its lock', async (t) => {
  const db = await testDatabase(t)
  const holder = await (await testDatabase(t, { url: await sameDatabase(db) })).pool.connect()
  await holder.query('select pg_advisory_lock($1)', [0x6c6f6465])
  const { rows } = await holder.query('select pg_backend_pid() as pid')
  const stop = new AbortController()
  const told: LockHolder[] = []
  const onWaiting = (one: LockHolder) => told.push(one)
  const waiting = migrate(db, { onWaiting, tellAfterMs: 0, signal: stop.signal })
  await eventually(() => told.length > 0)
  const { pid, application, state } = told[0] ?? {}
  t.strictSame({ pid, application, state }, { ...rows[0], application: 'lodestone', state: 'idle' })
  stop.abort()
  await t.rejects(waiting, { name: 'AbortError' }, 'a start that is stopped waits no longer')
  t.equal(told.length, 1)
  holder.release(true)
  await migrate(db)
})

t.test('migrate lets others have their turn where a table is in use', async (t) => {
  const db = await testDatabase(t, { url: await emptyDatabaseUrl(t) })
  const others = await testDatabase(t, { url: await sameDatabase(db), lockTimeoutMs: 60_000 })
  await db.query({ text: 'create schema drizzle' })
  await db.query({
    text: 'create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)'
  })
  const holder = await others.pool.connect()
  const use = 'lock table drizzle.__drizzle_migrations in share mode'
  await holder.query(`set idle_in_transaction_session_timeout = 0; begin; ${use}`)
  let told = 0
  const migrated = migrate(db, {
    onBlocked: () => {
      told += 1
    }
  })
  t.ok(await eventually(() => told > 0), 'it is told')
  await others.transaction((tx) => tx.query({ text: use }))
  t.pass('whoever comes while it waits is served, though the first has not ended')
  t.strictSame(await applied(db), [], 'and nothing is half made')
  await holder.query('commit')
  holder.release(true)
  await migrated
  t.equal((await applied(db)).length, history.entries.length)
  t.equal(told, 1)
})

t.test('migrate refuses', async (t) => {
  t.test('a login that looks for the tables in another schema', async (t) => {
    const url = new URL(await testDatabaseUrl())
    url.searchParams.set('options', '-c search_path=elsewhere')
    const refused = migrate(await testDatabase(t, { url: url.href }))
    await t.rejects(refused, {
      name: 'MigrationRefused',
      message: /in the schema public, and this login looks in elsewhere: set its search_path/
    })
  })

  t.test('a database that a newer version has migrated', async (t) => {
    const db = await testDatabase(t)
    await db.query({
      text: `insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', $1)`,
      values: [Date.UTC(2030, 0)]
    })
    const error = await migrate(db).catch((refusal) => refusal)
    t.type(error, MigrationRefused)
    t.match(error.message, /newer version/)
  })

  t.test('a database with another past', async (t) => {
    const db = await testDatabase(t)
    await db.query({ text: `update drizzle.__drizzle_migrations set hash = 'edited' where id = 1` })
    await t.rejects(migrate(db), {
      name: 'MigrationRefused',
      message: /Migration 0 .* another build/
    })
  })
})

t.test('migrate protects', async (t) => {
  t.test(
    'every migration from being passed over: times ascend, each file is in the journal',
    async (t) => {
      const times = history.entries.map(({ when }) => when)
      t.strictSame(
        times,
        [...new Set(times)].toSorted((a, b) => a - b)
      )
      const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql'))
      t.strictSame(
        files.sort(),
        history.entries.map(({ tag }) => `${tag}.sql`)
      )
    }
  )

  t.test('what was accepted: no row is removed, none changes but where it must', async (t) => {
    const db = await testDatabase(t)
    const tables = await appendOnlyTables(db)
    for (const name of [
      'journal',
      'event',
      'posting',
      'batch_version',
      'origin_version',
      'account'
    ]) {
      t.ok(tables.has(name), `${name} is guarded`)
    }
    const versions = await db.query<{ name: string }>({
      text: `select relname as name from pg_class
              where relnamespace = 'public'::regnamespace and relkind = 'r' and relname like '%\\_version'`
    })
    t.strictSame(
      versions.map(({ name }) => name).filter((name) => !tables.has(name)),
      []
    )
    for (const [name, columns] of tables) {
      const changes = columns.map((column) => `update ${name} set ${column} = ${column}`)
      for (const text of [...changes, `delete from ${name}`, `truncate ${name} cascade`]) {
        t.equal(await stateOf(db, text), '23001', text)
      }
    }
  })

  t.test(
    'every index from an order that changes with the system: texts lie by their bytes',
    async (t) => {
      const db = await testDatabase(t)
      const indexes = `select indexrelid::regclass::text as name, unnest(indcollation) as rule
        from pg_index join pg_class on pg_class.oid = indexrelid
       where relnamespace = 'public'::regnamespace`
      const texts = `select count(*)::int as n from (${indexes}) i where rule <> 0`
      t.ok(((await db.query<{ n: number }>({ text: texts }))[0]?.n ?? 0) > 10)
      const others = `select distinct name from (${indexes}) i join pg_collation c on c.oid = i.rule
       where collname <> 'C' order by name`
      t.strictSame(await db.query({ text: others }), [])
    }
  )

  t.test('what was undone: it stays undone', async (t) => {
    const db = await testDatabase(t)
    const id = '0192aa00-0000-7000-8000-000000000001'
    await db.query({
      text: `insert into posting (position, line, event, account, batch, mass_ug, balance_ug)
             values (7, 0, $1, $1, $1, -5, 0), (7, 1, $1, $1, $1, 5, 5)`,
      values: [id]
    })
    const undo = `update posting set undone_position = 8 where line = 0`
    t.equal(await stateOf(db, undo), null)
    t.equal(await stateOf(db, undo), '23001', 'not even with the same position')
    t.equal(await stateOf(db, 'update posting set undone_position = null'), '23001')
    t.equal(await stateOf(db, 'update posting set undone_position = 9 where line = 1'), null)
  })

  t.test('the one head of the journal: there is never a second', async (t) => {
    const db = await testDatabase(t)
    const second = `insert into journal_head (one, next, at) values ($, 0, now())`
    t.equal(await stateOf(db, second.replace('$', 'true')), '23505')
    t.equal(await stateOf(db, second.replace('$', 'false')), '23514')
  })
})

/** Guarded tables with the columns that no UPDATE may name. */
async function appendOnlyTables(db: Database): Promise<ReadonlyMap<string, string[]>> {
  const found = await db.query<{ name: string; columns: string[] }>({
    text: `select relname as name, array_agg(attname::text order by attnum) as columns
             from pg_trigger join pg_class on pg_class.oid = tgrelid
             join pg_attribute on attrelid = tgrelid and attnum = any (tgattr)
            where tgname = 'append_only_update' group by relname order by relname`
  })
  return new Map(found.map(({ name, columns }) => [name, columns]))
}

/** The SQLSTATE with which a statement is refused; null where it is not. */
function stateOf(db: Database, text: string): Promise<string | null> {
  return db.query({ text }).then(() => null, sqlState)
}
