import type { RecordedEvent, RecordedPosting } from '../../domain/custody/books.ts'
import type { Queryable, Transaction } from '../database.ts'
import { DESCENDANTS } from './descent.ts'
import { readReceipts } from './write/receipts-json.ts'

/**
 * Corrections change what was written before, so they have the books to themselves: groups of
 * ordinary events hold this lock shared, corrections and their re-evaluation hold it alone.
 */
export const BOOKS = 5_281_001

/**
 * Enters the books together with other groups until the transaction ends. What is read must be read
 * by a later statement: this one may have waited for a correction that it does not see.
 */
export async function enterBooks(tx: Transaction): Promise<void> {
  await tx.query({
    name: 'books_enter',
    text: 'select pg_advisory_xact_lock_shared($1)',
    values: [BOOKS]
  })
}

/** Waits until no group is under way and keeps others out until the transaction ends. */
export async function enterBooksAlone(tx: Transaction): Promise<void> {
  await tx.query({
    name: 'books_enter_alone',
    text: 'select pg_advisory_xact_lock($1)',
    values: [BOOKS]
  })
}

interface EventRow {
  readonly id: string
  readonly organization: string
  readonly type: string
  readonly at: string
  readonly corrected: string | null
  readonly corrective_event: string | null
  readonly undone_position: string | null
  readonly shipment: string | null
  readonly details: string
  readonly outputs: string[]
}

interface PostingRow {
  readonly event: string
  readonly batch: string
  readonly custodian: string
  readonly owner: string
  readonly place: 'on_hand' | 'in_transit'
  readonly mass_ug: string
  readonly elements: string | null
}

/** Recorded events as corrections see them. */
export async function recordedEvents(
  tx: Queryable,
  ids: readonly string[]
): Promise<readonly RecordedEvent[]> {
  if (ids.length === 0) return []
  const rows = await tx.query<EventRow>({
    name: 'recorded_events',
    text: `select e.id, e.organization, e.type, e.at, e.corrective_event, e.undone_position, e.details,
        case e.type when 'correct' then e.details::jsonb ->> 'event' end as corrected,
        case e.type when 'ship' then e.id
                    when 'receive' then (e.details::jsonb ->> 'shipment')::uuid end as shipment,
        array(select o.batch from event_output o
               where o.position = e.position and o.undone_position is null order by o.line) as outputs
      from event e where e.id = any($1::uuid[])`,
    values: [ids]
  })
  const postings = await tx.query<PostingRow>({
    name: 'recorded_postings',
    text: `select p.event, p.batch, a.custodian, a.owner, a.place, p.mass_ug, p.elements
      from event e
      join posting p on p.position = e.position
      join account a on a.id = p.account
      where e.id = any($1::uuid[]) and p.undone_position is null order by p.position, p.line`,
    values: [ids]
  })
  return rows.map((row) => ({
    id: row.id,
    organization: row.organization,
    type: row.type,
    atMs: Date.parse(row.at),
    undone: row.undone_position !== null,
    corrected: row.corrected,
    correctiveEvent: row.corrective_event,
    outputs: row.outputs,
    shipment: row.shipment,
    receipts: row.type === 'receive' ? readReceipts(row.details) : [],
    postings: postings.filter((posting) => posting.event === row.id).map(recordedPosting)
  }))
}

/** Which of the ids are kept for what replaces a wrong event, with the correct event that names each. */
export async function announcing(
  tx: Queryable,
  ids: readonly string[]
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.query<{ id: string; corrective_event: string }>({
    name: 'corrections_announcing',
    text: 'select id, corrective_event from event where corrective_event = any($1::uuid[])',
    values: [ids]
  })
  return new Map(rows.map((row) => [row.corrective_event, row.id]))
}

function recordedPosting(row: PostingRow): RecordedPosting {
  const { batch, custodian, owner, place } = row
  const elements =
    row.elements === null
      ? null
      : new Map(
          Object.entries(JSON.parse(row.elements) as Record<string, string>).map(
            ([element, ug]) => [element, BigInt(ug)] as const
          )
        )
  return { account: { batch, custodian, owner, place }, massUg: BigInt(row.mass_ug), elements }
}

/**
 * Marks everything downstream of `roots`, and `also` themselves, as suspect: their re-evaluation is
 * pending. Returns how many batches were marked. The caller holds the books alone.
 */
export async function markSuspects(
  tx: Transaction,
  marks: {
    readonly roots: readonly string[]
    readonly also: readonly string[]
    readonly cause: string
    readonly position: number
  }
): Promise<number> {
  const [row] = await tx.query<{ marked: string }>({
    name: 'books_mark_suspects',
    text: `${DESCENDANTS}, marked as (
        select batch from down union select unnest($2::uuid[])),
      listed as (
        insert into suspect (batch, cause, position) select batch, $3::uuid, $4::int8 from marked
        on conflict (batch) do update set cause = excluded.cause, position = excluded.position),
      stated as (
        insert into status_version (batch, position, status, cause)
        select batch, $4::int8, 'suspect', $3::text from marked
        on conflict (batch, position) do nothing)
      select count(*) as marked from marked`,
    values: [marks.roots, marks.also, marks.cause, marks.position]
  })
  return Number(row?.marked ?? 0)
}

/** Opens the progress of a correction's re-evaluation. */
export async function openReevaluation(
  tx: Transaction,
  row: {
    readonly cause: string
    readonly organization: string
    readonly position: number
    readonly affected: number
  }
): Promise<void> {
  await tx.query({
    name: 'reevaluation_open',
    text: `insert into reevaluation (cause, organization, position, affected) values ($1, $2, $3, $4)`,
    values: [row.cause, row.organization, row.position, row.affected]
  })
}

export interface ReevaluationProgress {
  readonly cause: string
  readonly organization: string
  readonly position: number
  readonly affected: number
  readonly pending: number
}

export async function reevaluationProgress(
  db: Queryable,
  cause: string
): Promise<ReevaluationProgress | undefined> {
  const [row] = await db.query<{
    organization: string
    position: string
    affected: number
    pending: string
  }>({
    name: 'reevaluation_progress',
    text: `select r.organization, r.position, r.affected,
        (select count(*) from suspect s where s.cause = r.cause) as pending
      from reevaluation r where r.cause = $1`,
    values: [cause]
  })
  if (!row) return undefined
  return {
    cause,
    organization: row.organization,
    position: Number(row.position),
    affected: row.affected,
    pending: Number(row.pending)
  }
}

/** Suspect batches whose producing event has no suspect input: the next ones to evaluate again. */
export async function suspectFrontier(
  tx: Queryable,
  limit: number
): Promise<readonly { readonly batch: string; readonly event: string; readonly cause: string }[]> {
  return tx.query({
    name: 'suspect_frontier',
    text: `select s.batch, o.event, s.cause from suspect s
      join event_output o on o.batch = s.batch and o.undone_position is null
      where not exists (
        select 1 from event_input i join suspect up on up.batch = i.batch
         where i.position = o.position and i.undone_position is null)
      order by s.position, o.event, s.batch limit $1`,
    values: [limit]
  })
}

/** Suspects that no event stands behind any more (their making was undone). */
export async function orphanedSuspects(tx: Queryable): Promise<readonly string[]> {
  const rows = await tx.query<{ batch: string }>({
    name: 'suspect_orphans',
    text: `select s.batch from suspect s where not exists (
      select 1 from event_output o where o.batch = s.batch and o.undone_position is null)`
  })
  return rows.map((row) => row.batch)
}

export async function clearSuspects(tx: Transaction, batches: readonly string[]): Promise<void> {
  await tx.query({
    name: 'suspect_clear',
    text: 'delete from suspect where batch = any($1::uuid[])',
    values: [batches]
  })
}

/** New outputs of suspect inputs are born suspect and wait for the same job. */
export async function listSuspects(
  tx: Transaction,
  born: readonly { readonly batch: string; readonly cause: string; readonly position: number }[]
): Promise<void> {
  if (born.length === 0) return
  await tx.query({
    name: 'suspect_list',
    text: `insert into suspect (batch, cause, position)
      select * from unnest($1::uuid[], $2::uuid[], $3::int8[])`,
    values: [
      born.map((row) => row.batch),
      born.map((row) => row.cause),
      born.map((row) => row.position)
    ]
  })
}
