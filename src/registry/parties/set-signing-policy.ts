import { RegistryError } from '../../errors.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import { insertSigningPolicy, signingPolicyOf } from '../../storage/parties/signing-keys.ts'
import type { Deps, Principal } from '../deps.ts'
import { appendRequest } from '../signing/signed-request.ts'
import { actedBy } from './party-entry.ts'
import { type PolicyRecord, readSigningPolicy } from './read-keys.ts'
import { otherPolicy, signedLoosening } from './vouch.ts'

/**
 * Says whether an organization lets submissions in that nobody signed; the organization itself and
 * administrators may. Gives what is in force then; saying the same again changes nothing. Letting
 * them in again takes a signature. Throws `FORBIDDEN`, `NOT_FOUND`, and as `signedLoosening` does.
 */
export async function setSigningPolicy(
  deps: Deps,
  request: {
    readonly principal: Principal
    readonly organization: string
    readonly unsigned: 'accepted' | 'refused'
    /** The exact bytes of the request, what else they say, and the detached JWS over them. */
    readonly document: Uint8Array
    readonly said: { readonly organization?: string; readonly replaces?: number }
    readonly signature: string | undefined
    /** Throws where the policy in force is not the one that the caller means to replace. */
    readonly precondition?: ((inForce: object) => void) | undefined
  }
): Promise<PolicyRecord> {
  const { principal, organization, unsigned } = request
  if (principal.organization !== organization && !principal.scopes.has('admin')) {
    throw new RegistryError('FORBIDDEN', 'Only the organization itself decides what it signs.')
  }
  const before = await readSigningPolicy(deps, organization)
  if (before.unsigned === unsigned) return before
  request.precondition?.(before)
  // Before the transaction: whoever holds a connection must not wait for another one.
  const loosening = { ...request, inForce: before }
  const signature =
    unsigned === 'accepted' ? await signedLoosening(deps, principal, loosening) : null
  const set = await deps.db.transaction(async (tx) => {
    await lockName(tx, `signing_policy ${organization}`)
    const now = await signingPolicyOf(tx, organization)
    if (now.unsigned === unsigned) return now
    request.precondition?.({ organization, ...now })
    if (signature !== null && now.position !== before.position) throw otherPolicy(now)
    const entry = {
      kind: 'signing_policy',
      subject: organization,
      organization,
      document: null,
      blind: true,
      body: { unsigned, ...actedBy(principal, organization, null) }
    }
    const accepted = { bytes: Buffer.from(request.document), signature, policyOf: null }
    const { position } = await appendRequest(tx, entry, accepted, deps.now())
    await insertSigningPolicy(tx, { position, organization, unsigned })
    return { unsigned, position }
  })
  deps.signing.policyChanged(organization)
  return { organization, ...set }
}
