import { readBatchFindings } from '../storage/batch-findings.ts'
import type { Deps, Principal } from './deps.ts'
import type { BatchQuestion } from './trace-question.ts'
import { inquire } from './trace-question.ts'

/**
 * What the rules of the books said of a batch and did not block. Where the maker may not be known,
 * neither is the event or the party that a finding is addressed to. Throws `NOT_FOUND`.
 */
export function traceFindings(deps: Deps, principal: Principal, question: BatchQuestion) {
  return inquire(deps, principal, question, async ({ tx, stamp, batch, standing }) => {
    const findings = await readBatchFindings(tx, batch.id, stamp.position)
    const items = findings.map(({ event, organization, ...finding }) =>
      standing.sight === 'whole' ? { ...finding, event, organization } : finding
    )
    return { batch: batch.id, ...stamp, items }
  })
}
