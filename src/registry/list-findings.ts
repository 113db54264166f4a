import type { Severity } from '../domain/finding.ts'
import { listFindings as readFindings } from '../storage/findings.ts'
import type { Deps, Principal } from './deps.ts'
import type { FindingRecord } from './finding-record.ts'
import { findingRecord } from './finding-record.ts'

export interface FindingQuestion {
  readonly severity?: Severity
  readonly rule?: string
  readonly code?: string
  readonly batch?: string
  readonly status?: 'open' | 'resolved'
  /** The `next` of the page before. */
  readonly after?: string
  readonly limit: number
}

export interface FindingPage {
  readonly items: readonly FindingRecord[]
  readonly next?: string
}

/**
 * What the checks had to say to the organization of the caller: of its own documents, and of
 * batches that it holds. What is said to others is told with the batch, as far as it may be seen.
 */
export async function listFindings(
  deps: Deps,
  principal: Principal,
  question: FindingQuestion
): Promise<FindingPage> {
  const { severity, rule, code, batch, status, limit } = question
  const rows = await readFindings(deps.db, {
    organization: principal.organization,
    severity: severity ?? null,
    rule: rule ?? null,
    code: code ?? null,
    batch: batch ?? null,
    status: status ?? null,
    after: placeOf(question.after),
    limit: limit + 1
  })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const items = shown.map(findingRecord)
  return rows.length > limit && last ? { items, next: `${last.position}:${last.line}` } : { items }
}

function placeOf(after: string | undefined) {
  const [position = '-1', line = '-1'] = after?.split(':') ?? []
  return { position: Number(position), line: Number(line) }
}
