import { publicStates } from '../domain/epd/lifecycle.ts'
import { versionKey } from '../domain/epd/version.ts'
import type { Finding } from '../domain/finding.ts'
import { RegistryError } from '../errors.ts'
import { epdViewer } from '../identity/epd-visibility.ts'
import { type EpdDraftRow, epdDraftDocument, epdDrafts } from '../storage/epd-drafts.ts'
import { epdFindings } from '../storage/epd-versions.ts'
import { type EpdVersionRow, epdDocument, epdVersions } from '../storage/epds.ts'
import type { Deps, Principal } from './deps.ts'
import { draftRecord, type EpdRecord, epdRecord } from './epd-record.ts'
import { parseEpd } from './epd-submission.ts'
import { reviewInRegistry } from './review-epd.ts'
import { signedByAt } from './signed-by.ts'

export interface EpdQuestion {
  /** Null is the public. */
  readonly principal: Principal | null
  readonly id: string
  /** The newest that the caller may see, where it is not given. */
  readonly version?: string
}

/** A version with its exact bytes. */
export interface EpdReading {
  readonly record: EpdRecord
  readonly document: Buffer
  /** True where everybody may read it, now and for ever. */
  readonly public: boolean
}

/** One version. What the caller may not see does not exist: `NOT_FOUND`. */
export async function readEpd(deps: Deps, question: EpdQuestion): Promise<EpdReading> {
  const { row, draft } = await versionOf(deps, question)
  if (draft) {
    const document = await epdDraftDocument(deps.db, draft)
    return { record: draftRecord(draft), document, public: false }
  }
  return {
    record: { ...epdRecord(row), signedBy: await signedByAt(deps.db, Number(row.position)) },
    document: await epdDocument(deps.db, Number(row.position)),
    public: publicStates.includes(row.state)
  }
}

/** Every version that the caller may see, oldest first, own drafts last. Throws `NOT_FOUND`. */
export async function readEpdVersions(deps: Deps, question: EpdQuestion): Promise<EpdRecord[]> {
  const { rows, drafts } = await versionsOf(deps, question)
  if (rows.length + drafts.length === 0) throw notFound(question)
  return [...rows.map(epdRecord), ...drafts.map(draftRecord)]
}

/**
 * What was found about a version: stored with it, or for a draft as things stand. Throws
 * `NOT_FOUND`.
 */
export async function readEpdFindings(
  deps: Deps,
  question: EpdQuestion
): Promise<readonly Finding[]> {
  const { row, draft } = await versionOf(deps, question)
  if (row) return epdFindings(deps.db, row.epd, Number(row.position))
  const document = await epdDraftDocument(deps.db, draft)
  const { epd, findings } = parseEpd({ mediaType: draft.mediaType, document }, deps.reference)
  if (!epd || !question.principal) return findings
  return [...findings, ...(await reviewInRegistry(deps.db, deps, question.principal, epd))]
}

type Version =
  | { readonly row: EpdVersionRow; readonly draft?: undefined }
  | { readonly row?: undefined; readonly draft: EpdDraftRow }

/** A submitted version goes before a draft: whoever asks for the newest gets what stands. */
async function versionOf(deps: Deps, question: EpdQuestion): Promise<Version> {
  const { rows, drafts } = await versionsOf(deps, question)
  const row = rows.at(-1)
  if (row) return { row }
  const draft = drafts.at(-1)
  if (draft) return { draft }
  throw notFound(question)
}

async function versionsOf(deps: Deps, { principal, id, version }: EpdQuestion) {
  const key = version === undefined ? null : versionKey(version)
  if (version !== undefined && key === null) return { rows: [], drafts: [] }
  const viewer = epdViewer(principal)
  return {
    rows: await epdVersions(deps.db, viewer, id, key),
    drafts:
      viewer.organization === null ? [] : await epdDrafts(deps.db, viewer.organization, id, key)
  }
}

function notFound({ id, version }: EpdQuestion): RegistryError {
  const what = version === undefined ? `declaration ${id}` : `version ${version} of ${id}`
  return new RegistryError('NOT_FOUND', `There is no ${what}.`)
}
