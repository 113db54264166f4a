import { readStatement } from '../log/read-statement.ts'
import type { Queryable } from '../storage/database.ts'
import { entriesAt } from '../storage/journal-entries.ts'

/** Whose key signed a document. */
export interface SignedBy {
  readonly organization: string
  readonly key: string
}

/** Whose signature the entry at a position carries, as the log says it; null where nobody signed. */
export async function signedByAt(db: Queryable, position: number): Promise<SignedBy | null> {
  const [entry] = await entriesAt(db, [position])
  const statement = entry && readStatement(entry.statement)
  const signature = statement?.body['signature'] as { key?: unknown } | undefined
  if (!statement?.organization || typeof signature?.key !== 'string') return null
  return { organization: statement.organization, key: signature.key }
}
