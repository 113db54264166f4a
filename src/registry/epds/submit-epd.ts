import { checkReportBytes } from '../../domain/epd/check-report.ts'
import { compareVersions } from '../../domain/epd/version.ts'
import type { Finding } from '../../domain/finding.ts'
import { RegistryError } from '../../errors.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import type { Transaction } from '../../storage/database.ts'
import { deleteEpdDraft } from '../../storage/epds/epd-drafts.ts'
import { insertEpdState } from '../../storage/epds/epd-states.ts'
import {
  epdFindings,
  insertEpdFindings,
  insertEpdValues,
  insertEpdVersion
} from '../../storage/epds/epd-versions.ts'
import { type EpdVersionRow, epdOwner, insertEpd } from '../../storage/epds/epds.ts'
import { appendEntries } from '../../storage/journal/journal.ts'
import type { Deps, Principal } from '../deps.ts'
import { refuseFindings } from '../refuse-findings.ts'
import {
  acceptSignature,
  holdKeys,
  refuseUnsigned,
  type StatedSignature
} from '../signing/accept-signature.ts'
import { columnsOf, valuesOf } from './epd-columns.ts'
import { versionEntry } from './epd-entry.ts'
import { type EpdRecord, type ExternalRegistration, epdRecord } from './epd-record.ts'
import {
  type EpdDocument,
  type EpdSubmission,
  sha256 as hashOf,
  readEpdSubmission
} from './epd-submission.ts'
import { namedParties, ownVersions, reviewInRegistry } from './review-epd.ts'
import { isSameContent } from './same-content.ts'

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
  const submission = await readEpdSubmission(command, deps.reference)
  const signed = await acceptSignature(deps, principal, document, { signature })
  return deps.db.transaction((tx) => acceptEpd(deps, tx, principal, submission, signed), {
    readsFirst: true
  })
}

/** `submitEpd` inside a transaction that is under way. */
export async function acceptEpd(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  submission: EpdSubmission,
  signature: StatedSignature | null
): Promise<SubmittedEpd> {
  const { epd, versionKey, formatFindings, mediaType } = submission
  const [, owner, versions, parties] = await Promise.all([
    lockEpd(tx, epd.id),
    epdOwner(tx, epd.id),
    ownVersions(tx, deps, principal, epd.id),
    namedParties(tx, epd)
  ])
  // Another organization's id is refused like one that stands for other content of one's own.
  if (owner !== undefined && owner !== principal.organization) throw conflict(epd.id)
  if (versions.some(({ external }) => external !== null)) throw registeredElsewhere(epd.id)
  const stored = versions.find((each) => compareVersions(each.versionKey, versionKey) === 0)
  if (stored) return replay(deps, tx, stored, submission)

  const known = { mediaType, versions, parties }
  const reviewed = await reviewInRegistry(tx, deps, principal, epd, known)
  const findings = [...formatFindings, ...reviewed]
  refuseFindings(findings)
  const accepted = { principal, submission, signature, findings, external: null }
  return storeVersion(deps, tx, { ...accepted, isFirst: owner === undefined })
}

/** A version that was judged and found good. */
export interface AcceptedVersion {
  readonly principal: Principal
  readonly submission: EpdSubmission
  readonly signature: StatedSignature | null
  readonly findings: readonly Finding[]
  /** Where it is registered, of a declaration of another registry. */
  readonly external: ExternalRegistration | null
  readonly isFirst: boolean
}

/** Writes a version down: one entry, its bytes, values, findings and where it stands. */
export async function storeVersion(
  deps: Deps,
  tx: Transaction,
  accepted: AcceptedVersion
): Promise<SubmittedEpd> {
  const { principal, submission, signature, findings, external } = accepted
  const { epd, versionKey } = submission
  const { organization, client } = principal
  const report = reportOf(submission, findings, deps)
  const reportSha256 = hashOf(report)
  const columns = columnsOf(submission, deps, organization)
  const values = valuesOf(epd, deps)
  await holdKeys(tx, [signature])
  const entry = versionEntry(submission, principal, { signature, reportSha256, external })
  const { first: position } = await appendEntries(tx, [entry], deps.now())
  const where = external && JSON.stringify(external)
  // Everybody else waits for a place in the journal until the end of this: it goes out in one message.
  const written = [
    refuseUnsigned(tx, [{ organization, signature }]),
    accepted.isFirst ? insertEpd(tx, { id: epd.id, organization, position }) : null,
    insertEpdVersion(tx, { ...columns, position, client, report, reportSha256, external: where }),
    insertEpdValues(tx, position, values),
    insertEpdState(tx, {
      ...NOTHING_YET,
      epd: epd.id,
      versionKey,
      position,
      organization,
      client,
      state: external ? 'external' : 'submitted',
      transition: external ? 'external' : 'submit'
    }),
    insertEpdFindings(tx, { epd: epd.id, organization, position }, findings),
    deleteEpdDraft(tx, organization, epd.id, versionKey)
  ]
  const [versions] = await Promise.all([ownVersions(tx, deps, principal, epd.id), ...written])
  const row = versions.find((each) => Number(each.position) === position)
  if (!row) throw new Error(`version ${epd.version} of ${epd.id} was not stored`)
  return { record: epdRecord(row), findings, created: true }
}

/** What a version has come to when it is new. */
const NOTHING_YET = {
  reason: null,
  request: null,
  endsOn: null,
  verifier: null,
  verification: null,
  programme: null,
  registrationNumber: null,
  registration: null
} as const

/** One at a time for each declaration, also for one that does not exist yet. */
export function lockEpd(tx: Transaction, id: string): Promise<void> {
  return lockName(tx, `epd ${id}`)
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

function registeredElsewhere(id: string): RegistryError {
  return new RegistryError('CONFLICT', `${id} is a declaration that is registered elsewhere.`)
}

/** What was accepted before: the same bytes or the same content give the stored answer. */
export async function replay(
  deps: Pick<Deps, 'reference'>,
  tx: Transaction,
  stored: EpdVersionRow,
  submission: EpdSubmission
): Promise<SubmittedEpd> {
  const { id } = submission.epd
  if (!(await isSameContent(tx, deps, stored, submission))) throw conflict(id)
  const findings = await epdFindings(tx, id, Number(stored.position))
  return { record: epdRecord(stored), findings, created: false }
}

function reportOf(
  { epd, sha256 }: EpdSubmission,
  findings: readonly Finding[],
  { reference }: Deps
): Buffer {
  return checkReportBytes({
    epd: epd.id,
    version: epd.version,
    documentSha256: sha256.toString('hex'),
    ruleSet: reference.epd.rules.version,
    findings
  })
}
