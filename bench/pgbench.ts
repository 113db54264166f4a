import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Database, openDatabase } from '../src/storage/database.ts'
import { migrate } from '../src/storage/migrate.ts'
import { sampleScripts } from './sample-rows.ts'

/** Few enough that preparing them on every connection does not weigh. */
const SAMPLES = 12

/** What PostgreSQL itself does with the rows of events, one statement a transaction. */
export interface Limit {
  /** Transactions per second with so many clients. */
  run(clients: number, seconds: number): Promise<number>
  close(): Promise<void>
}

/** Finds pgbench on the PATH or beside the other programs of an installed PostgreSQL; null without. */
export function findPgbench(): string | null {
  const candidates = [onPath('pgbench'), besidePgConfig()]
  return candidates.find((path) => path !== null) ?? null
}

function onPath(program: string): string | null {
  const directories = (process.env['PATH'] ?? '').split(':')
  return directories.map((each) => join(each, program)).find((path) => existsSync(path)) ?? null
}

function besidePgConfig(): string | null {
  try {
    const path = join(
      execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim(),
      'pgbench'
    )
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}

/**
 * What it writes is left as it is: half a million rows a round, and to vacuum those takes processors from whatever is
 * measured next. The tables of the service are vacuumed whenever PostgreSQL finds that they should be.
 */
async function leaveUnvacuumed(limit: Database): Promise<void> {
  const tables = await limit.query<{ name: string }>({
    text: `select oid::regclass::text as name from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace`
  })
  for (const { name } of tables) {
    await limit.query({ text: `alter table ${name} set (autovacuum_enabled = false)` })
  }
}

/**
 * Prepares a second database of the same server with the same schema, and scripts that write the
 * rows of events that the service has just recorded: the same documents, vectors and journal rows, each
 * event as one prepared statement. Its transactions lock no head row, verify nothing and leave out the
 * updates of what an event draws from, so the limit is kinder than the work of the service.
 */
export async function prepareLimit(
  db: Database,
  databaseUrl: string,
  pgbench: string
): Promise<Limit> {
  const directory = mkdtempSync(join(tmpdir(), 'lodestone-pgbench-'))
  const name = `limit_${Date.now()}`
  await db.query({ text: `create database ${name}` })
  const address = new URL(databaseUrl)
  address.pathname = `/${name}`
  const limit = await openDatabase({
    url: address.href,
    poolSize: 2,
    statementTimeoutMs: 60_000,
    lockTimeoutMs: 60_000,
    idleInTransactionTimeoutMs: 60_000,
    connectTimeoutMs: 10_000
  })
  await migrate(limit)
  await limit.query({ text: 'create sequence bench_position' })
  await leaveUnvacuumed(limit)
  await limit.close()
  const scripts = await sampleScripts(db, SAMPLES)
  const files = scripts.map((script, index) => {
    const path = join(directory, `${index}.sql`)
    writeFileSync(path, script)
    return path
  })
  const socket = address.searchParams.get('host') ?? ''
  const connection = ['-h', socket, '-U', address.username]
  return {
    run: async (clients, seconds) => {
      const args = [
        ...connection,
        '-n',
        '-M',
        'prepared',
        '-j',
        '1',
        '-c',
        `${clients}`,
        '-T',
        `${Math.max(1, Math.round(seconds))}`
      ]
      const { stdout } = await promisify(execFile)(pgbench, [
        ...args,
        ...files.flatMap((file) => ['-f', file]),
        name
      ])
      return Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1])
    },
    async close() {
      rmSync(directory, { recursive: true, force: true })
      await db.query({ text: `drop database ${name} with (force)` })
    }
  }
}
