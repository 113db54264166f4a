/** Migrations that build an index while others write, and what is left of one that was interrupted. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Database } from '../../src/storage/database.ts'
import { type LockHolder, migrate } from '../../src/storage/migrate.ts'
import { testDatabase, testDatabaseUrl } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { accept } from '../support/log.ts'

const MIGRATIONS = join(import.meta.dirname, '../../migrations')

/** Those of the software and these after them, as drizzle-kit writes them. */
function migrationsWith(t: Test, ...more: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'lodestone-migrations-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  cpSync(MIGRATIONS, folder, { recursive: true })
  const path = join(folder, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync(path, 'utf8'))
  const last = journal.entries.at(-1)
  for (const [index, sql] of more.entries()) {
    const tag = `test_${index}`
    const [idx, when] = [last.idx + index + 1, last.when + index + 1]
    journal.entries.push({ ...last, idx, when, tag })
    writeFileSync(join(folder, `${tag}.sql`), sql)
  }
  writeFileSync(path, JSON.stringify(journal))
  return folder
}

const BY_KIND = 'CREATE INDEX CONCURRENTLY "journal_kind" ON "journal" USING btree ("kind");'
const BY_TIME = 'CREATE INDEX CONCURRENTLY "journal_at" ON "journal" USING btree ("at");'

async function standing(db: Database) {
  const applied = await db.query({ text: 'select 1 from drizzle.__drizzle_migrations' })
  const indexes = await db.query<{ name: string; whole: boolean }>({
    text: `select relname as name, indisvalid as whole from pg_index
             join pg_class on pg_class.oid = indexrelid
            where relname in ('journal_kind', 'journal_at') order by relname`
  })
  return { applied: applied.length, indexes }
}

/** Holds what is built up in its middle, as a dump or any open transaction does. */
async function openTransaction(db: Database): Promise<() => Promise<void>> {
  const client = await db.pool.connect()
  await client.query('set idle_in_transaction_session_timeout = 0; begin')
  await client.query('lock table journal in row exclusive mode')
  return async () => {
    await client.query('commit')
    client.release(true)
  }
}

/** The session that builds, once the index is there and waits for others. */
async function builder(db: Database): Promise<number> {
  const pids: number[] = []
  const text = `select pid from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like 'CREATE INDEX%'`
  const isThere = async () => {
    for (const { pid } of await db.query<{ pid: number }>({ text })) pids.push(pid)
    return pids.length > 0 && (await standing(db)).indexes.length > 0
  }
  t.ok(await eventually(isThere), 'it is being built')
  return pids[0] ?? 0
}

t.test('an index is built while others write', async (t) => {
  const url = await testDatabaseUrl()
  const db = await testDatabase(t, { url })
  const folder = migrationsWith(
    t,
    'ALTER TABLE "batch" ADD COLUMN "one" integer;',
    `${BY_KIND}--> statement-breakpoint\n${BY_TIME}`,
    'ALTER TABLE "batch" ADD COLUMN "two" integer;\n--> statement-breakpoint\nCREATE INDEX "batch_two" ON "batch" ("two");'
  )
  const end = await openTransaction(await testDatabase(t, { url }))
  const told: string[] = []
  const migrated = migrate(db, { onIndex: (name) => told.push(name) }, folder)
  await builder(db)
  t.strictSame(await standing(db), {
    applied: 2,
    indexes: [{ name: 'journal_kind', whole: false }]
  })
  await accept(await testDatabase(t, { url, lockTimeoutMs: 1_000 }), 3)
  await end()
  await migrated
  t.strictSame(await standing(db), {
    applied: 4,
    indexes: [
      { name: 'journal_at', whole: true },
      { name: 'journal_kind', whole: true }
    ]
  })
  t.strictSame(told, ['journal_kind', 'journal_at'])
  await migrate(db, {}, folder)
  t.equal((await standing(db)).applied, 4, 'and once')
})

t.test('one that was interrupted is built anew by the next start', async (t) => {
  const url = await testDatabaseUrl()
  const db = await testDatabase(t, { url })
  const folder = migrationsWith(t, `${BY_TIME}--> statement-breakpoint\n${BY_KIND}`)
  await db.query({ text: BY_TIME })
  const end = await openTransaction(await testDatabase(t, { url }))
  const migrated = migrate(await testDatabase(t, { url }), {}, folder)
  const interrupted = t.rejects(migrated)
  await db.query({ text: 'select pg_terminate_backend($1)', values: [await builder(db)] })
  await interrupted
  const before = await standing(db)
  t.strictSame(before.indexes, [
    { name: 'journal_at', whole: true },
    { name: 'journal_kind', whole: false }
  ])
  await end()
  const told: string[] = []
  await migrate(db, { onIndex: (name) => told.push(name) }, folder)
  t.strictSame(told, ['journal_kind'], 'what was whole is kept')
  t.strictSame(await standing(db), {
    applied: before.applied + 1,
    indexes: [
      { name: 'journal_at', whole: true },
      { name: 'journal_kind', whole: true }
    ]
  })
})

t.test('one whose process was killed is built to its end, and the next start waits', async (t) => {
  const url = await testDatabaseUrl()
  const db = await testDatabase(t, { url })
  const folder = migrationsWith(t, BY_KIND)
  const end = await openTransaction(await testDatabase(t, { url }))
  const killed = await testDatabase(t, { url, poolSize: 1 })
  killed.pool.on('acquire', (client) => {
    t.teardown(() => client.connection.stream.destroy())
    kill = () => client.connection.stream.destroy()
  })
  let kill = () => {}
  const interrupted = t.rejects(migrate(killed, {}, folder))
  await builder(db)
  kill()
  await interrupted
  const told: LockHolder[] = []
  const next = migrate(db, { onWaiting: (holder) => told.push(holder), tellAfterMs: 0 }, folder)
  t.ok(await eventually(() => told.length > 0))
  t.equal(told[0]?.state, 'active', 'it goes on without its process')
  await end()
  await next
  const { applied, indexes } = await standing(db)
  t.strictSame([applied, indexes], [2, [{ name: 'journal_kind', whole: true }]])
})

t.test('a migration that changes a table as well is refused whole', async (t) => {
  const db = await testDatabase(t)
  const column = 'ALTER TABLE "journal" ADD COLUMN "more" integer;'
  const folder = migrationsWith(t, `${column}--> statement-breakpoint\n${BY_KIND}`)
  await t.rejects(migrate(db, {}, folder), /CONCURRENTLY cannot run inside a transaction block/)
  t.strictSame(await standing(db), { applied: 1, indexes: [] })
})
