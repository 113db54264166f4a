import { type LoggedStatement, readStatement } from '../../log/read-statement.ts'

/** Whose key signed a document. */
export interface SignedBy {
  readonly organization: string
  readonly key: string
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
