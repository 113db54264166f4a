import { compareVersions, versionKey } from '../../domain/epd/version.ts'
import { RegistryError } from '../../errors.ts'
import type { Transaction } from '../../storage/database.ts'
import { type EpdDraftRow, epdDraftDocument, epdDrafts } from '../../storage/epds/epd-drafts.ts'
import type { Deps, Principal } from '../deps.ts'
import { acceptSignature } from '../signing/accept-signature.ts'
import type { EpdRecord } from './epd-record.ts'
import { refuseOtherBytes } from './epd-statement.ts'
import { readEpdSubmission } from './epd-submission.ts'
import { ownVersions } from './review-epd.ts'
import { acceptEpd, lockEpd } from './submit-epd.ts'

interface DraftCommand {
  readonly principal: Principal
  readonly id: string
  readonly version: string
  readonly signature?: string | undefined
  /** Of the draft that is meant, hex. */
  readonly documentSha256?: string | undefined
}

/** The caller's own draft of a version; undefined where there is none. */
export async function findDraft(
  { db }: Pick<Deps, 'db'>,
  { principal, id, version }: DraftCommand
): Promise<EpdDraftRow | undefined> {
  const key = versionKey(version)
  const [draft] = key ? await epdDrafts(db, principal.organization, id, key) : []
  return draft
}

/**
 * Submits a draft as it stands. A signature is over its document, as for everything submitted. Throws
 * as `submitEpd` does, `STATEMENT_MISMATCH` where another document is meant, and `CONFLICT` where the
 * draft was changed meanwhile.
 */
export async function submitDraft(
  deps: Deps,
  command: DraftCommand,
  draft: EpdDraftRow
): Promise<EpdRecord> {
  const { principal, id, signature } = command
  if (!principal.scopes.has('epd:write')) {
    throw new RegistryError('FORBIDDEN', 'The token lacks the scope epd:write.')
  }
  refuseOtherBytes('/documentSha256', command.documentSha256, draft.sha256)
  const document = await epdDraftDocument(deps.db, draft)
  const submission = await readEpdSubmission(
    { mediaType: draft.mediaType, document },
    deps.reference
  )
  const signed = await acceptSignature(deps, principal, document, { signature })
  return deps.db.transaction(async (tx) => {
    await lockEpd(tx, id)
    const [now] = await epdDrafts(tx, principal.organization, id, draft.versionKey)
    if (now && !now.sha256.equals(submission.sha256)) {
      throw new RegistryError('CONFLICT', 'The draft was changed meanwhile; look at it again.')
    }
    if (!now && !(await isSubmitted(deps, tx, principal, draft))) {
      throw new RegistryError('NOT_FOUND', 'The draft has just been deleted.')
    }
    return (await acceptEpd(deps, tx, principal, submission, signed)).record
  })
}

/** True where the draft is gone since it was submitted already, by the same request or another one. */
async function isSubmitted(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  { epd, versionKey: key }: EpdDraftRow
): Promise<boolean> {
  const versions = await ownVersions(tx, deps, principal, epd)
  return versions.some((each) => compareVersions(each.versionKey, key) === 0)
}
