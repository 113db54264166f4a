import { RegistryError } from '../../errors.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import { organizationExists } from '../../storage/parties/organizations.ts'
import { insertSigningPolicy, signingPolicyOf } from '../../storage/parties/signing-keys.ts'
import type { Deps, Principal } from '../deps.ts'
import { appendRequest } from '../signing/signed-request.ts'
import { actedBy } from './party-entry.ts'
import { unknownOrganization } from './register-organization.ts'
import { signedLoosening } from './vouch.ts'

/**
 * Says whether an organization lets submissions in that nobody signed; the organization itself and
 * administrators may. Saying the same again changes nothing. Letting them in again takes a signature
 * (`signedLoosening`). Throws `FORBIDDEN`, `NOT_FOUND`, and as `signedLoosening` does.
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
): Promise<void> {
  const { principal, organization, unsigned } = request
  if (principal.organization !== organization && !principal.scopes.has('admin')) {
    throw new RegistryError('FORBIDDEN', 'Only the organization itself decides what it signs.')
  }
  await deps.db.transaction(async (tx) => {
    if (!(await organizationExists(tx, organization))) throw unknownOrganization(organization)
    await lockName(tx, `signing_policy ${organization}`)
    const now = await signingPolicyOf(tx, organization)
    if (now.unsigned === unsigned) return
    request.precondition?.({ organization, ...now })
    const signature =
      unsigned === 'accepted' ? await signedLoosening(deps, principal, request) : null
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
  })
  deps.signing.policyChanged(organization)
}
