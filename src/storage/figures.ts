import { READ_ONLY } from './connection/readiness.ts'
import type { Queryable } from './database.ts'

/** What the database holds, as far as an operator watches it. */
export interface StoredFigures {
  /** Entries of the journal. */
  readonly entries: number
  /** Entries that the newest signed head covers, and when it was signed; null where there is none. */
  readonly signed: { readonly size: number; readonly at: string } | null
  /** Batches that wait to be evaluated again. */
  readonly suspects: number
  /** Imports that were received and are not finished. */
  readonly imports: number
  readonly takesWrites: boolean
}

/** Four probes of indexes. */
export async function readStoredFigures(db: Queryable): Promise<StoredFigures> {
  const [row] = await db.query<{
    next: string | null
    size: string | null
    at: string | null
    suspects: string
    imports: string
    readOnly: boolean
  }>({
    name: 'figures_stored',
    text: `select (select next from journal_head) as next, head.size, head.at,
        (select count(*) from suspect) as suspects,
        (select count(*) from import_job where state in ('received', 'running')) as imports,
        ${READ_ONLY} as "readOnly"
      from (select) one
      left join lateral (
        select size, at from log_checkpoint order by size desc limit 1
      ) head on true`
  })
  const { next, size, at, suspects, imports, readOnly } = row ?? {}
  return {
    entries: Number(next ?? 0),
    signed: size && at ? { size: Number(size), at } : null,
    suspects: Number(suspects ?? 0),
    imports: Number(imports ?? 0),
    takesWrites: readOnly === false
  }
}

/** How many open findings there are of each rule and severity. Reads all of them. */
export function countOpenFindings(
  db: Queryable
): Promise<{ readonly rule: string; readonly severity: string; readonly count: string }[]> {
  return db.query({
    name: 'figures_findings',
    text: `select rule, severity, count(*) from finding where resolved_position is null
      group by rule, severity order by rule, severity`
  })
}
