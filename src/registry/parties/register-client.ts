import { unseenInName } from '../../domain/unseen.ts'
import { RegistryError } from '../../errors.ts'
import { hashClientSecret, newClientSecret } from '../../identity/client-secret.ts'
import type { Role } from '../../identity/principal.ts'
import { scopesOf } from '../../identity/scopes.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import type { Transaction } from '../../storage/database.ts'
import { appendEntries } from '../../storage/journal/journal.ts'
import { findClient, insertClient } from '../../storage/parties/clients.ts'
import { organizationExists } from '../../storage/parties/organizations.ts'
import type { Deps, Principal } from '../deps.ts'
import { refuseUnseen } from '../refuse-unseen.ts'
import {
  otherContent,
  type Registration,
  type RegistrationRequest,
  registrationId
} from '../registration.ts'
import {
  type ClientIdentity,
  identityHash,
  refuseTaken,
  refuseUntrusted
} from './client-identity.ts'
import { type ClientRecord, clientRecord } from './client-record.ts'
import { actedBy, partyEntry } from './party-entry.ts'

export interface ClientTerms {
  readonly organization: string
  readonly name: string
  readonly roles: readonly Role[]
  /** Whose tokens are its own; without one it gets a secret. */
  readonly identity?: ClientIdentity | undefined
}

/** A client with its secret, which only this answer carries. */
export interface NewClient extends ClientRecord {
  readonly secret?: string
}

/**
 * Makes an API client for the caller's organization, or for another one where the caller is an
 * administrator. Nobody gives away more than they hold: roles and their scopes must be the
 * caller's own, unless the caller is an administrator, who alone says that another issuer speaks for a
 * client. Throws `FORBIDDEN`, `REQUEST_INVALID` for an unknown organization or issuer, or `CONFLICT`,
 * also where another client has the identity. A repeated Idempotency-Key returns the client without its
 * secret, which nobody knows any more.
 */
export async function registerClient(
  deps: Deps,
  request: RegistrationRequest & {
    readonly name: string
    readonly roles: readonly Role[]
    readonly organization?: string
    readonly identity?: ClientIdentity
  }
): Promise<Registration<NewClient>> {
  const { principal } = request
  const terms: ClientTerms = {
    organization: request.organization ?? principal.organization,
    name: request.name,
    roles: [...new Set(request.roles)].sort(),
    identity: request.identity
  }
  refuseTooMuch(principal, terms)
  refuseUntrusted(deps, terms.identity)
  refuseUnseen('/name', 'name', unseenInName(terms.name))
  const id = registrationId('client', request, deps)
  return deps.db.transaction(async (tx) => {
    await lockName(tx, id)
    const before = await findClient(tx, id)
    if (before) {
      if (!sameTerms(clientRecord(before), terms)) throw otherContent(id)
      return { record: clientRecord(before), created: false }
    }
    if (!(await organizationExists(tx, terms.organization))) {
      throw new RegistryError('REQUEST_INVALID', 'The organization is not registered.', {
        details: [{ pointer: '/organization', message: 'is not a registered organization' }]
      })
    }
    await refuseTaken(tx, terms.identity)
    const secret = terms.identity ? null : newClientSecret(id)
    const record = await appendClient(deps, tx, id, { ...terms, principal, secret })
    return { record: secret === null ? record : { ...record, secret }, created: true }
  })
}

/** Writes the client and its journal entry; the last lock that the transaction takes. */
export async function appendClient(
  deps: Deps,
  tx: Transaction,
  id: string,
  terms: ClientTerms & {
    /** Who makes it; absent for the first one, which nobody made. */
    readonly principal?: Principal
    /** Null where another issuer speaks for it. */
    readonly secret: string | null
  }
): Promise<ClientRecord> {
  const { organization, roles, identity, principal, secret } = terms
  const entry = partyEntry({
    kind: 'client',
    subject: id,
    organization,
    body: {
      roles,
      ...(identity ? { identitySha256: identityHash(identity) } : {}),
      ...(principal ? actedBy(principal, organization, null) : {})
    }
  })
  const { first: position, at: createdAt } = await appendEntries(tx, [entry], deps.now())
  const row = {
    id,
    organization,
    name: terms.name,
    roles: [...roles],
    secretHash: secret === null ? null : hashClientSecret(id, secret),
    issuer: identity?.issuer ?? null,
    subject: identity?.subject ?? null,
    createdAt
  }
  await insertClient(tx, { ...row, position })
  return clientRecord({ ...row, position: String(position), revokedAt: null })
}

function refuseTooMuch(principal: Principal, terms: ClientTerms): void {
  if (principal.scopes.has('admin')) return
  if (terms.identity) {
    throw new RegistryError(
      'FORBIDDEN',
      'Only an administrator says that another issuer speaks for a client.'
    )
  }
  if (terms.organization !== principal.organization) {
    throw new RegistryError('FORBIDDEN', 'Clients of another organization are not yours to make.')
  }
  const foreign = terms.roles.filter((role) => !principal.roles.includes(role))
  if (foreign.length > 0) {
    throw new RegistryError('FORBIDDEN', `You cannot give away a role you lack: ${foreign.join()}.`)
  }
  const wider = [...scopesOf(terms.roles)].filter((scope) => !principal.scopes.has(scope))
  if (wider.length > 0) {
    throw new RegistryError(
      'FORBIDDEN',
      `The client could do what this token may not: ${wider.join(', ')}.`
    )
  }
}

function sameTerms(client: ClientRecord, terms: ClientTerms): boolean {
  return (
    client.organization === terms.organization &&
    client.name === terms.name &&
    client.roles.join() === terms.roles.join() &&
    client.identity?.issuer === terms.identity?.issuer &&
    client.identity?.subject === terms.identity?.subject
  )
}
