import { RegistryError } from '../../errors.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import { appendEntries } from '../../storage/journal/journal.ts'
import { findClient, revokeClient as markRevoked } from '../../storage/parties/clients.ts'
import type { Deps, Principal } from '../deps.ts'
import { actedBy, partyEntry } from './party-entry.ts'

/**
 * Revokes an API client for good; a second time changes nothing. No new token is issued from now
 * on, and tokens that were issued end within a second in every process. Throws `NOT_FOUND` also
 * for clients of other organizations, unless the caller is an administrator.
 */
export async function revokeClient(deps: Deps, principal: Principal, id: string): Promise<void> {
  await deps.db.transaction(async (tx) => {
    await lockName(tx, id)
    const client = await findClient(tx, id)
    const mine = client?.organization === principal.organization || principal.scopes.has('admin')
    if (!client || !mine) throw unknownClient(id)
    if (client.revokedAt !== null) return
    const entry = partyEntry({
      kind: 'client_revocation',
      subject: id,
      organization: client.organization,
      body: actedBy(principal, client.organization, null)
    })
    const { at } = await appendEntries(tx, [entry], deps.now())
    await markRevoked(tx, id, at)
  })
}

export function unknownClient(id: string): RegistryError {
  return new RegistryError('NOT_FOUND', `There is no client ${id}.`)
}
