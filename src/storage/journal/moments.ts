import type { Queryable } from '../database.ts'

/** An entry of the journal and when it was accepted. */
export interface Moment {
  readonly position: number
  /** RFC 3339, UTC. */
  readonly at: string
}

interface Row {
  readonly position: string
  readonly at: string
}

/** The newest entry; undefined while the journal is empty. */
export async function newestMoment(db: Queryable): Promise<Moment | undefined> {
  const rows = await db.query<Row>({
    name: 'moment_newest',
    text: 'select next - 1 as position, at from journal_head where next > 0'
  })
  return momentOf(rows)
}

/** The entry at a position; undefined where there is none yet. */
export async function momentAt(db: Queryable, position: number): Promise<Moment | undefined> {
  const rows = await db.query<Row>({
    name: 'moment_at',
    text: 'select position, at from journal where position = $1',
    values: [position]
  })
  return momentOf(rows)
}

/**
 * The last entry that had been accepted at a time; undefined before the first. Time never runs
 * backwards along the journal, so a binary search over its primary key does without an index.
 */
export async function momentBy(db: Queryable, time: string): Promise<Moment | undefined> {
  const rows = await db.query<Row>({
    name: 'moment_by',
    text: `with recursive search (low, high) as (
        select -1::bigint, next - 1 from journal_head
        union all
        select case when j.at <= $1::timestamptz then j.position else low end,
               case when j.at <= $1::timestamptz then high else j.position - 1 end
          from search join journal j on j.position = (low + high + 1) / 2 where low < high
      )
      select j.position, j.at from search join journal j on j.position = low where low = high`,
    values: [time]
  })
  return momentOf(rows)
}

function momentOf([row]: readonly Row[]): Moment | undefined {
  return row && { position: Number(row.position), at: row.at }
}
