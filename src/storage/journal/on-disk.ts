import type { Leadership } from './leadership.ts'

/**
 * Resolves when all that was committed before is on the disk of the server. Committed rows can be seen before that
 * where whoever wrote them did not wait for it (`synchronous_commit`), and a crash takes them away again.
 */
export async function keepCommitted(leadership: Leadership): Promise<void> {
  const [row] = await leadership.query<{ kept: boolean }>({
    name: 'wal_is_kept',
    text: 'select pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn() as kept'
  })
  if (row?.kept) return
  await leadership.transaction(async (tx) => {
    // Nobody waits for a standby here: whoever wants that has it for each commit.
    await tx.query({ text: 'set local synchronous_commit = local' })
    // A commit that wrote nothing flushes nothing.
    await tx.query({ text: "select pg_logical_emit_message(true, 'lodestone', '')" })
  })
}
