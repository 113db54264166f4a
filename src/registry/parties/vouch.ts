import { RegistryError } from '../../errors.ts'
import type { Queryable } from '../../storage/database.ts'
import {
  hasSigningKey,
  type SigningPolicy,
  signingPolicyOf
} from '../../storage/parties/signing-keys.ts'
import type { Deps, Principal } from '../deps.ts'
import { acceptSignature, type StatedSignature } from '../signing/accept-signature.ts'

/**
 * Where an organization refuses what nobody signed, a token alone must not add a key to sign with:
 * whoever stole it could. So a further key is vouched for by one in force, over the same bytes; the
 * first key is not, for there is none yet. Who lost every key asks an administrator to let unsigned
 * submissions in. Null where nobody vouched and nobody had to. Throws `SIGNATURE_REQUIRED` or
 * `SIGNATURE_INVALID`.
 */
export async function vouchedFor(
  deps: Pick<Deps, 'db' | 'signing'>,
  principal: Principal,
  document: Uint8Array,
  countersignature: string | undefined
): Promise<StatedSignature | null> {
  if (countersignature !== undefined) {
    return acceptSignature(deps, principal, document, { signature: countersignature })
  }
  await refuseUnvouched(deps.db, principal.organization)
  return null
}

/**
 * Refuses a further key that nobody vouched for; asked again in the transaction once the key has its
 * place and before it is there, since the policy may have changed. Throws `SIGNATURE_REQUIRED`.
 */
export async function refuseUnvouched(db: Queryable, organization: string): Promise<void> {
  const { unsigned } = await signingPolicyOf(db, organization)
  if (unsigned === 'accepted' || !(await hasSigningKey(db, organization))) return
  throw new RegistryError(
    'SIGNATURE_REQUIRED',
    'Your organization refuses what nobody signed: sign this request also with a key in force, and send that signature in Lodestone-Countersignature.'
  )
}

/**
 * The signature under a policy that lets unsigned submissions in again. It counts for this one
 * change: the bytes name the organization and the position of the policy that they replace. An
 * administrator who runs the registry may do it unsigned, which the log shows. Throws as
 * `vouchedFor`, and `CONFLICT` where the bytes replace another policy than the one `inForce`.
 */
export async function signedLoosening(
  deps: Pick<Deps, 'signing'>,
  principal: Principal,
  request: {
    readonly organization: string
    readonly document: Uint8Array
    readonly signature: string | undefined
    /** What the signed bytes say. */
    readonly said: { readonly organization?: string; readonly replaces?: number }
    /** The policy in force. */
    readonly inForce: SigningPolicy
  }
): Promise<StatedSignature | null> {
  const { organization, document, signature, said, inForce } = request
  if (principal.organization !== organization) return null
  if (signature === undefined && principal.scopes.has('admin')) return null
  if (signature === undefined || said.organization !== organization) {
    throw new RegistryError(
      'SIGNATURE_REQUIRED',
      `To let unsigned submissions in again, sign {"unsigned": "accepted", "organization": "${organization}", "replaces": ${inForce.position}} with a key in force and send the signature in Lodestone-Signature.`
    )
  }
  if (said.replaces !== inForce.position) throw otherPolicy(inForce)
  return acceptSignature(deps, principal, document, { signature, always: true })
}

/** What was signed replaces another policy than the one in force. */
export function otherPolicy({ position }: SigningPolicy): RegistryError {
  return new RegistryError('CONFLICT', `The policy in force is the one of position ${position}.`, {
    details: [{ pointer: '/replaces', message: `must be ${position}` }]
  })
}
