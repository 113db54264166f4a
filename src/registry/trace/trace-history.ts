import { unpackOrigins } from '../../domain/lineage/codec.ts'
import { originShares } from '../../domain/lineage/origin-shares.ts'
import { formatKg } from '../../domain/quantity/mass.ts'
import type { OriginVersion, PostingRow } from '../../storage/batches/batch-history.ts'
import {
  readOriginVersions,
  readPostings,
  readStatusVersions,
  readTimes
} from '../../storage/batches/batch-history.ts'
import type { StoredBatch } from '../../storage/batches/batches.ts'
import { readBatchVersions } from '../../storage/batches/batches.ts'
import { readEventFacts } from '../../storage/books/event-facts.ts'
import type { Directory } from '../../storage/parties/directory.ts'
import type { Deps, Principal } from '../deps.ts'
import { batchRecord, eyesOf } from './trace-batch.ts'
import { batchFacts, namesOf } from './trace-names.ts'
import { originsView } from './trace-origins-view.ts'
import { partiesOf } from './trace-parties.ts'
import type { BatchQuestion, Inquiry } from './trace-question.ts'
import { inquire } from './trace-question.ts'

/** Postings in one answer at most; the newest are left out, and the answer says so. */
const MOST_POSTINGS = 1_000

/**
 * What has been known of a batch and since when: versions of its content, status and origins, and
 * the postings in accounts that the caller may see. Throws `NOT_FOUND`.
 */
export function traceHistory(deps: Deps, principal: Principal, question: BatchQuestion) {
  return inquire(deps, principal, question, async (inquiry) => {
    const { tx, stamp, batch, standing, asker } = inquiry
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
    const told = named ? await toldCauses(inquiry, contents, [...statuses, ...origins]) : NONE
    return {
      batch: batch.id,
      ...stamp,
      content: contents.map((version) => contentLine(version, directory, named, times)),
      status: statuses.map(({ position, status, cause }) => ({
        position,
        recordedAt: times.get(position) ?? null,
        status,
        ...(told.has(cause) ? { cause } : {})
      })),
      origins: origins.map((version) => originLine(version, told, times)),
      postings: postings.slice(0, MOST_POSTINGS).map((posting) =>
        postingLine(posting, eyes, {
          shown: own(posting, asker.organization) || (named && posting.event === batch.event)
        })
      ),
      postingsTruncated: postings.length > MOST_POSTINGS
    }
  })
}

const NONE: ReadonlySet<string> = new Set()

/**
 * The events and corrections that the caller may be told of as causes: those that made the batch, and
 * of others' those of parties upstream whom it may know. Whoever hides is not named by a correction.
 */
async function toldCauses(
  { tx, stamp, standing, asker }: Inquiry,
  contents: readonly StoredBatch[],
  versions: readonly { readonly cause?: string; readonly event?: string }[]
): Promise<ReadonlySet<string>> {
  const told = new Set(contents.map(({ event }) => event))
  const causes = new Set(versions.flatMap(({ cause, event }) => cause ?? event ?? []))
  const others = [...causes].filter((cause) => !told.has(cause))
  if (others.length === 0) return told
  const { sees } = await partiesOf(tx, { standing, asker, stamp })
  for (const { id, organization } of (await readEventFacts(tx, others)).values()) {
    if (sees(organization)) told.add(id)
  }
  return told
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

function originLine(version: OriginVersion, told: ReadonlySet<string>, times: Times) {
  const { elements } = originsView(originShares(unpackOrigins(version.body), null))
  return {
    position: version.position,
    recordedAt: times.get(version.position) ?? null,
    ...(told.has(version.event) ? { event: version.event } : {}),
    elements
  }
}

function own({ custodian, owner }: PostingRow, organization: string): boolean {
  return custodian === organization || owner === organization
}

/**
 * Who recorded a posting is told where the organization sees itself on one side of the account; which
 * event it was, where the account is its own: a grantee is not told of the sales of its grantor.
 */
function postingLine(
  posting: PostingRow,
  eyes: readonly string[],
  event: { readonly shown: boolean }
) {
  const { position, recordedAt, type, at, organization } = posting
  const { custodian, owner, place, massUg, balanceUg, undonePosition } = posting
  return {
    position,
    recordedAt,
    ...(event.shown ? { event: posting.event } : {}),
    type,
    time: at,
    ...(eyes.includes(organization) ? { organization } : {}),
    account: { custodian, owner, place },
    massKg: formatKg(massUg),
    balanceKg: formatKg(balanceUg),
    undonePosition
  }
}
