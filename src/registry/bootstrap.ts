import { canonicalHash } from '../domain/canonical-json.ts'
import type { Organization } from '../domain/party/organization.ts'
import { newClientSecret } from '../identity/client-secret.ts'
import { lockName } from '../storage/connection/name-lock.ts'
import type { Transaction } from '../storage/database.ts'
import { appendEntries } from '../storage/journal/journal.ts'
import { roleWasGiven } from '../storage/parties/clients.ts'
import { insertOrganization, insertOrganizationVersion } from '../storage/parties/organizations.ts'
import type { Deps } from './deps.ts'
import { partyEntry } from './parties/party-entry.ts'
import { appendClient, type NewClient } from './parties/register-client.ts'

/**
 * Makes the organization that keeps the registry and its first administrator where no client was
 * ever an administrator, and returns true when it did. Several processes may start at once: one
 * does it.
 *
 * `announce` is told the only copy of the secret before the commit: a crash in between leaves a
 * secret that never worked, and the next start tells another; the other way round it could leave
 * an administrator whom nobody can be.
 */
export async function bootstrap(
  deps: Deps,
  keeper: Organization,
  announce: (client: NewClient & { readonly secret: string }) => void
): Promise<boolean> {
  if (await roleWasGiven(deps.db, 'admin')) return false
  return deps.db.transaction(async (tx) => {
    await lockName(tx, 'bootstrap')
    if (await roleWasGiven(tx, 'admin')) return false
    const organization = await registerKeeper(deps, tx, keeper)
    const terms = { organization, name: 'First administrator', roles: ['admin'] } as const
    const id = deps.newId()
    const secret = newClientSecret(id)
    announce({ ...(await appendClient(deps, tx, id, { ...terms, secret })), secret })
    return true
  })
}

async function registerKeeper(deps: Deps, tx: Transaction, keeper: Organization): Promise<string> {
  const id = deps.newId()
  const document = Buffer.from(JSON.stringify(keeper))
  const entry = partyEntry({ kind: 'organization', subject: id, organization: id, document })
  const { first: position } = await appendEntries(tx, [entry], deps.now())
  await insertOrganization(tx, id, position)
  await insertOrganizationVersion(tx, {
    organization: id,
    position,
    name: keeper.name,
    country: keeper.country,
    document,
    contentHash: canonicalHash(keeper)
  })
  return id
}
