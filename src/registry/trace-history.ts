import { unpackOrigins } from '../domain/lineage/codec.ts'
import { originShares } from '../domain/lineage/origin-shares.ts'
import { formatKg } from '../domain/quantity/mass.ts'
import type { OriginVersion, PostingRow } from '../storage/batch-history.ts'
import {
  readOriginVersions,
  readPostings,
  readStatusVersions,
  readTimes
} from '../storage/batch-history.ts'
import type { StoredBatch } from '../storage/batches.ts'
import { readBatchVersions } from '../storage/batches.ts'
import type { Directory } from '../storage/directory.ts'
import type { Deps, Principal } from './deps.ts'
import { batchRecord, eyesOf } from './trace-batch.ts'
import { batchFacts, namesOf } from './trace-names.ts'
import { originsView } from './trace-origins-view.ts'
import type { BatchQuestion } from './trace-question.ts'
import { inquire } from './trace-question.ts'

/** Postings in one answer at most; the newest are left out, and the answer says so. */
const MOST_POSTINGS = 1_000

/**
 * What has been known of a batch and since when: versions of its content, status and origins, and
 * the postings in accounts that the caller may see. Throws `NOT_FOUND`.
 */
export function traceHistory(deps: Deps, principal: Principal, question: BatchQuestion) {
  return inquire(deps, principal, question, async (inquiry) => {
    const { tx, stamp, batch, standing } = inquiry
    const asOf = stamp.position
    const contents = await readBatchVersions(tx, batch.id, asOf)
    const statuses = await readStatusVersions(tx, batch.id, asOf)
    const origins = await readOriginVersions(tx, batch.id, asOf)
    const eyes = standing.entry === null ? [] : [...(await eyesOf(inquiry))]
    const postings = await readPostings(tx, batch.id, { asOf, eyes, limit: MOST_POSTINGS + 1 })
    const dated = [...contents, ...statuses, ...origins]
    const times = await readTimes(tx, [...new Set(dated.map(({ position }) => position))])
    const directory = await namesOf(tx, contents, asOf)
    const named = standing.sight === 'whole'
    return {
      batch: batch.id,
      ...stamp,
      content: contents.map((version) => contentLine(version, directory, named, times)),
      status: statuses.map(({ position, status, cause }) => ({
        position,
        recordedAt: times.get(position) ?? null,
        status,
        ...(named ? { cause } : {})
      })),
      origins: origins.map((version) => originLine(version, named, times)),
      postings: postings.slice(0, MOST_POSTINGS).map((posting) => postingLine(posting, eyes)),
      postingsTruncated: postings.length > MOST_POSTINGS
    }
  })
}

type Times = ReadonlyMap<number, string>

/** The status has versions of its own. */
function contentLine(version: StoredBatch, directory: Directory, named: boolean, times: Times) {
  const recordedAt = times.get(version.position) ?? null
  const doer = batchFacts(version, directory)
  const {
    status: _status,
    recordedPosition,
    ...record
  } = batchRecord(version, {
    doer,
    named,
    recordedAt
  })
  return { position: recordedPosition, ...record }
}

function originLine(version: OriginVersion, named: boolean, times: Times) {
  const { elements } = originsView(originShares(unpackOrigins(version.body), null))
  return {
    position: version.position,
    recordedAt: times.get(version.position) ?? null,
    ...(named ? { event: version.event } : {}),
    elements
  }
}

/** Who recorded a posting is told where the organization sees itself on one side of the account. */
function postingLine(posting: PostingRow, eyes: readonly string[]) {
  const { position, recordedAt, event, type, at, organization } = posting
  const { custodian, owner, place, massUg, balanceUg, undonePosition } = posting
  return {
    position,
    recordedAt,
    event,
    type,
    time: at,
    ...(eyes.includes(organization) ? { organization } : {}),
    account: { custodian, owner, place },
    massKg: formatKg(massUg),
    balanceKg: formatKg(balanceUg),
    undonePosition
  }
}
