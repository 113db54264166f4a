import type { Epd } from '../domain/epd/epd.ts'
import { methodOf } from '../domain/epd/method.ts'
import { facetsOf, searchTermsOf } from '../domain/epd/search-terms.ts'
import { summaryOf } from '../domain/epd/summary.ts'
import { compareVersions } from '../domain/epd/version.ts'
import type { Finding } from '../domain/finding.ts'
import { RegistryError } from '../errors.ts'
import type { Transaction } from '../storage/database.ts'
import { deleteEpdDraft } from '../storage/epd-drafts.ts'
import {
  epdFindings,
  insertEpdFindings,
  insertEpdValues,
  insertEpdVersion,
  type NewEpdValue
} from '../storage/epd-versions.ts'
import { type EpdVersionRow, epdOwner, insertEpd, insertEpdState } from '../storage/epds.ts'
import { appendEntries, type JournalEntry } from '../storage/journal.ts'
import { lockName } from '../storage/name-lock.ts'
import { acceptSignature, holdKeys, type StatedSignature } from './accept-signature.ts'
import type { Deps, Principal } from './deps.ts'
import { type EpdRecord, epdRecord } from './epd-record.ts'
import { type EpdDocument, type EpdSubmission, readSubmission } from './epd-submission.ts'
import { refuseFindings } from './refuse-findings.ts'
import { ownVersions, reviewInRegistry } from './review-epd.ts'
import { signedByAt } from './signed-by.ts'

/** A version that stands in the registry, with the findings that did not block it. */
export interface SubmittedEpd {
  readonly record: EpdRecord
  readonly findings: readonly Finding[]
  /** False when the same document had been accepted before. */
  readonly created: boolean
}

/**
 * Submits one version of a declaration (walk 1 of the architecture). The same id, version and
 * content again give the stored answer. Throws `MEDIA_TYPE_UNSUPPORTED`, `BODY_INVALID`, `FINDINGS`
 * with every finding, `CONFLICT` where the id or the version stands for something else,
 * `SIGNATURE_REQUIRED` and `SIGNATURE_INVALID`; nothing is stored then.
 */
export async function submitEpd(
  deps: Deps,
  command: EpdDocument & { readonly principal: Principal; readonly signature?: string | undefined }
): Promise<SubmittedEpd> {
  const { principal, document, signature } = command
  const submission = readSubmission(command, deps.reference)
  const signed = await acceptSignature(deps, principal, document, { signature })
  return deps.db.transaction((tx) => acceptEpd(deps, tx, principal, submission, signed))
}

/** `submitEpd` inside a transaction that is under way. */
export async function acceptEpd(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  submission: EpdSubmission,
  signature: StatedSignature | null
): Promise<SubmittedEpd> {
  const { epd, versionKey, formatFindings } = submission
  await lockEpd(tx, epd.id)
  await refuseForeign(tx, principal, epd.id)
  const versions = await ownVersions(tx, principal, epd.id)
  const stored = versions.find((each) => compareVersions(each.versionKey, versionKey) === 0)
  if (stored) return replay(tx, stored, submission)

  const findings = [...formatFindings, ...(await reviewInRegistry(tx, deps, principal, epd))]
  refuseFindings(findings)

  const { organization, client } = principal
  await holdKeys(tx, [signature])
  const entry = entryOf(submission, principal, signature)
  const { first: position } = await appendEntries(tx, [entry], deps.now())
  if (versions.length === 0) await insertEpd(tx, { id: epd.id, organization, position })
  await insertEpdVersion(tx, { ...columnsOf(submission, deps, organization), position, client })
  await insertEpdValues(tx, position, valuesOf(epd, deps))
  const state = { epd: epd.id, versionKey, position, organization, client, reason: null }
  await insertEpdState(tx, { ...state, state: 'submitted' })
  await insertEpdFindings(tx, { epd: epd.id, organization, position }, findings)
  await deleteEpdDraft(tx, organization, epd.id, versionKey)

  const row = (await ownVersions(tx, principal, epd.id)).find(
    (each) => Number(each.position) === position
  )
  if (!row) throw new Error(`version ${epd.version} of ${epd.id} was not stored`)
  const signedBy = signature && { organization, key: signature.key }
  return { record: { ...epdRecord(row), signedBy }, findings, created: true }
}

/** One at a time for each declaration, also for one that does not exist yet. */
export function lockEpd(tx: Transaction, id: string): Promise<void> {
  return lockName(tx, `epd ${id}`)
}

/** An id of another organization is refused like one that stands for other content of one's own. */
async function refuseForeign(
  tx: Transaction,
  { organization }: Principal,
  id: string
): Promise<void> {
  const owner = await epdOwner(tx, id)
  if (owner !== undefined && owner !== organization) throw conflict(id)
}

export function conflict(id: string): RegistryError {
  return new RegistryError('CONFLICT', `The id and version of ${id} stand for other content.`, {
    details: [
      {
        pointer: '/id',
        message: 'Raise the version, or choose a new id for another declaration.'
      }
    ]
  })
}

async function replay(
  tx: Transaction,
  stored: EpdVersionRow,
  { epd, sha256, contentHash }: EpdSubmission
): Promise<SubmittedEpd> {
  const same = stored.sha256.equals(sha256) || stored.contentHash.equals(contentHash)
  if (!same) throw conflict(epd.id)
  const findings = await epdFindings(tx, epd.id, Number(stored.position))
  const signedBy = await signedByAt(tx, Number(stored.position))
  return { record: { ...epdRecord(stored), signedBy }, findings, created: false }
}

/** What was submitted is confidential until it is published (trust.md item 2). */
function entryOf(
  { epd, ...sent }: EpdSubmission,
  { organization }: Principal,
  signature: StatedSignature | null
): JournalEntry {
  const { sha256, document, mediaType } = sent
  return {
    kind: 'epd',
    subject: epd.id,
    organization,
    document: { sha256, size: document.length, mediaType },
    blind: true,
    body: { version: epd.version, state: 'submitted', ...(signature ? { signature } : {}) }
  }
}

function columnsOf(submission: EpdSubmission, { reference }: Deps, organization: string) {
  const { epd, versionKey, mediaType, document, sha256, contentHash } = submission
  return {
    epd: epd.id,
    versionKey,
    version: epd.version,
    mediaType,
    document,
    sha256,
    contentHash,
    ruleSet: reference.epd.rules.version,
    stage: epd.product.stage,
    productClass: epd.product.class,
    operator: epd.operator?.organization ?? null,
    practitioner: epd.practitioner?.organization ?? null,
    registrationNumber: epd.registrationNumber ?? null,
    validFrom: epd.validFrom?.date ?? null,
    validUntil: epd.validUntil?.date ?? null,
    terms: searchTermsOf(epd),
    facets: facetsOf(epd, organization, reference.chemistry),
    summary: JSON.stringify(summaryOf(epd))
  }
}

function valuesOf(epd: Epd, { reference }: Deps): NewEpdValue[] {
  return epd.results.flatMap((result) => {
    const method = methodOf(result, epd, reference.epd.indicators) ?? ''
    return result.values.map((value) => ({
      indicator: result.indicator,
      method,
      module: value.module,
      scenario: value.scenario ?? '',
      unit: result.unit,
      status: value.status,
      value: value.text
    }))
  })
}
