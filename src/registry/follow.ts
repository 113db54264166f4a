import { openCheckpoint } from '../log/checkpoint.ts'
import { type Continuity, judgeContinuity } from '../log/continuity.ts'
import type { LogKey } from '../log/log-key.ts'
import type { Queryable } from '../storage/database.ts'
import type { Guarded } from '../storage/guard.ts'
import { checkpointsAfter, countEntries, latestCheckpoint } from '../storage/log-tree.ts'

/**
 * Whether the database goes on from what the guard holds, as a follower can tell without the tree: by
 * the head that was stored for that size. The guard was read first, so that a leader at work never
 * looks like a loss.
 */
export async function followed(
  db: Queryable,
  guarded: Guarded | null,
  { verifier }: LogKey
): Promise<Continuity> {
  const guard = guarded && (openCheckpoint(guarded.note, [verifier]) ?? 'unreadable')
  const entries = await countEntries(db)
  const size = guard === null || guard === 'unreadable' ? null : Number(guard.size)
  const [stored] = size === null ? [] : await checkpointsAfter(db, size - 1, 1)
  const rootAtGuard = stored && stored.size === size ? stored.root : null
  const head = (await latestCheckpoint(db)) ?? null
  return judgeContinuity({ guard, head, entries, rootAtGuard })
}
