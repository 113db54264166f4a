import type { Queryable } from '../database.ts'
import type { Leadership } from './leadership.ts'

/** What can be seen of the journal, and where it ends in the write-ahead log of the server. */
export interface SeenEntries {
  readonly entries: number
  /** All that is seen was written before this place (`pg_lsn`). */
  readonly before: string
}

export async function seeEntries(db: Queryable): Promise<SeenEntries> {
  const [head] = await db.query<{ next: string; before: string }>({
    name: 'journal_seen',
    text: 'select next, pg_current_wal_insert_lsn()::text as before from journal_head'
  })
  if (!head) throw new Error('The journal has no head: migrations/ makes one.')
  return { entries: Number(head.next), before: head.before }
}

/**
 * Resolves when what was seen is on the disk of the server. Committed rows can be seen before that where whoever
 * wrote them did not wait for it (`synchronous_commit`), and a crash takes them away again. All others have waited,
 * and what they wrote next is mostly there as well by the time that this is asked: then nothing is written.
 */
export async function keepSeen(
  leadership: Leadership,
  { before }: Pick<SeenEntries, 'before'>
): Promise<void> {
  const [row] = await leadership.query<{ kept: boolean }>({
    name: 'wal_is_kept',
    text: 'select pg_current_wal_flush_lsn() >= $1::pg_lsn as kept',
    values: [before]
  })
  if (row?.kept) return
  await leadership.transaction(async (tx) => {
    // Nobody waits for a standby here: whoever wants that has it for each commit.
    await tx.query({ text: 'set local synchronous_commit = local' })
    // A commit that wrote nothing flushes nothing.
    await tx.query({ text: "select pg_logical_emit_message(true, 'lodestone', '')" })
  })
}
