import { OUTLASTS_ITS_EVENT } from '../../domain/custody/reopen.ts'
import type { FindingOnRecord, Severity } from '../../domain/finding.ts'
import type { Queryable } from '../database.ts'

/** A finding that was stored with a batch. */
export interface StoredFinding extends FindingOnRecord {
  readonly id: string
  readonly position: number
  readonly recordedAt: string
  readonly event: string | null
  readonly organization: string
  /** Position of its resolution, and the reason; null while it stands. */
  readonly resolvedPosition: number | null
  readonly resolution: string | null
}

interface Row {
  readonly id: string
  readonly position: string
  readonly recordedAt: string
  readonly event: string | null
  readonly organization: string
  readonly rule: string
  readonly code: string
  readonly severity: Severity
  readonly pointer: string
  readonly message: string
  readonly expected: string | null
  readonly actual: string | null
  readonly remedy: string | null
  readonly resolvedPosition: string | null
  readonly resolution: string | null
}

/**
 * The findings of a batch as they stood at a position, oldest first. What an event is told that names none
 * of its outputs is kept with the first of them, and speaks of all.
 */
export async function readBatchFindings(
  db: Queryable,
  batch: string,
  asOf: number
): Promise<readonly StoredFinding[]> {
  const rows = await db.query<Row>({
    name: 'batch_findings',
    text: `select f.id, f.position, j.at as "recordedAt", f.event, f.organization, f.rule, f.code,
        f.severity, f.pointer, f.message, f.expected, f.actual, f.remedy,
        case when f.resolved_position <= $2 then f.resolved_position end as "resolvedPosition",
        case when f.resolved_position <= $2 then f.resolution end as resolution
      from (
        select * from finding where batch = $1
        union all
        select * from finding
         where event = any(array(
             select event from batch_version where batch = $1 and position <= $2))
           and batch is distinct from $1 and pointer !~ '^/outputs/[0-9]' and code <> all($3::text[])
      ) f join journal j on j.position = f.position
      where f.position <= $2 order by f.position, f.line`,
    values: [batch, asOf, OUTLASTS_ITS_EVENT]
  })
  return rows.map(({ expected, actual, remedy, position, resolvedPosition, ...row }) => ({
    ...row,
    position: Number(position),
    resolvedPosition: resolvedPosition === null ? null : Number(resolvedPosition),
    ...(expected === null ? {} : { expected }),
    ...(actual === null ? {} : { actual }),
    ...(remedy === null ? {} : { remedy })
  }))
}
