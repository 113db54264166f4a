import type { Queryable } from '../database.ts'

/** The hash of the document that was logged last for each subject; what was never logged is missing. */
export async function latestDocuments(
  db: Queryable,
  subjects: readonly string[]
): Promise<ReadonlyMap<string, Buffer>> {
  const rows = await db.query<{ subject: string; sha256: Buffer }>({
    text: `select distinct on (subject) subject, document_sha256 as sha256 from journal
      where subject = any($1) and kind in ('schema', 'rule_set') and document_sha256 is not null
      order by subject, position desc`,
    values: [subjects]
  })
  return new Map(rows.map(({ subject, sha256 }) => [subject, sha256]))
}
