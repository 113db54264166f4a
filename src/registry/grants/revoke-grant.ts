import { appendEntries } from '../../storage/journal/journal.ts'
import { lockGrant, revokeGrant as markRevoked } from '../../storage/parties/grants.ts'
import type { Deps, Principal } from '../deps.ts'
import { grantEntry, noSuchGrant } from './grant-record.ts'

/**
 * Ends a grant at once; a second time changes nothing. Throws `NOT_FOUND` for grants of other
 * batches or made by others.
 */
export async function revokeGrant(
  deps: Deps,
  principal: Principal,
  command: { readonly batch: string; readonly grant: string }
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const grant = await lockGrant(tx, command.grant)
    if (grant?.batch !== command.batch || grant.grantor !== principal.organization) {
      throw noSuchGrant(command.grant)
    }
    if (grant.revokedPosition !== null) return
    const of = { id: grant.id, organization: grant.grantor }
    const entry = grantEntry('grant_revocation', of, { batch: grant.batch })
    const { first } = await appendEntries(tx, [entry], deps.now())
    await markRevoked(tx, grant.id, first)
  })
}
