import { RegistryError } from '../errors.ts'
import { appendEntries } from '../storage/journal.ts'
import { lockName } from '../storage/name-lock.ts'
import { acceptsUnsigned, insertSigningPolicy } from '../storage/signing-keys.ts'
import type { Deps, Principal } from './deps.ts'

/**
 * Says whether an organization lets submissions in that nobody signed; the organization itself and
 * administrators may. Saying the same again changes nothing. Throws `FORBIDDEN`.
 */
export async function setSigningPolicy(
  deps: Deps,
  request: {
    readonly principal: Principal
    readonly organization: string
    readonly unsigned: 'accepted' | 'refused'
  }
): Promise<void> {
  const { principal, organization, unsigned } = request
  if (principal.organization !== organization && !principal.scopes.has('admin')) {
    throw new RegistryError('FORBIDDEN', 'Only the organization itself decides what it signs.')
  }
  await deps.db.transaction(async (tx) => {
    await lockName(tx, `signing_policy ${organization}`)
    const now = (await acceptsUnsigned(tx, organization)) ? 'accepted' : 'refused'
    if (now === unsigned) return
    const entry = { kind: 'signing_policy', subject: organization, organization }
    const { first: position } = await appendEntries(
      tx,
      [{ ...entry, document: null, blind: true, body: { unsigned } }],
      deps.now()
    )
    await insertSigningPolicy(tx, { position, organization, unsigned })
  })
  deps.signing.policyChanged(organization)
}
