import { publicStates } from '../../domain/epd/lifecycle.ts'
import { versionValidOn } from '../../domain/epd/usable-version.ts'
import { type VersionKey, versionKey } from '../../domain/epd/version.ts'
import type { Finding } from '../../domain/finding.ts'
import { RegistryError } from '../../errors.ts'
import type { Queryable, Transaction } from '../../storage/database.ts'
import { type EpdDraftRow, epdDraftDocument, epdDrafts } from '../../storage/epds/epd-drafts.ts'
import { epdFindings, epdReport } from '../../storage/epds/epd-versions.ts'
import {
  type EpdVersionRow,
  type EpdView,
  epdDocument,
  epdVersionDates,
  epdVersions,
  newestEpdVersion
} from '../../storage/epds/epds.ts'
import type { Deps, Principal } from '../deps.ts'
import type { Stamp } from '../moment.ts'
import { calendarDay } from './calendar-day.ts'
import { draftRecord, type EpdRecord, epdRecord } from './epd-record.ts'
import { parseEpd } from './epd-submission.ts'
import { inEpdSnapshot } from './epd-view.ts'
import { kept } from './erased.ts'
import { reviewInRegistry } from './review-epd.ts'

export interface EpdQuestion {
  /** Null is the public. */
  readonly principal: Principal | null
  readonly id: string
  /** The newest that the caller may see, where it is not given. */
  readonly version?: string
  /** The version that was valid on this day, `YYYY-MM-DD`. */
  readonly validOn?: string
  /** A position or an RFC 3339 time: what was known then. Without it, what is known now. */
  readonly asOf?: string
}

/** A version with its exact bytes. */
export interface EpdReading {
  readonly record: EpdRecord
  readonly document: Buffer
  /** The state of the books in which it stands so. */
  readonly snapshot: Stamp
  /** True where everybody may read it, now and for ever. */
  readonly public: boolean
}

/**
 * One version: the asked one, the one that was valid on the asked day, or the newest, in one snapshot.
 * What the caller may not see does not exist: `NOT_FOUND`. Throws `REQUEST_INVALID` for a day or a
 * moment that is none.
 */
export function readEpd(deps: Deps, question: EpdQuestion): Promise<EpdReading> {
  return inEpdSnapshot(deps, question, async (tx, view, snapshot) => {
    const { row, draft } = await versionOf(tx, view, question)
    if (draft) {
      const document = await epdDraftDocument(tx, draft)
      return { record: draftRecord(draft), document, snapshot, public: false }
    }
    return {
      record: epdRecord(row),
      document: await epdDocument(tx, Number(row.position)),
      snapshot,
      public: publicStates.includes(row.state)
    }
  })
}

/** As `readEpd`, for who needs the bytes. Throws `ERASED` where they are gone. */
export async function readEpdDocument(deps: Deps, question: EpdQuestion): Promise<EpdReading> {
  const reading = await readEpd(deps, question)
  return { ...reading, document: kept(reading.document) }
}

/** As `readEpd`, without the bytes, in a snapshot that others read in too. */
export async function readEpdRecord(
  tx: Transaction,
  view: EpdView,
  question: EpdQuestion
): Promise<EpdRecord> {
  const { row, draft } = await versionOf(tx, view, question)
  return row ? epdRecord(row) : draftRecord(draft)
}

/**
 * What was found about a version: stored with it, or for a draft as things stand. Throws
 * `NOT_FOUND`.
 */
export function readEpdFindings(deps: Deps, question: EpdQuestion): Promise<readonly Finding[]> {
  return inEpdSnapshot(deps, question, async (tx, view) => {
    const { row, draft } = await versionOf(tx, view, question)
    if (row) return epdFindings(tx, row.epd, Number(row.position))
    const document = await epdDraftDocument(tx, draft)
    const { mediaType } = draft
    const { epd, findings } = await parseEpd({ mediaType, document }, deps.reference)
    if (!epd || !question.principal) return findings
    const reviewed = await reviewInRegistry(tx, deps, question.principal, epd, { mediaType })
    return [...findings, ...reviewed]
  })
}

/**
 * The report of the review of a version, byte for byte, and its hash in hex. Throws `NOT_FOUND`, also
 * for a draft: it has no report yet; `ERASED` where it is gone with its version.
 */
export function readEpdReport(
  deps: Deps,
  question: EpdQuestion
): Promise<{ readonly report: Buffer; readonly sha256: string }> {
  return inEpdSnapshot(deps, question, async (tx, view) => {
    const { row } = await versionOf(tx, view, question)
    if (!row) throw notFound(question)
    const report = await epdReport(tx, Number(row.position))
    return { report: kept(report), sha256: row.reportSha256.toString('hex') }
  })
}

type Version =
  | { readonly row: EpdVersionRow; readonly draft?: undefined }
  | { readonly row?: undefined; readonly draft: EpdDraftRow }

/** A submitted version goes before a draft: whoever asks for the newest gets what stands. */
async function versionOf(tx: Transaction, view: EpdView, question: EpdQuestion): Promise<Version> {
  const { id, version, validOn, asOf } = question
  const key = version === undefined ? null : versionKey(version)
  if (version !== undefined && key === null) throw notFound(question)
  const row = await submittedVersion(tx, view, question, key)
  if (row) return { row }
  const { organization } = view.viewer
  // Drafts are not logged, so nobody can say what they were; none of them is valid on any day.
  const seesDrafts = organization !== null && asOf === undefined && validOn === undefined
  const draft = seesDrafts ? (await epdDrafts(tx, organization, id, key)).at(-1) : undefined
  if (draft) return { draft }
  throw notFound(question)
}

/** A declaration may have thousands of versions: no more than one of them is read whole. */
async function submittedVersion(
  db: Queryable,
  view: EpdView,
  { id, validOn }: EpdQuestion,
  key: VersionKey | null
): Promise<EpdVersionRow | undefined> {
  if (validOn === undefined && key === null) return newestEpdVersion(db, view, id)
  const day = validOn === undefined ? undefined : calendarDay('validOn', validOn)
  const wanted =
    day === undefined ? key : versionValidOn(await epdVersionDates(db, view, id), day)?.versionKey
  return wanted ? (await epdVersions(db, view, id, wanted))[0] : undefined
}

function notFound({ id, version, validOn, asOf }: EpdQuestion): RegistryError {
  const what = version === undefined ? `declaration ${id}` : `version ${version} of ${id}`
  const then = asOf === undefined ? '' : ` that was known as of ${asOf}`
  const valid = validOn === undefined ? '' : ` that was valid on ${validOn}`
  return new RegistryError('NOT_FOUND', `There is no ${what}${valid}${then}.`)
}
