import { RegistryError } from '../../errors.ts'
import { hashGrantSecret, newGrantSecret } from '../../identity/grant-secret.ts'
import { mayGrant } from '../../identity/visibility.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import type { Transaction } from '../../storage/database.ts'
import type { GrantRow, GrantScope, NewGrant } from '../../storage/parties/grants.ts'
import { findGrant, insertGrant, listGrants } from '../../storage/parties/grants.ts'
import { organizationExists } from '../../storage/parties/organizations.ts'
import type { Deps, Principal } from '../deps.ts'
import { oneMore, type Page, type PageRequest, pageOf } from '../page.ts'
import type { Registration, RegistrationRequest } from '../registration.ts'
import { otherContent, registrationId } from '../registration.ts'
import {
  type AcceptedRequest,
  acceptRequest,
  appendRequest,
  refuseOtherSubject,
  type SentRequest
} from '../signing/signed-request.ts'
import { standingOf } from '../trace/trace-standing.ts'
import { unhurried } from '../unhurried.ts'
import { type GrantRecord, grantEntry, grantRecord, noSuchGrant } from './grant-record.ts'

export interface GrantCommand extends RegistrationRequest {
  readonly batch: string
  /** The organization that is let in; without one, whoever redeems the link first. */
  readonly grantee?: string
  readonly scope: GrantScope
  /** RFC 3339; without it the grant holds until it is revoked. */
  readonly expiresAt?: string
  /** The batch as the signed bytes name it. */
  readonly named?: string | undefined
  readonly sent: SentRequest
}

/**
 * Lets an organization, or the bearer of a one-time link, see a batch and its ancestors. Those who
 * are or were its custodian or owner may. The secret of a link is in the record, this once. Throws
 * `NOT_FOUND`, `FORBIDDEN`, `REQUEST_INVALID`, or `CONFLICT` where the Idempotency-Key stands for
 * other content, and as `acceptRequest`. The same signed bytes are the same grant: they bring none
 * back that was revoked.
 */
export async function grantBatch(
  deps: Deps,
  command: GrantCommand
): Promise<Registration<GrantRecord>> {
  const now = deps.now()
  const { batch, named, sent, principal } = command
  refuseOtherSubject('/batch', named, batch)
  const accepted = await acceptRequest(deps, principal, sent, {
    isBound: named !== undefined,
    by: `"batch": "${batch}"`
  })
  const { bytes: document, signature } = sent
  const id = registrationId('grant', { ...command, document, signature }, deps)
  return unhurried(() =>
    deps.db.transaction((tx) => grantIn(tx, id, { ...command, accepted }, now))
  )
}

type AcceptedGrant = GrantCommand & { readonly accepted: AcceptedRequest }

async function grantIn(
  tx: Transaction,
  id: string,
  command: AcceptedGrant,
  now: Date
): Promise<Registration<GrantRecord>> {
  const { principal, batch } = command
  await lockName(tx, id)
  const asker = { organization: principal.organization, now }
  const { entry } = await standingOf(tx, batch, asker)
  if (!mayGrant(entry)) {
    throw new RegistryError('FORBIDDEN', 'Only who is or was its custodian or owner may grant it.')
  }
  const before = await findGrant(tx, id)
  if (before) {
    if (!sameContent(before, command)) throw otherContent(id)
    return { record: grantRecord(before, now), created: false }
  }
  await refuseUnfit(tx, command, now)
  const secret = command.grantee === undefined ? newGrantSecret(id) : undefined
  const grant = newGrant(id, command, secret)
  const record = grantRecord(await append(tx, grant, command.accepted, now), now)
  return { record: secret === undefined ? record : { ...record, secret }, created: true }
}

/** The grants that the caller's organization made of a batch that it may see. */
export async function readGrants(
  deps: Deps,
  principal: Principal,
  request: PageRequest & { readonly batch: string }
): Promise<Page<GrantRecord>> {
  const now = deps.now()
  const { organization } = principal
  await unhurried(() => standingOf(deps.db, request.batch, { organization, now }))
  const rows = await listGrants(deps.db, { ...oneMore(request), grantor: organization })
  const record = (row: GrantRow) => grantRecord(row, now)
  return pageOf(rows, request.limit, record, (row) => Number(row.position))
}

/** A grant that the caller's organization made. Throws `NOT_FOUND`, also for those of others. */
export async function readGrant(
  deps: Deps,
  principal: Principal,
  question: { readonly batch: string; readonly grant: string }
): Promise<GrantRecord> {
  const row = await findGrant(deps.db, question.grant)
  if (row?.batch !== question.batch || row.grantor !== principal.organization) {
    throw noSuchGrant(question.grant)
  }
  return grantRecord(row, deps.now())
}

function newGrant(id: string, command: GrantCommand, secret: string | undefined): NewGrant {
  const { principal, batch, grantee, scope, expiresAt } = command
  return {
    id,
    batch,
    grantor: principal.organization,
    grantee: grantee ?? null,
    linkHash: secret === undefined ? null : hashGrantSecret(secret),
    scope,
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString()
  }
}

async function append(
  tx: Transaction,
  grant: NewGrant,
  accepted: AcceptedRequest,
  now: Date
): Promise<GrantRow> {
  const { id, batch, grantor, grantee, linkHash, scope, expiresAt } = grant
  // So that nobody can put another link in its place; of 256 random bits a hash tells nothing.
  const link = linkHash && { linkSha256: linkHash.toString('base64url') }
  const body = { batch, grantee, scope, expiresAt, ...link }
  const entry = grantEntry('grant', { id, organization: grantor }, body)
  const { position } = await appendRequest(tx, entry, accepted, now)
  await insertGrant(tx, grant, position)
  const row = await findGrant(tx, id)
  if (!row) throw new Error(`grant ${id} was not written`)
  return row
}

function sameContent(row: GrantRow, command: GrantCommand): boolean {
  const until = command.expiresAt === undefined ? null : new Date(command.expiresAt).getTime()
  const stored = row.expiresAt === null ? null : new Date(row.expiresAt).getTime()
  const named = row.isLink ? undefined : (row.grantee ?? undefined)
  return (
    row.batch === command.batch &&
    row.scope === command.scope &&
    named === command.grantee &&
    stored === until
  )
}

async function refuseUnfit(tx: Transaction, command: GrantCommand, now: Date): Promise<void> {
  const { principal, grantee, expiresAt } = command
  if (expiresAt !== undefined && !(new Date(expiresAt) > now)) {
    throw unfit('/expiresAt', 'The grant would have expired already; name a time to come.')
  }
  if (grantee === undefined) return
  if (grantee === principal.organization) {
    throw unfit('/grantee', 'The batch is yours to see already; name another organization.')
  }
  if (!(await organizationExists(tx, grantee))) {
    throw unfit('/grantee', `There is no organization ${grantee}; leave it out to make a link.`)
  }
}

function unfit(pointer: string, message: string): RegistryError {
  return new RegistryError('REQUEST_INVALID', message, { details: [{ pointer, message }] })
}
