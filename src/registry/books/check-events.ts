import type { Finding } from '../../domain/finding.ts'
import { loadBooks, namedBatches } from '../../storage/books/custody-load.ts'
import type { Verdict } from '../bookkeeper/fold-group.ts'
import { foldInParts } from '../bookkeeper/fold-in-parts.ts'
import { loadCorrected } from '../bookkeeper/load-corrected.ts'
import { loadEpds } from '../bookkeeper/load-epds.ts'
import type { Submission, Unit } from '../bookkeeper/submission.ts'
import { needsBooksAlone } from '../bookkeeper/submission.ts'
import { touchedBy } from '../bookkeeper/touched-by.ts'
import type { Deps, Principal } from '../deps.ts'
import type { LineResult, ReadLine } from './record-event-lines.ts'

/**
 * Judges submissions as if they were recorded now, and stores nothing. Later ones see what earlier
 * ones would have produced.
 */
export function checkSubmissions(
  deps: Deps,
  principal: Principal,
  submissions: readonly Submission[]
): Promise<readonly Verdict[]> {
  const unit: Unit = {
    organization: principal.organization,
    client: principal.client,
    submissions,
    strict: false,
    bulk: false
  }
  return deps.db.transaction(
    async (tx) => {
      const touched = touchedBy([unit])
      const loaded = needsBooksAlone(unit)
        ? await loadCorrected(tx, unit)
        : await loadBooks(tx, touched, await namedBatches(tx, touched))
      await loadEpds(tx, loaded, touched.epds)
      const context = { reference: deps.reference, nowMs: deps.now().getTime() }
      return foldInParts(unit, loaded, context)
    },
    { isolation: 'repeatable read', readOnly: true }
  )
}

/** Findings of one checked document; an id that is taken is one of them. */
export function findingsOf(verdict: Verdict | undefined, id: string): readonly Finding[] {
  switch (verdict?.status) {
    case 'accepted':
    case 'refused':
      return verdict.findings
    case 'conflict':
      return [
        {
          rule: 'R14',
          code: 'ID_CONFLICT',
          severity: 'error',
          pointer: '/id',
          message: `The event id ${id} stands for other content.`,
          remedy: 'Choose a new id.'
        }
      ]
    default:
      return []
  }
}

/** Checks NDJSON lines that were read; unreadable ones keep their findings. */
export async function checkLines(
  deps: Deps,
  principal: Principal,
  lines: readonly ReadLine[]
): Promise<readonly LineResult[]> {
  const readable = lines.filter((line) => 'submission' in line)
  const verdicts = await checkSubmissions(
    deps,
    principal,
    readable.map((line) => line.submission)
  )
  const byLine = new Map(readable.map((line, index) => [line.line, verdicts[index]]))
  return lines.map((line): LineResult => {
    if (!('submission' in line)) {
      return { line: line.line, status: 'refused', findings: line.findings }
    }
    const { id } = line.submission.event
    const findings = findingsOf(byLine.get(line.line), id)
    const refused = findings.some((finding) => finding.severity === 'error')
    return { line: line.line, status: refused ? 'refused' : 'accepted', id, findings }
  })
}
