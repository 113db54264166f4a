import { openCheckpoint } from '../../log/checkpoint.ts'
import { type Continuity, judgeContinuity } from '../../log/continuity.ts'
import type { LogKey } from '../../log/log-key.ts'
import { rootOf } from '../../log/tree.ts'
import type { Database, Queryable } from '../../storage/database.ts'
import type { Guarded } from '../../storage/journal/guard.ts'
import {
  checkpointsAfter,
  countEntries,
  latestCheckpoint,
  type StoredCheckpoint
} from '../../storage/journal/log-tree.ts'
import { grownTo } from './grown-tree.ts'

/**
 * Whether the database goes on from what the guard holds, as a follower can tell. The guard was read
 * first, and all else is of one moment, so that a leader at work never looks like a loss.
 */
export async function followed(
  db: Database,
  guarded: Guarded | null,
  { verifier }: LogKey
): Promise<Continuity> {
  const guard = guarded && (openCheckpoint(guarded.note, [verifier]) ?? 'unreadable')
  const size = guard === null || guard === 'unreadable' ? null : Number(guard.size)
  return db.transaction(
    async (tx) => {
      const entries = await countEntries(tx)
      const head = (await latestCheckpoint(tx)) ?? null
      const isThere = size !== null && size <= entries
      const rootAtGuard = isThere ? await rootAt(tx, size, head) : null
      return judgeContinuity({ guard, head, entries, rootAtGuard })
    },
    { isolation: 'repeatable read', readOnly: true }
  )
}

/**
 * The root that was signed for so many entries. A leader that stands still between guard and database
 * has signed a head that is stored only when somebody else leads: then the entries themselves tell.
 */
async function rootAt(
  db: Queryable,
  size: number,
  head: StoredCheckpoint | null
): Promise<Uint8Array | null> {
  const signed = head?.size ?? 0
  if (signed < size) return rootOf(size, (await grownTo(db, signed, size)).read)
  const [stored] = await checkpointsAfter(db, size - 1, 1)
  return stored?.size === size ? stored.root : null
}
