import type { Queryable } from './database.ts'

/** True where the database answers and holds the migrated schema. */
export async function isMigrated(db: Queryable): Promise<boolean> {
  const rows = await db.query({
    name: 'is_migrated',
    text: `select from pg_class where oid = to_regclass('journal_head')`
  })
  return rows.length === 1
}
