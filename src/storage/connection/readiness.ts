import type { Queryable } from '../database.ts'

/** How the database stands, as a session that a request might get sees it. */
export interface Standing {
  /** It holds the migrated schema. */
  readonly migrated: boolean
  readonly replica: boolean
  /** What would write is refused: by a replica always, else where the server or login is set so. */
  readonly readOnly: boolean
}

/** What a transaction that begins here and now may do; the statement itself is one. */
export const READ_ONLY = "current_setting('transaction_read_only') = 'on'"

export async function readStanding(db: Queryable): Promise<Standing> {
  const [row] = await db.query<Standing>({
    name: 'database_standing',
    text: `select to_regclass('journal_head') is not null as migrated,
      pg_is_in_recovery() as replica, ${READ_ONLY} as "readOnly"`
  })
  if (!row) throw new Error('PostgreSQL answered without a row')
  return row
}
