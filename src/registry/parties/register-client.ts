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
import { type ClientRecord, clientRecord } from './client-record.ts'
import { actedBy, partyEntry } from './party-entry.ts'

export interface ClientTerms {
  readonly organization: string
  readonly name: string
  readonly roles: readonly Role[]
}

/** A client with its secret, which only this answer carries. */
export interface NewClient extends ClientRecord {
  readonly secret?: string
}

/**
 * Makes an API client for the caller's organization, or for another one where the caller is an
 * administrator. Nobody gives away more than they hold: roles and their scopes must be the
 * caller's own, unless the caller is an administrator. Throws `FORBIDDEN`, `REQUEST_INVALID` for
 * an unknown organization, or `CONFLICT`. A repeated Idempotency-Key returns the client without its
 * secret, which nobody knows any more.
 */
export async function registerClient(
  deps: Deps,
  request: RegistrationRequest & {
    readonly name: string
    readonly roles: readonly Role[]
    readonly organization?: string
  }
): Promise<Registration<NewClient>> {
  const { principal } = request
  const terms: ClientTerms = {
    organization: request.organization ?? principal.organization,
    name: request.name,
    roles: [...new Set(request.roles)].sort()
  }
  refuseTooMuch(principal, terms)
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
    return { record: await appendClient(deps, tx, id, { ...terms, principal }), created: true }
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
  }
): Promise<NewClient & { readonly secret: string }> {
  const { organization, roles, principal } = terms
  const secret = newClientSecret(id)
  const entry = partyEntry({
    kind: 'client',
    subject: id,
    organization,
    body: { roles, ...(principal ? actedBy(principal, organization, null) : {}) }
  })
  const { first: position, at: createdAt } = await appendEntries(tx, [entry], deps.now())
  await insertClient(tx, {
    id,
    organization,
    name: terms.name,
    roles: [...roles],
    secretHash: hashClientSecret(id, secret),
    createdAt,
    position
  })
  return { id, organization, name: terms.name, roles, createdAt, position, secret }
}

function refuseTooMuch(principal: Principal, terms: ClientTerms): void {
  if (principal.scopes.has('admin')) return
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
    client.roles.join() === terms.roles.join()
  )
}
