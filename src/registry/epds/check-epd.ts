import type { Conformance } from '../../domain/epd/profile/review-profiles.ts'
import { report } from '../../domain/epd/rules/table.ts'
import { compareVersions } from '../../domain/epd/version.ts'
import { acceptable, type Finding } from '../../domain/finding.ts'
import type { Queryable } from '../../storage/database.ts'
import { epdFindings } from '../../storage/epds/epd-versions.ts'
import { epdOwner } from '../../storage/epds/epds.ts'
import type { Deps, Principal } from '../deps.ts'
import {
  type EpdDocument,
  type EpdSubmission,
  epdSubmissionOf,
  parseEpd,
  splitDocument
} from './epd-submission.ts'
import { refuseUnknownProfiles } from './read-profiles.ts'
import { ownVersions, reportInRegistry } from './review-epd.ts'
import { isSameContent } from './same-content.ts'

/** What submitting a document would say as things stand. */
export interface CheckedEpd {
  readonly acceptable: boolean
  readonly findings: readonly Finding[]
  /** What they mean for the profiles that it claims and those asked for; empty where none was judged. */
  readonly profiles: readonly Conformance[]
}

/**
 * Judges a declaration without storing anything, by exactly the rules of `submitEpd` and by the
 * profiles asked for. Throws `MEDIA_TYPE_UNSUPPORTED`, `BODY_INVALID`, and `REQUEST_INVALID` for a
 * profile that does not exist.
 */
export async function checkEpd(
  deps: Deps,
  command: EpdDocument & { readonly principal: Principal; readonly profiles?: readonly string[] }
): Promise<CheckedEpd> {
  refuseUnknownProfiles(deps, command.profiles ?? [])
  const documents = await splitDocument(command, deps.reference)
  if (documents.length > 1) return checkSeveral(deps, command, documents)
  const parsed = await parseEpd(command, deps.reference)
  if (!parsed.epd) return { acceptable: false, findings: parsed.findings, profiles: [] }
  const submission = epdSubmissionOf(command, parsed)
  return deps.db.transaction((tx) => judge(deps, tx, command, submission), {
    isolation: 'repeatable read',
    readOnly: true
  })
}

/** The declarations of one archive, each by itself; pointers name the file. */
async function checkSeveral(
  deps: Deps,
  { principal, profiles }: { readonly principal: Principal; readonly profiles?: readonly string[] },
  documents: readonly EpdDocument[]
): Promise<CheckedEpd> {
  const terms = { principal, ...(profiles ? { profiles } : {}) }
  const checked: CheckedEpd[] = []
  for (const each of documents) checked.push(await checkEpd(deps, { ...each, ...terms }))
  return {
    acceptable: checked.every((each) => each.acceptable),
    findings: checked.flatMap(({ findings }) => findings),
    profiles: checked.flatMap((each) => each.profiles)
  }
}

async function judge(
  deps: Deps,
  db: Queryable,
  { principal, profiles }: { readonly principal: Principal; readonly profiles?: readonly string[] },
  submission: EpdSubmission
): Promise<CheckedEpd> {
  const { epd, versionKey, formatFindings, mediaType } = submission
  const owner = await epdOwner(db, epd.id)
  const versions = await ownVersions(db, deps, principal, epd.id)
  const stored = versions.find((each) => compareVersions(each.versionKey, versionKey) === 0)
  if (stored && (await isSameContent(db, deps, stored, submission))) {
    const findings = await epdFindings(db, epd.id, Number(stored.position))
    return { acceptable: true, findings, profiles: [] }
  }
  if (stored || (owner !== undefined && owner !== principal.organization)) {
    const conflict = report('EPD_CONFLICT', {
      pointer: '/id',
      message: 'The id and version stand for other content.',
      remedy: 'Raise the version, or choose a new id for another declaration.'
    })
    return { acceptable: false, findings: [conflict], profiles: [] }
  }
  const reviewed = await reportInRegistry(db, deps, principal, epd, { mediaType, profiles })
  return {
    ...reviewed,
    acceptable: reviewed.acceptable && acceptable(formatFindings),
    findings: [...formatFindings, ...reviewed.findings]
  }
}
