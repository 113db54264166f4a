import { createHash } from 'node:crypto'
import { existsSync, statfsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Binaries, usableBinaries } from '../../src/storage/embedded/binaries.ts'
import type { Identity } from '../../src/storage/embedded/identity.ts'

/** The migrated database that every test's database is a copy of. */
export const TEMPLATE = 'template1'

/**
 * Durability stays on: the service refuses a server without it. Shared memory is a file of the
 * cluster, so that nothing is left when the cluster is thrown away.
 */
export const SETTINGS = {
  max_connections: '300',
  shared_buffers: '64MB',
  dynamic_shared_memory_type: 'mmap'
}

const MEMORY = '/dev/shm'
const ENOUGH = 6 * 2 ** 30
const prefix = `lodestone-test-${process.getuid?.() ?? 0}`

/** How the names of all ready-made clusters of this user begin. */
export const CACHE = `${prefix}-cache-`

/**
 * Where throw-away clusters go: memory where there is plenty, for a database is three hundred files
 * and each test has its own (20 ms there, up to 400 ms on a disk).
 */
export function scratchDirectory(): string {
  if (!existsSync(MEMORY) || freemem() < ENOUGH) return tmpdir()
  const { bavail, bsize } = statfsSync(MEMORY)
  return bavail * bsize < ENOUGH ? tmpdir() : MEMORY
}

/**
 * The directory of one run, under a scratch directory. `before` and every test file are children of
 * the same tap process, so runs that go on at once in one tree keep apart by its number.
 */
export function runDirectory(tap: number, scratch: string): string {
  return join(scratch, `${prefix}-${tap}`)
}

const runs = [MEMORY, tmpdir()].map((scratch) => runDirectory(process.ppid, scratch))

/** Where this test's server listens. */
export const socketDirectory = join(
  runs.find((run) => existsSync(run)) ?? tmpdir(),
  'postgres/socket'
)

/** `TEST_POSTGRES_BIN=/usr/lib/postgresql/15/bin` tests against another PostgreSQL. */
export async function testBinaries(identity: Identity | null): Promise<Binaries> {
  const bin = process.env['TEST_POSTGRES_BIN']
  if (bin === undefined) return usableBinaries(identity)
  const version = /\/(\d+)\/bin\/?$/.exec(bin)?.[1]
  if (version === undefined) throw new Error('TEST_POSTGRES_BIN ends with /<version>/bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), major: Number(version) }
}

/** Where a ready-made cluster is kept between runs: another schema or maker, another directory. */
export async function cacheDirectory(
  { postgres, major }: Binaries,
  scratch: string
): Promise<string> {
  const migrations = join(import.meta.dirname, '../../migrations')
  const names = (await readdir(migrations)).filter((name) => name.endsWith('.sql')).sort()
  const sources = names.map((name) => join(migrations, name))
  const hash = createHash('sha256').update(`${postgres} ${major}`)
  for (const source of [...sources, join(import.meta.dirname, 'fill-cache.ts')]) {
    hash.update(await readFile(source))
  }
  return join(scratch, `${CACHE}${hash.digest('hex').slice(0, 16)}`)
}
