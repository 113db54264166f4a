import { createHash } from 'node:crypto'
import { RegistryError } from '../../errors.ts'
import { SUBJECT } from '../../identity/trusted-issuer.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import type { Transaction } from '../../storage/database.ts'
import { findClientOf } from '../../storage/parties/clients.ts'
import type { Deps } from '../deps.ts'

/** What a subject is made of, for whoever describes it. */
export const SUBJECT_PATTERN: string = SUBJECT

/** Somebody as another issuer of access tokens names them: `iss` and `sub` of their tokens. */
export interface ClientIdentity {
  readonly issuer: string
  readonly subject: string
}

/** Of both parts, since statements name nobody; an address holds no line break. */
export function identityHash({ issuer, subject }: ClientIdentity): string {
  return createHash('sha256').update(`${issuer}\n${subject}`).digest('base64url')
}

/** Nobody could ever come with a token of an issuer that does not count here: `REQUEST_INVALID`. */
export function refuseUntrusted(
  { issuers }: Pick<Deps, 'issuers'>,
  identity: ClientIdentity | undefined
): void {
  if (identity === undefined || issuers.trusts(identity.issuer)) return
  const known = issuers.names().join(', ') || 'none'
  throw new RegistryError('REQUEST_INVALID', 'The issuer is not one whose tokens count here.', {
    details: [
      {
        pointer: '/identity/issuer',
        message: `is not among the issuers of LODESTONE_TRUSTED_ISSUERS (${known})`
      }
    ]
  })
}

/** A token is that of one client at most, so a second one with its identity is a `CONFLICT`. */
export async function refuseTaken(
  tx: Transaction,
  identity: ClientIdentity | undefined
): Promise<void> {
  if (identity === undefined) return
  await lockName(tx, `client of ${identity.issuer} ${identity.subject}`)
  const taken = await findClientOf(tx, identity.issuer, identity.subject)
  if (taken === undefined) return
  throw new RegistryError(
    'CONFLICT',
    `The identity is that of client ${taken.id}; revoke it first.`
  )
}
