import type { Column } from '../../reports/render/csv.ts'
import { renderCsv } from '../../reports/render/csv.ts'
import type { FootprintAnswer } from './trace-footprint.ts'

export interface Line {
  readonly head: FootprintAnswer
  readonly kind: 'total' | 'contribution' | 'allocation' | 'unknown'
  readonly method: string | null
  readonly node: string
  readonly number: string | null
  readonly epd: string | null
  readonly version: string | null
  readonly value: string | null
  readonly complete: boolean | null
  readonly primary: string | null
  readonly coverage: string | null
  readonly allocation: string | null
  readonly share: string | null
  readonly text: string | null
  readonly message: string | null
}

const COLUMNS: readonly Column<Line>[] = [
  { header: 'batch', cell: ({ head }) => head.batch },
  { header: 'position', cell: ({ head }) => head.position },
  { header: 'as_of', cell: ({ head }) => head.asOf },
  { header: 'line', cell: ({ kind }) => kind },
  { header: 'method', cell: ({ method }) => method },
  { header: 'node', cell: ({ node }) => node },
  { header: 'node_number', cell: ({ number }) => number },
  { header: 'epd', cell: ({ epd }) => epd },
  { header: 'epd_version', cell: ({ version }) => version },
  { header: 'kg_co2e_per_kg', cell: ({ value }) => value },
  { header: 'complete', cell: ({ complete }) => complete },
  { header: 'primary_data_share_pct', cell: ({ primary }) => primary },
  { header: 'coverage_pct', cell: ({ coverage }) => coverage },
  { header: 'allocation', cell: ({ allocation }) => allocation },
  { header: 'allocation_share', cell: ({ share }) => share },
  { header: 'unknown', cell: ({ text }) => text },
  { header: 'message', cell: ({ message }) => message },
  { header: 'batch_status', cell: ({ head }) => head.status }
]

export function footprintCsv(answer: FootprintAnswer): string {
  return renderCsv(COLUMNS, footprintLines(answer))
}

/** With further columns where the table is a report. */
export function footprintColumns(more: readonly Column<unknown>[]): readonly Column<Line>[] {
  return [...COLUMNS, ...more]
}

/** The totals, each followed by what it is made up from, the allocations, and what is not known. */
export function footprintLines(head: FootprintAnswer): Line[] {
  const empty = {
    head,
    method: null,
    epd: null,
    version: null,
    value: null,
    complete: null,
    primary: null,
    coverage: null,
    allocation: null,
    share: null,
    text: null,
    message: null
  }
  const figures = head.footprints.flatMap((footprint): Line[] => {
    const { method, value, complete, primaryDataSharePct: primary, coveragePct } = footprint
    const of = { node: head.batch, number: head.number }
    const total = { ...empty, ...of, kind: 'total', method, value, complete } as const
    const parts = footprint.contributions.map(
      (each): Line => ({
        ...empty,
        kind: 'contribution',
        method,
        node: each.node,
        number: each.number,
        epd: each.epd?.id ?? null,
        version: each.epd?.version ?? null,
        allocation: each.epd?.allocation ?? null,
        value: each.value
      })
    )
    return [{ ...total, primary, coverage: coveragePct }, ...parts]
  })
  const allocations = head.allocations.map(
    ({ node, number, method: allocation, share }): Line => ({
      ...empty,
      kind: 'allocation',
      node,
      number,
      allocation,
      share
    })
  )
  const unknowns = head.unknowns.map(
    ({ kind, node, number, method = null, message }): Line => ({
      ...empty,
      kind: 'unknown',
      node,
      number,
      method,
      text: kind,
      message
    })
  )
  return [...figures, ...allocations, ...unknowns]
}
