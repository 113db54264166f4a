import type { Severity } from '../../domain/finding.ts'
import { RegistryError } from '../../errors.ts'
import { listFindings as readFindings } from '../../storage/batches/findings.ts'
import type { Deps, Principal } from '../deps.ts'
import { inSnapshot, type Stamp } from '../moment.ts'
import type { FindingRecord } from './finding-record.ts'
import { toldFindings } from './told-findings.ts'

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

export interface FindingPage extends Stamp {
  readonly items: readonly FindingRecord[]
  readonly next?: string
}

/**
 * What the checks had to say to the organization of the caller: of its own documents, and of
 * batches that it holds. What is said to others is told with the batch, as far as it may be seen.
 * Throws `CURSOR_INVALID`.
 */
export function listFindings(
  deps: Deps,
  principal: Principal,
  question: FindingQuestion
): Promise<FindingPage> {
  const { severity, rule, code, batch, status, limit } = question
  return inSnapshot(deps, undefined, async (tx, stamp) => {
    const rows = await readFindings(tx, {
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
    const asker = { organization: principal.organization, now: deps.now() }
    const page = { ...stamp, items: await toldFindings(tx, shown, asker) }
    return rows.length > limit && last ? { ...page, next: `${last.position}:${last.line}` } : page
  })
}

/** Within what positions and lines are stored as. */
const PLACE = /^(\d{1,15}):(\d{1,9})$/

function placeOf(after: string | undefined) {
  if (after === undefined) return { position: -1, line: -1 }
  const [, position, line] = PLACE.exec(after) ?? []
  if (position !== undefined) return { position: Number(position), line: Number(line) }
  throw new RegistryError('CURSOR_INVALID', 'The cursor was not made by this service.')
}
