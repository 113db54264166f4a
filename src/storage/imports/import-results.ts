import type { Queryable } from '../database.ts'
import type { ItemResult } from './import-work.ts'

export interface ResultRow extends Omit<ItemResult, 'position'> {
  readonly item: number
  readonly position: string | null
}

/** The same condition as the index that finds the few that were not stored among the many. */
const CONDITIONS = {
  all: 'true',
  stored: `status in ('accepted', 'replayed')`,
  notStored: `status in ('refused', 'conflict', 'withheld')`
} as const

/** Results of an import in the order of the upload. */
export function listResults(
  db: Queryable,
  page: {
    readonly import: string
    readonly which: keyof typeof CONDITIONS
    readonly after: number
    readonly limit: number
  }
): Promise<ResultRow[]> {
  return db.query<ResultRow>({
    name: `import_results_${page.which}`,
    text: `select item, line, name, status, subject, position, findings from import_result
      where import = $1 and item > $2::bigint and ${CONDITIONS[page.which]}
      order by item limit $3`,
    values: [page.import, page.after, page.limit]
  })
}

/** So many ids are read at once. */
const SUBJECTS = 5_000

/** Of items before one, the ids that may have been derived (UUIDs of version 8), in portions. */
export async function* derivedSubjects(
  db: Queryable,
  of: { readonly import: string; readonly before: number }
): AsyncGenerator<readonly string[]> {
  for (let after = -1; ; ) {
    const rows = await db.query<{ item: number; subject: string }>({
      name: 'import_derived_subjects',
      text: `select item, subject from import_result
        where import = $1 and item > $2::bigint and item < $3::bigint
          and substr(subject::text, 15, 1) = '8'
        order by item limit $4`,
      values: [of.import, after, of.before, SUBJECTS]
    })
    yield rows.map(({ subject }) => subject)
    if (rows.length < SUBJECTS) return
    after = rows.at(-1)?.item ?? after
  }
}
