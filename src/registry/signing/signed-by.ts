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

/**
 * What may be done about what is another's: by whoever runs the registry, verifies or registers. All else
 * an organization says itself, or a registry could have it said by a key that is not its own.
 */
const DONE_FOR_OTHERS: ReadonlySet<string> = new Set([
  'organization',
  'facility',
  'client',
  'client_revocation',
  'key_revocation',
  'signing_policy',
  'epd_transition'
])

/** The one that acted: of another's thing the statement says `by` whom. */
export function signingOrganization({
  kind,
  organization,
  body
}: Pick<LoggedStatement, 'kind' | 'organization' | 'body'>): string | null {
  const { by } = body
  return DONE_FOR_OTHERS.has(kind) && typeof by === 'string' ? by : organization
}
