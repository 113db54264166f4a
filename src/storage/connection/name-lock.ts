import type { Transaction } from '../database.ts'

/**
 * Holds a name until the transaction ends: whoever else asks for the same name waits, and then sees
 * what was committed under it. For what has no row to lock yet.
 */
export async function lockName(tx: Transaction, name: string): Promise<void> {
  await tx.query({
    name: 'lock_name',
    text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
    values: [name]
  })
}
