import type { Test } from 'tap'
import type { History } from './history.ts'

export interface Trial {
  /** Of the table in docs/operations.md. */
  readonly fault: string
  readonly what: string
  readonly cycles: number
  readonly history: History
  readonly problems: readonly string[]
}

/** One row of the table of faults, which scripts/test-faults.ts collects. */
export function reportTrial(t: Test, { fault, what, cycles, history, problems }: Trial): void {
  const counts = (['ok', 'refused', 'unknown'] as const).map((one) => history.of(one).length)
  const row = [fault, what, cycles, ...counts, history.checkpoints.size, problems.length]
  t.comment(`| ${row.join(' | ')} |`)
  t.comment([...history.answers].map(([status, n]) => `${n} x ${status}`).join(', '))
}
