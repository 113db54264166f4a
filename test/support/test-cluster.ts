import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Binaries, usableBinaries } from '../../src/storage/embedded/binaries.ts'
import type { Identity } from '../../src/storage/embedded/identity.ts'

/** The migrated database that every test's database is a copy of. */
export const TEMPLATE = 'template1'

/** Durability stays on: the service refuses a server without it. */
export const SETTINGS = { max_connections: '300', shared_buffers: '64MB' }

const owner = process.getuid?.() ?? 0

/** How the names of all ready-made clusters of this user begin. */
export const CACHE = `lodestone-test-${owner}-cache-`

/**
 * The directory of one run. `before`, `after` and every test file are children of the same tap
 * process, so runs that go on at once in one tree keep apart by its number.
 */
export function runDirectory(tap: number): string {
  return join(tmpdir(), `lodestone-test-${owner}-${tap}`)
}

/** Where this test's server listens. */
export const socketDirectory = join(runDirectory(process.ppid), 'postgres/socket')

/** `TEST_POSTGRES_BIN=/usr/lib/postgresql/15/bin` tests against another PostgreSQL. */
export async function testBinaries(identity: Identity | null): Promise<Binaries> {
  const bin = process.env['TEST_POSTGRES_BIN']
  if (bin === undefined) return usableBinaries(identity)
  const version = /\/(\d+)\/bin\/?$/.exec(bin)?.[1]
  if (version === undefined) throw new Error('TEST_POSTGRES_BIN ends with /<version>/bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), major: Number(version) }
}

/** Where a ready-made cluster is kept between runs: another schema or maker, another directory. */
export async function cacheDirectory({ postgres, major }: Binaries): Promise<string> {
  const migrations = join(import.meta.dirname, '../../migrations')
  const names = (await readdir(migrations)).filter((name) => name.endsWith('.sql')).sort()
  const sources = [
    ...names.map((name) => join(migrations, name)),
    `${import.meta.dirname}/fill-cache.ts`
  ]
  const hash = createHash('sha256').update(`${postgres} ${major}`)
  for (const source of sources) hash.update(await readFile(source))
  return join(tmpdir(), `${CACHE}${hash.digest('hex').slice(0, 16)}`)
}
