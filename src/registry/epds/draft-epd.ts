import type { Epd } from '../../domain/epd/epd.ts'
import { LISTED_CHARACTERS } from '../../domain/epd/summary.ts'
import { compareVersions, versionKey } from '../../domain/epd/version.ts'
import type { Finding } from '../../domain/finding.ts'
import { RegistryError } from '../../errors.ts'
import { deleteEpdDraft, epdDrafts, saveEpdDraft } from '../../storage/epds/epd-drafts.ts'
import type { Deps, Principal } from '../deps.ts'
import { refuseFindings } from '../refuse-findings.ts'
import { draftRecord } from './epd-record.ts'
import { type EpdDocument, parseEpd, sha256 } from './epd-submission.ts'
import { ownVersions, reviewInRegistry } from './review-epd.ts'
import { conflict, lockEpd, type SubmittedEpd } from './submit-epd.ts'

/**
 * Keeps a document as a draft, in place of the one before. It may have any findings: they are told,
 * and block only its submission. Nothing is logged. Throws `FINDINGS` where id or version cannot be
 * read, and `CONFLICT` where the version was submitted already.
 */
export async function saveDraft(
  deps: Deps,
  command: EpdDocument & { readonly principal: Principal }
): Promise<SubmittedEpd> {
  const { principal, mediaType, document } = command
  const { organization, client } = principal
  const parsed = await parseEpd(command, deps.reference)
  const key = parsed.identity ? versionKey(parsed.identity.version) : null
  if (!parsed.identity || !key) {
    refuseFindings(parsed.findings)
    throw new RangeError('a format gave neither an identity nor findings')
  }
  const { id, version } = parsed.identity
  return deps.db.transaction(async (tx) => {
    const [, versions] = await Promise.all([lockEpd(tx, id), ownVersions(tx, deps, principal, id)])
    if (versions.some((each) => compareVersions(each.versionKey, key) === 0)) throw conflict(id)
    const findings: readonly Finding[] = parsed.epd
      ? [
          ...parsed.findings,
          ...(await reviewInRegistry(tx, deps, principal, parsed.epd, { mediaType, versions }))
        ]
      : parsed.findings
    const created = await saveEpdDraft(tx, {
      organization,
      epd: id,
      versionKey: key,
      version,
      client,
      mediaType,
      document,
      sha256: sha256(document),
      name: parsed.epd ? listedName(parsed.epd) : null,
      savedAt: deps.now()
    })
    const [row] = await epdDrafts(tx, organization, id, key)
    if (!row) throw new Error(`draft ${version} of ${id} was not stored`)
    return { record: draftRecord(row), findings, created }
  })
}

/** Null for one that lists do not take: the draft is kept, and told so. */
function listedName({ name }: Epd): string | null {
  const text = JSON.stringify(name)
  return text.length > LISTED_CHARACTERS ? null : text
}

/** Throws `NOT_FOUND`, and `TRANSITION_NOT_ALLOWED` for a version that was submitted. */
export async function deleteDraft(
  deps: Deps,
  command: { readonly principal: Principal; readonly id: string; readonly version: string }
): Promise<void> {
  const { principal, id, version } = command
  const key = versionKey(version)
  await deps.db.transaction(async (tx) => {
    await lockEpd(tx, id)
    if (key && (await deleteEpdDraft(tx, principal.organization, id, key))) return
    const versions = await ownVersions(tx, deps, principal, id)
    if (key && versions.some((each) => compareVersions(each.versionKey, key) === 0)) {
      throw new RegistryError(
        'TRANSITION_NOT_ALLOWED',
        'Only drafts are deleted; a version that was submitted is deregistered.'
      )
    }
    throw new RegistryError('NOT_FOUND', `You have no draft ${version} of ${id}.`)
  })
}
