import { report } from '../domain/epd/rules/table.ts'
import { compareVersions } from '../domain/epd/version.ts'
import { acceptable, type Finding } from '../domain/finding.ts'
import type { Queryable } from '../storage/database.ts'
import { epdFindings } from '../storage/epd-versions.ts'
import { epdOwner } from '../storage/epds.ts'
import type { Deps, Principal } from './deps.ts'
import {
  type EpdDocument,
  type EpdSubmission,
  parseEpd,
  splitDocument,
  submissionOf
} from './epd-submission.ts'
import { ownVersions, reviewInRegistry } from './review-epd.ts'

/** What submitting a document would say as things stand. */
export interface CheckedEpd {
  readonly acceptable: boolean
  readonly findings: readonly Finding[]
}

/**
 * Judges a declaration without storing anything, by exactly the rules of `submitEpd`. Throws
 * `MEDIA_TYPE_UNSUPPORTED` and `BODY_INVALID`.
 */
export async function checkEpd(
  deps: Deps,
  command: EpdDocument & { readonly principal: Principal }
): Promise<CheckedEpd> {
  const documents = await splitDocument(command, deps.reference)
  if (documents.length > 1) return checkSeveral(deps, command.principal, documents)
  const parsed = await parseEpd(command, deps.reference)
  if (!parsed.epd) return { acceptable: false, findings: parsed.findings }
  const submission = submissionOf(command, parsed)
  const findings = await deps.db.transaction(
    (tx) => judge(deps, tx, command.principal, submission),
    { isolation: 'repeatable read', readOnly: true }
  )
  return { acceptable: acceptable(findings), findings }
}

/** The declarations of one archive, each by itself; pointers name the file. */
async function checkSeveral(
  deps: Deps,
  principal: Principal,
  documents: readonly EpdDocument[]
): Promise<CheckedEpd> {
  const checked: CheckedEpd[] = []
  for (const each of documents) checked.push(await checkEpd(deps, { ...each, principal }))
  return {
    acceptable: checked.every((each) => each.acceptable),
    findings: checked.flatMap(({ findings }) => findings)
  }
}

async function judge(
  deps: Deps,
  db: Queryable,
  principal: Principal,
  { epd, versionKey, sha256, contentHash, formatFindings }: EpdSubmission
): Promise<readonly Finding[]> {
  const owner = await epdOwner(db, epd.id)
  const versions = await ownVersions(db, deps, principal, epd.id)
  const stored = versions.find((each) => compareVersions(each.versionKey, versionKey) === 0)
  if (stored && (stored.sha256.equals(sha256) || stored.contentHash.equals(contentHash))) {
    return epdFindings(db, epd.id, Number(stored.position))
  }
  if (stored || (owner !== undefined && owner !== principal.organization)) {
    return [
      report('EPD_CONFLICT', {
        pointer: '/id',
        message: 'The id and version stand for other content.',
        remedy: 'Raise the version, or choose a new id for another declaration.'
      })
    ]
  }
  return [...formatFindings, ...(await reviewInRegistry(db, deps, principal, epd))]
}
