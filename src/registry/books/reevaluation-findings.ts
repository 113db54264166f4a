import type { BatchState } from '../../domain/custody/books.ts'
import { contestedBatch } from '../../domain/custody/rules/r13-contested.ts'
import type { Finding } from '../../domain/finding.ts'
import type { WorkFinding } from '../../storage/books/reevaluation.ts'

/** One event that was evaluated again. */
export interface EvaluatedEvent {
  readonly id: string
  readonly organization: string
  readonly findings: readonly Finding[]
  readonly states: readonly BatchState[]
}

/**
 * What a re-evaluation tells: its findings to whoever recorded the event, and to everybody who holds a
 * contested batch that it is. Always in the same order, so that a replay finds the same ids.
 */
export function reevaluationFindings(
  events: readonly EvaluatedEvent[],
  holders: readonly { readonly batch: string; readonly organization: string }[]
): readonly WorkFinding[] {
  const makers = new Map(
    events.flatMap(({ id, states }) => states.map((state) => [state.id, id] as const))
  )
  const own = events.flatMap(({ id, organization, findings, states }): WorkFinding[] => {
    const batch = states[0]?.id
    if (batch === undefined) return []
    return findings.map((finding) => ({ event: id, batch, organization, finding }))
  })
  const held = holders.map((holder) => ({
    event: makers.get(holder.batch) ?? '',
    ...holder,
    finding: contestedBatch()
  }))
  return [...own, ...held].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
}

function orderOf({ event, batch, organization, finding }: WorkFinding): string {
  const { code, pointer, message } = finding
  return [event, batch, organization, code, pointer, message].join(' ')
}
