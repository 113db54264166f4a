import { RegistryError } from '../../errors.ts'
import { hashGrantSecret } from '../../identity/grant-secret.ts'
import type { Transaction } from '../../storage/database.ts'
import { appendEntries } from '../../storage/journal/journal.ts'
import type { GrantRow } from '../../storage/parties/grants.ts'
import { bindGrant, findGrant, lockLink } from '../../storage/parties/grants.ts'
import type { Deps, Principal } from '../deps.ts'
import { type GrantRecord, grantEntry, grantRecord } from './grant-record.ts'

/**
 * Binds a one-time link to the caller's organization, which sees the batch from then on as any
 * grantee does. Repeating it changes nothing. Throws `NOT_FOUND` for a link that is unknown, was
 * redeemed by somebody else, has expired or was revoked: which of these, nobody is told.
 */
export function redeemGrant(
  deps: Deps,
  principal: Principal,
  secret: string
): Promise<GrantRecord> {
  const now = deps.now()
  const { organization } = principal
  return deps.db.transaction(async (tx) => {
    const grant = await usableLink(tx, secret, organization, now)
    if (grant.grantor === organization) {
      throw new RegistryError('FORBIDDEN', 'The link is your own; give it to somebody else.')
    }
    if (grant.grantee === organization) return grantRecord(grant, now)
    const of = { id: grant.id, organization }
    const entry = grantEntry('grant_redemption', of, { batch: grant.batch, grantee: organization })
    const { at } = await appendEntries(tx, [entry], now)
    await bindGrant(tx, grant.id, { grantee: organization, at })
    return grantRecord((await findGrant(tx, grant.id)) ?? grant, now)
  })
}

async function usableLink(
  tx: Transaction,
  secret: string,
  organization: string,
  now: Date
): Promise<GrantRow> {
  const hash = hashGrantSecret(secret)
  const grant = hash === null ? undefined : await lockLink(tx, hash)
  const { status } = grant ? grantRecord(grant, now) : { status: 'revoked' }
  const free = status === 'waiting' || (status === 'in_force' && grant?.grantee === organization)
  if (grant && free) return grant
  throw new RegistryError(
    'NOT_FOUND',
    'The link is not known, was redeemed already, has expired or was revoked; ask for a new one.'
  )
}
