import { type LoggedStatement, readStatement } from '../log/read-statement.ts'
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
  return entry ? signerIn(entry.statement) : null
}

/** Whose signature a statement carries; null where nobody signed or the statement was erased. */
export function signerIn(bytes: Uint8Array): SignedBy | null {
  const statement = readStatement(bytes)
  const signature = statement?.body['signature'] as { key?: unknown } | undefined
  const organization = statement && signingOrganization(statement)
  if (!organization || typeof signature?.key !== 'string') return null
  return { organization, key: signature.key }
}

/** The one that acted: of another's thing the statement says `by` whom. */
export function signingOrganization({
  organization,
  body
}: Pick<LoggedStatement, 'organization' | 'body'>): string | null {
  return typeof body['by'] === 'string' ? body['by'] : organization
}
