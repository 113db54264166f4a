import { canonicalHash } from '../../domain/canonical-json.ts'
import type { Finding } from '../../domain/finding.ts'
import { type Facility, reviewFacility } from '../../domain/party/facility.ts'
import { report } from '../../domain/party/rules.ts'
import { RegistryError } from '../../errors.ts'
import { parseFacility } from '../../formats/native/party.ts'
import { runsRegistry } from '../../identity/scopes.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import type { Transaction } from '../../storage/database.ts'
import { appendEntries } from '../../storage/journal/journal.ts'
import {
  type FacilityRow,
  facilityVersionOf,
  findFacility,
  firstFacilityVersion,
  insertFacility,
  insertFacilityVersion,
  lockFacility
} from '../../storage/parties/facilities.ts'
import { organizationExists } from '../../storage/parties/organizations.ts'
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
import { type FacilityRecord, facilityRecord } from './facility-record.ts'
import { actedBy, partyEntry } from './party-entry.ts'

/**
 * Registers a facility of the caller's organization, or of another one where the caller runs the
 * registry, from the exact bytes of its document. Throws `BODY_INVALID`, `FINDINGS`, `FORBIDDEN`,
 * or `CONFLICT` where the Idempotency-Key stands for other content; with the same content it
 * returns what was registered.
 */
export async function registerFacility(
  deps: Deps,
  request: RegistrationRequest & PartyDocument
): Promise<Registration<FacilityRecord>> {
  const { principal } = request
  const content = await reviewed(deps, request)
  const organization = content.facility.organization ?? principal.organization
  if (organization !== principal.organization && !runsRegistry(principal)) {
    throw new RegistryError('FORBIDDEN', 'Facilities of another organization are not yours to add.')
  }
  const id = registrationId('facility', request, deps)
  return deps.db.transaction(async (tx) => {
    await lockName(tx, id)
    const before = await firstFacilityVersion(tx, id)
    if (before) {
      if (!before.contentHash.equals(content.hash)) throw otherContent(id)
      return { record: facilityRecord(before), created: false }
    }
    refuseFindings(await unknownParties(tx, content.facility))
    const record = await appendVersion(deps, tx, { id, organization }, content, (position) =>
      insertFacility(tx, { id, organization, position })
    )
    return { record, created: true }
  })
}

/**
 * Adds a version to a facility: its organization may, and those who run the registry. The content
 * of the latest version again changes nothing, nor do bytes that were signed and accepted before.
 * Throws as `registerFacility`, and `NOT_FOUND`.
 */
export async function reviseFacility(
  deps: Deps,
  request: PartyRevision
): Promise<Registration<FacilityRecord>> {
  const { principal, id } = request
  const content = await reviewed(deps, request)
  return deps.db.transaction(async (tx) => {
    const latest = (await lockFacility(tx, id)) ? await findFacility(tx, id) : undefined
    if (!latest) throw unknownFacility(id)
    if (principal.organization !== latest.organization && !runsRegistry(principal)) {
      throw new RegistryError('FORBIDDEN', 'Only the organization of a facility may change it.')
    }
    if (latest.contentHash.equals(content.hash)) {
      return { record: facilityRecord(latest), created: false }
    }
    const before = content.signature && (await facilityVersionOf(tx, id, content.document))
    if (before) return { record: facilityRecord(before), created: false }
    request.precondition?.(facilityRecord(latest))
    refuseFindings([
      ...movedTo(content.facility.organization, latest),
      ...(await unknownParties(tx, content.facility))
    ])
    return { record: await appendVersion(deps, tx, latest, content), created: true }
  })
}

export function unknownFacility(id: string): RegistryError {
  return new RegistryError('NOT_FOUND', `There is no facility ${id}.`)
}

interface Content {
  readonly facility: Facility
  readonly document: Buffer
  readonly hash: Buffer
  readonly principal: Principal
  readonly signature: StatedSignature | null
}

async function reviewed(deps: Deps, request: PartyDocument): Promise<Content> {
  const { document, principal } = request
  const parsed = parseFacility(document)
  refuseFindings(
    parsed.document ? reviewFacility(parsed.document, deps.reference) : parsed.findings
  )
  const facility = parsed.document as Facility
  if (facility.attestation === 'attested' && !runsRegistry(principal)) {
    throw new RegistryError(
      'FORBIDDEN',
      'Only an operator or administrator of the registry attests a facility; declare it instead.',
      { details: [{ pointer: '/attestation', message: 'must be declared' }] }
    )
  }
  const signature = await acceptSignature(deps, principal, document, {
    signature: request.signature
  })
  return { facility, document, hash: canonicalHash(facility), principal, signature }
}

async function unknownParties(tx: Transaction, facility: Facility): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const role of ['organization', 'operator'] as const) {
    const id = facility[role]
    if (id === undefined || (await organizationExists(tx, id))) continue
    findings.push(
      report('ORGANIZATION_UNKNOWN', {
        pointer: `/${role}`,
        message: 'The organization is not registered.',
        actual: id,
        remedy: 'Give the id of a registered organization, in lower case.'
      })
    )
  }
  return findings
}

function movedTo(organization: string | undefined, latest: FacilityRow): Finding[] {
  if (organization === undefined || organization === latest.organization) return []
  return [
    report('ORGANIZATION_FIXED', {
      pointer: '/organization',
      message: 'A facility stays with its organization.',
      expected: latest.organization,
      actual: organization,
      remedy: 'Name another operator, or let the other organization register the facility.'
    })
  ]
}

/** The journal head is the last lock, hence `insertFirst` comes after it. */
async function appendVersion(
  deps: Deps,
  tx: Transaction,
  { id, organization }: { readonly id: string; readonly organization: string },
  { facility, document, hash, principal, signature }: Content,
  insertFirst?: (position: number) => Promise<void>
): Promise<FacilityRecord> {
  await holdKeys(tx, [signature])
  const body = actedBy(principal, organization, signature)
  const entry = partyEntry({ kind: 'facility', subject: id, organization, document, body })
  const { first: position, at } = await appendEntries(tx, [entry], deps.now())
  await refuseUnsigned(tx, [{ organization: principal.organization, signature }])
  await insertFirst?.(position)
  const operator = facility.operator ?? organization
  const attestation = facility.attestation ?? 'declared'
  await insertFacilityVersion(tx, {
    facility: id,
    position,
    name: facility.name,
    country: facility.country,
    region: facility.region ?? null,
    latitude: facility.coordinates?.latitude ?? null,
    longitude: facility.coordinates?.longitude ?? null,
    stages: facility.stages,
    operator,
    validFrom: facility.validFrom,
    attestation,
    document,
    contentHash: hash
  })
  const signedBy = signature && { organization: principal.organization, key: signature.key }
  const stated = { organization, operator, attestation, position, recordedAt: at, signedBy }
  return { id, ...facility, ...stated }
}
