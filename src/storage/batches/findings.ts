import type { FindingOnRecord, Severity } from '../../domain/finding.ts'
import type { Queryable, Transaction } from '../database.ts'

/** A stored finding with what it speaks of and, once closed, how. */
export interface FindingRow extends FindingOnRecord {
  readonly id: string
  readonly position: number
  readonly line: number
  readonly recordedAt: string
  readonly organization: string
  readonly event: string | null
  /** Who recorded the event. */
  readonly eventBy: string | null
  readonly batch: string | null
  readonly epd: string | null
  readonly resolution: ResolutionRow | null
}

export interface ResolutionRow {
  readonly position: number
  readonly at: string
  readonly reason: string
  /** Null where a re-evaluation closed it. */
  readonly by: string | null
  readonly evidence: readonly unknown[]
  /** Of its entry: whose signature it carries. */
  readonly statement: Buffer
}

export interface FindingFilter {
  readonly organization: string
  readonly severity: Severity | null
  readonly rule: string | null
  readonly code: string | null
  readonly batch: string | null
  readonly status: 'open' | 'resolved' | null
  /** The last finding of the page before. */
  readonly after: { readonly position: number; readonly line: number }
  readonly limit: number
}

interface Row {
  readonly id: string
  readonly position: string
  readonly line: number
  readonly recorded_at: string
  readonly organization: string
  readonly event: string | null
  readonly event_by: string | null
  readonly batch: string | null
  readonly epd: string | null
  readonly rule: string
  readonly code: string
  readonly severity: Severity
  readonly profile: string | null
  readonly pointer: string
  readonly source: string | null
  readonly message: string
  readonly expected: string | null
  readonly actual: string | null
  readonly remedy: string | null
  readonly resolved_position: string | null
  readonly resolved_at: string | null
  readonly resolved_statement: Buffer | null
  readonly resolution: string | null
  readonly resolved_by: string | null
  readonly resolution_evidence: string | null
}

const COLUMNS = `f.id, f.position, f.line, j.at as recorded_at, f.organization, f.event, f.batch, f.epd,
  f.rule, f.code, f.severity, f.profile, f.pointer, f.source, f.message, f.expected, f.actual, f.remedy,
  f.resolved_position, r.at as resolved_at,
  (select organization from event where id = f.event) as event_by,
  r.statement as resolved_statement, f.resolution, f.resolved_by, f.resolution_evidence`

const FROM = `finding f join journal j on j.position = f.position
  left join journal r on r.position = f.resolved_position`

/** Findings addressed to an organization, oldest first. */
export async function listFindings(
  db: Queryable,
  filter: FindingFilter
): Promise<readonly FindingRow[]> {
  const rows = await db.query<Row>({
    name: 'findings_list',
    text: `select ${COLUMNS} from ${FROM}
      where f.organization = $1 and (f.position, f.line) > ($2, $3)
        and ($4::text is null or f.severity = $4) and ($5::text is null or f.rule = $5)
        and ($6::text is null or f.code = $6) and ($7::uuid is null or f.batch = $7)
        and ($8::text is null or ($8 = 'open') = (f.resolved_position is null))
      order by f.position, f.line limit $9`,
    values: [
      filter.organization,
      filter.after.position,
      filter.after.line,
      filter.severity,
      filter.rule,
      filter.code,
      filter.batch,
      filter.status,
      filter.limit
    ]
  })
  return rows.map(findingOf)
}

/** One finding, locked until the transaction ends. */
export async function lockFinding(tx: Transaction, id: string): Promise<FindingRow | undefined> {
  await tx.query({
    name: 'finding_lock',
    text: 'select 1 from finding where id = $1 for update',
    values: [id]
  })
  const [row] = await tx.query<Row>({
    name: 'finding_by_id',
    text: `select ${COLUMNS} from ${FROM} where f.id = $1`,
    values: [id]
  })
  return row && findingOf(row)
}

export async function resolveFinding(
  tx: Transaction,
  id: string,
  resolution: Omit<ResolutionRow, 'at' | 'statement'>
): Promise<void> {
  await tx.query({
    name: 'finding_resolve',
    text: `update finding set resolved_position = $2, resolution = $3, resolved_by = $4,
        resolution_evidence = $5
      where id = $1 and resolved_position is null`,
    values: [
      id,
      resolution.position,
      resolution.reason,
      resolution.by,
      JSON.stringify(resolution.evidence)
    ]
  })
}

function findingOf(row: Row): FindingRow {
  const { profile, source, expected, actual, remedy, resolved_position, recorded_at } = row
  return {
    id: row.id,
    position: Number(row.position),
    line: row.line,
    recordedAt: recorded_at,
    organization: row.organization,
    event: row.event,
    eventBy: row.event_by,
    batch: row.batch,
    epd: row.epd,
    rule: row.rule,
    code: row.code,
    severity: row.severity,
    ...(profile === null ? {} : { profile }),
    pointer: row.pointer,
    ...(source === null ? {} : { source }),
    message: row.message,
    ...(expected === null ? {} : { expected }),
    ...(actual === null ? {} : { actual }),
    ...(remedy === null ? {} : { remedy }),
    resolution: resolved_position === null ? null : resolutionOf(row, Number(resolved_position))
  }
}

function resolutionOf(row: Row, position: number): ResolutionRow {
  return {
    position,
    at: row.resolved_at ?? '',
    reason: row.resolution ?? '',
    by: row.resolved_by,
    evidence: JSON.parse(row.resolution_evidence ?? '[]') as unknown[],
    statement: row.resolved_statement ?? Buffer.alloc(0)
  }
}
