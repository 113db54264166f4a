import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import type { PoolSettings } from '../../src/storage/connection/pool.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { connect } from '../../src/storage/embedded/presence.ts'
import { socketUrl } from '../../src/storage/embedded/socket-url.ts'
import { socketDirectory, TEMPLATE } from './test-cluster.ts'

export const poolSettings = {
  poolSize: 10,
  statementTimeoutMs: 30_000,
  lockTimeoutMs: 5_000,
  idleInTransactionTimeoutMs: 2_000,
  connectTimeoutMs: 10_000
} satisfies Omit<PoolSettings, 'url'>

/**
 * The address of a fresh, migrated database, for tests that open it themselves or hand it to another
 * process as DATABASE_URL. It is never dropped: the cluster is thrown away as a whole.
 */
export async function testDatabaseUrl(): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const admin = await connect(socketDirectory, 'lodestone-test').catch((cause) => {
    throw new Error('No cluster for this test: run it through tap', { cause })
  })
  try {
    await admin.query(`create database ${name} template ${TEMPLATE}`)
  } finally {
    await admin.end()
  }
  return socketUrl(socketDirectory, name)
}

/** A fresh, migrated database of the test's own, closed when the test ends. */
export async function testDatabase(
  t: Test,
  settings: Partial<PoolSettings> = {}
): Promise<Database> {
  const url = settings.url ?? (await testDatabaseUrl())
  const db = await openDatabase({ ...poolSettings, ...settings, url })
  t.teardown(() => db.close())
  return db
}
