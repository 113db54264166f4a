import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { openCheckpoint } from '../../src/log/checkpoint.ts'
import { nodeHash } from '../../src/log/merkle.ts'
import { TransparencyLog } from '../../src/registry/log/transparency-log.ts'
import type { Database, Transaction } from '../../src/storage/database.ts'
import { directoryGuard, type Guard } from '../../src/storage/journal/guard.ts'
import { appendEntries, type JournalEntry } from '../../src/storage/journal/journal.ts'
import { checkpointsAfter } from '../../src/storage/journal/log-tree.ts'
import { LOG_ORIGIN } from './service.ts'

/** A guard in a directory of the test's own. */
export function testGuard(t: Test): Guard {
  const directory = mkdtempSync(join(tmpdir(), 'lodestone-guard-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return directoryGuard(join(directory, 'guard'))
}

/** A log on the database, not started; stopped when the test ends. */
export function testLog(t: Test, db: Database, guard: Guard | null): TransparencyLog {
  const log = new TransparencyLog({ db, guard, origin: LOG_ORIGIN, now: () => new Date() })
  t.teardown(() => log.stop())
  return log
}

/** Appends entries as accepting transactions do; the last position. `before` runs before they are committed. */
export async function accept(
  db: Database,
  count: number,
  blind = true,
  before: (tx: Transaction) => Promise<void> = async () => {}
): Promise<number> {
  const entries: JournalEntry[] = Array.from({ length: count }, () => ({
    kind: 'test',
    subject: randomUUID(),
    organization: null,
    document: null,
    blind,
    body: {}
  }))
  const { first } = await db.transaction(async (tx) => {
    const appended = await appendEntries(tx, entries, new Date())
    await before(tx)
    return appended
  })
  return first + count - 1
}

/** The root by the definition of RFC 9162 2.1.1, from the leaves in the database. */
export async function rebuiltRoot(db: Database, size: number): Promise<Buffer> {
  const rows = await db.query<{ leaf: Buffer }>({
    text: 'select leaf from journal where position < $1 order by position',
    values: [size]
  })
  return rootOfAll(rows.map(({ leaf }) => leaf))
}

function rootOfAll(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (leaves.length === 1 && only) return only
  let middle = 1
  while (middle * 2 < leaves.length) middle *= 2
  return nodeHash(rootOfAll(leaves.slice(0, middle)), rootOfAll(leaves.slice(middle)))
}

/** Every checkpoint that was published, opened and compared with the entries. */
export async function checkPublished(t: Test, db: Database, log: TransparencyLog): Promise<number> {
  const { verifier } = await log.key()
  const published = await checkpointsAfter(db, 0, 100_000)
  for (const { size, root, note } of published) {
    const checkpoint = openCheckpoint(note, [verifier])
    if (checkpoint?.size !== BigInt(size) || !checkpoint.root.equals(root))
      t.fail(`note of ${size}`)
    if (!root.equals(await rebuiltRoot(db, size))) t.fail(`the head of ${size} is no prefix`)
  }
  return published.length
}
