import { canonicalHash } from '../../domain/canonical-json.ts'
import { type Organization, reviewOrganization } from '../../domain/party/organization.ts'
import { RegistryError } from '../../errors.ts'
import { parseOrganization } from '../../formats/native/party.ts'
import { runsRegistry } from '../../identity/scopes.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import type { Transaction } from '../../storage/database.ts'
import { appendEntries } from '../../storage/journal/journal.ts'
import {
  findOrganization,
  firstOrganizationVersion,
  insertOrganization,
  insertOrganizationVersion,
  lockOrganization,
  organizationVersionOf
} from '../../storage/parties/organizations.ts'
import type { Deps, Principal } from '../deps.ts'
import { refuseFindings } from '../refuse-findings.ts'
import {
  otherContent,
  type PartyDocument,
  type PartyRevision,
  type Registration,
  type RegistrationRequest,
  registrationId
} from '../registration.ts'
import {
  acceptSignature,
  holdKeys,
  refuseUnsigned,
  type StatedSignature
} from '../signing/accept-signature.ts'
import { type OrganizationRecord, organizationRecord } from './organization-record.ts'
import { actedBy, partyEntry } from './party-entry.ts'

/**
 * Registers an organization from the exact bytes of its document. Only those who run the registry
 * may. Throws `BODY_INVALID`, `FINDINGS`, `FORBIDDEN`, or `CONFLICT` where the Idempotency-Key
 * stands for other content; with the same content it returns what was registered.
 */
export async function registerOrganization(
  deps: Deps,
  request: RegistrationRequest & PartyDocument
): Promise<Registration<OrganizationRecord>> {
  if (!runsRegistry(request.principal)) {
    throw new RegistryError(
      'FORBIDDEN',
      'Only an operator or administrator of the registry registers organizations.'
    )
  }
  const content = await reviewed(deps, request)
  const id = registrationId('organization', request, deps)
  return deps.db.transaction(async (tx) => {
    await lockName(tx, id)
    const before = await firstOrganizationVersion(tx, id)
    if (before) {
      if (!before.contentHash.equals(content.hash)) throw otherContent(id)
      return { record: organizationRecord(before), created: false }
    }
    const record = await appendVersion(deps, tx, id, content, (position) =>
      insertOrganization(tx, id, position)
    )
    return { record, created: true }
  })
}

/**
 * Adds a version to an organization: the organization itself may, and those who run the registry.
 * The content of the latest version again changes nothing, nor do bytes that were signed and
 * accepted before. Throws as `registerOrganization`, and `NOT_FOUND`.
 */
export async function reviseOrganization(
  deps: Deps,
  request: PartyRevision
): Promise<Registration<OrganizationRecord>> {
  const { principal, id } = request
  const content = await reviewed(deps, request)
  return deps.db.transaction(async (tx) => {
    if (!(await lockOrganization(tx, id))) throw unknownOrganization(id)
    if (principal.organization !== id && !runsRegistry(principal)) {
      throw new RegistryError('FORBIDDEN', 'Only the organization itself may change what it says.')
    }
    const latest = await findOrganization(tx, id)
    if (latest?.contentHash.equals(content.hash)) {
      return { record: organizationRecord(latest), created: false }
    }
    const before = content.signature && (await organizationVersionOf(tx, id, content.document))
    if (before) return { record: organizationRecord(before), created: false }
    if (latest) request.precondition?.(organizationRecord(latest))
    return { record: await appendVersion(deps, tx, id, content), created: true }
  })
}

export function unknownOrganization(id: string): RegistryError {
  return new RegistryError('NOT_FOUND', `There is no organization ${id}.`)
}

interface Content {
  readonly organization: Organization
  readonly document: Buffer
  readonly hash: Buffer
  readonly principal: Principal
  readonly signature: StatedSignature | null
}

async function reviewed(deps: Deps, request: PartyDocument): Promise<Content> {
  const { document, principal } = request
  const parsed = parseOrganization(document)
  refuseFindings(
    parsed.document
      ? reviewOrganization(parsed.document, deps.reference.countries)
      : parsed.findings
  )
  const organization = parsed.document as Organization
  const signature = await acceptSignature(deps, principal, document, {
    signature: request.signature
  })
  return { organization, document, hash: canonicalHash(organization), principal, signature }
}

/** The journal head is the last lock, hence `insertFirst` comes after it. */
async function appendVersion(
  deps: Deps,
  tx: Transaction,
  id: string,
  { organization, document, hash, principal, signature }: Content,
  insertFirst?: (position: number) => Promise<void>
): Promise<OrganizationRecord> {
  await holdKeys(tx, [signature])
  const body = actedBy(principal, id, signature)
  const entry = partyEntry({ kind: 'organization', subject: id, organization: id, document, body })
  const { first: position, at } = await appendEntries(tx, [entry], deps.now())
  await refuseUnsigned(tx, [{ organization: principal.organization, signature }])
  await insertFirst?.(position)
  await insertOrganizationVersion(tx, {
    organization: id,
    position,
    name: organization.name,
    country: organization.country,
    document,
    contentHash: hash
  })
  const signedBy = signature && { organization: principal.organization, key: signature.key }
  return { id, ...organization, position, recordedAt: at, signedBy }
}
