import { arrayParameter } from '../connection/array-parameter.ts'
import type { PreparedStatement } from '../connection/statement.ts'
import type { Queryable } from '../database.ts'
import { findImport, type ImportRow } from './imports.ts'

/** A worker that says nothing for so long is taken to be gone. */
const LEASE = `interval '10 seconds'`
/** One that goes on for longer than any is of a time when the clock of the server was ahead. */
const IS_FREE = `(lease_until is null
  or lease_until not between clock_timestamp() and clock_timestamp() + ${LEASE})`

export type ItemStatus = 'accepted' | 'replayed' | 'refused' | 'conflict' | 'withheld'

/** What became of one item. */
export interface ItemResult {
  /** Line, row or place in the archive, from 1. */
  readonly line: number
  readonly name: string | null
  readonly status: ItemStatus
  readonly subject: string | null
  readonly position: number | null
  /** JSON, or null where there are none. */
  readonly findings: string | null
}

/** Where the work on an import stands: so many items have a result, and what follows begins here. */
export interface Place {
  readonly items: number
  readonly line: number
  readonly bytesRead: number
}

/** From one place to the next, and what became of the items in between. */
export interface Step {
  readonly hold: Hold
  readonly from: Place
  readonly to: Place
  readonly results: readonly ItemResult[]
}

/** The right to work on an import, until somebody else has it. */
export interface Hold {
  readonly import: string
  readonly lease: string
}

/**
 * Takes the import that has waited longest for a turn and that nobody works on; undefined where there
 * is none.
 */
export async function claimImport(db: Queryable, lease: string): Promise<ImportRow | undefined> {
  const [row] = await db.query<{ id: string }>({
    name: 'import_claim',
    text: `update import_job set state = 'running', lease = $1,
        lease_until = clock_timestamp() + ${LEASE}, served_at = clock_timestamp(),
        started_at = coalesce(started_at, clock_timestamp())
      where id = (
        select id from import_job
         where state in ('received', 'running')
           and ${IS_FREE}
         order by served_at nulls first, number limit 1
           for update skip locked)
      returning id`,
    values: [lease]
  })
  return row && findImport(db, row.id)
}

/** True where other imports wait for a turn. */
export async function othersWait(db: Queryable): Promise<boolean> {
  const rows = await db.query({
    name: 'import_others_wait',
    text: `select from import_job where state in ('received', 'running')
      and ${IS_FREE} limit 1`
  })
  return rows.length > 0
}

/** Gives the import back, for whoever has a turn next. */
export async function releaseImport(db: Queryable, hold: Hold): Promise<void> {
  await db.query({
    name: 'import_release',
    text: 'update import_job set lease = null, lease_until = null where id = $1 and lease = $2',
    values: [hold.import, hold.lease]
  })
}

/**
 * Writes the results of the next items and moves the import on, in one statement. False, and nothing
 * is written, where the import is not at `from` any more, the worker has lost it, it has ended, or
 * its client was revoked. In a transaction that accepts documents it comes after the positions are
 * taken: what a revoked client sent is never accepted at a later position than its revocation.
 */
export async function commitItems(db: Queryable, step: Step): Promise<boolean> {
  return (await db.query(committing(step, COMMITTED))).length > 0
}

/** The same as a statement that fails where it returned false, for a transaction that waits for no answer. */
export function commitItemsOrFail(step: Step): PreparedStatement {
  return committing(step, COMMITTED_OR_FAIL)
}

const COMMITTED = { name: 'import_commit_items', text: 'select id from moved' }
const COMMITTED_OR_FAIL = {
  name: 'import_commit_items_or_fail',
  text: 'select 1 / (count(*) = 1)::int from moved'
}

function committing({ hold, from, to, results }: Step, end: typeof COMMITTED): PreparedStatement {
  const count = (...states: readonly ItemStatus[]) =>
    results.filter(({ status }) => states.includes(status)).length
  const column = (type: string, of: (result: ItemResult) => unknown) =>
    arrayParameter(type, results.map(of))
  return {
    name: end.name,
    text: `with moved as (
        update import_job j set items = $4, line = $5, bytes_read = $6,
            accepted = accepted + $7, replayed = replayed + $8, refused = refused + $9,
            lease_until = clock_timestamp() + ${LEASE}
          where j.id = $1 and j.lease = $2 and j.items = $3 and j.state = 'running'
            and exists (select from client c where c.id = j.client and c.revoked_at is null)
          returning j.id),
      written as (
        insert into import_result (import, item, line, name, status, subject, position, findings)
        select moved.id, $3 + r.n - 1, r.line, r.name, r.status, r.subject, r.position, r.findings
          from moved, unnest($10::int[], $11::text[], $12::text[], $13::uuid[], $14::int8[], $15::text[])
            with ordinality as r (line, name, status, subject, position, findings, n))
      ${end.text}`,
    values: [
      hold.import,
      hold.lease,
      from.items,
      to.items,
      to.line,
      to.bytesRead,
      count('accepted'),
      count('replayed'),
      count('refused', 'conflict'),
      column('int4', ({ line }) => line),
      column('text', ({ name }) => name),
      column('text', ({ status }) => status),
      column('uuid', ({ subject }) => subject),
      column('int8', ({ position }) => position),
      column('text', ({ findings }) => findings)
    ]
  }
}

/** How many items there are, where that was not known when the upload arrived. */
export async function stateTotal(db: Queryable, hold: Hold, total: number): Promise<void> {
  await db.query({
    name: 'import_state_total',
    text: 'update import_job set total = $3 where id = $1 and lease = $2',
    values: [hold.import, hold.lease, total]
  })
}

/** Ends an import that its worker holds; false where the worker has lost it. */
export async function finishImport(
  db: Queryable,
  hold: Hold,
  end: { readonly state: 'done' | 'failed'; readonly failure: string | null }
): Promise<boolean> {
  const rows = await db.query({
    name: 'import_finish',
    text: `update import_job set state = $3, failure = $4, finished_at = clock_timestamp(),
        lease = null, lease_until = null
      where id = $1 and lease = $2 and state = 'running' returning id`,
    values: [hold.import, hold.lease, end.state, end.failure]
  })
  return rows.length > 0
}

/** Cancels an import that has not ended; what it has recorded stays. False where it had ended. */
export async function cancelImport(db: Queryable, id: string, failure: string): Promise<boolean> {
  const rows = await db.query({
    name: 'import_cancel',
    text: `update import_job set state = 'cancelled', failure = $2,
        finished_at = clock_timestamp(), lease = null, lease_until = null
      where id = $1 and state in ('received', 'running') returning id`,
    values: [id, failure]
  })
  return rows.length > 0
}
