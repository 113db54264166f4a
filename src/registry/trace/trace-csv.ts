import type { Column } from '../../reports/render/csv.ts'
import { renderCsv } from '../../reports/render/csv.ts'
import type { GraphAnswer } from './trace-graph.ts'
import type { OriginsAnswer } from './trace-origins.ts'
import type { OriginLine, StepLine } from './trace-origins-view.ts'

interface Head {
  readonly batch: string
  readonly position: number
  readonly asOf: string
}

/** Every line can stand alone, so it carries what the answer is about. */
export function headColumns<Row extends { readonly head: Head }>(): readonly Column<Row>[] {
  return [
    { header: 'batch', cell: ({ head }) => head.batch },
    { header: 'position', cell: ({ head }) => head.position },
    { header: 'as_of', cell: ({ head }) => head.asOf }
  ]
}

/** Shares as a table; what is unknown has a line of its own, so that each element adds up to 1. */
export function originsCsv(answer: OriginsAnswer): string {
  return answer.by === 'step' ? stepsCsv(answer) : elementsCsv(answer)
}

interface OriginRow {
  readonly head: OriginsAnswer
  readonly element: string
  readonly line: OriginLine | null
  readonly share: string
}

function elementsCsv(answer: OriginsAnswer): string {
  const rows = (answer.elements ?? []).flatMap(({ element, shares, unknown }): OriginRow[] => [
    ...shares.map((line) => ({ head: answer, element, line, share: line.share })),
    { head: answer, element, line: null, share: unknown }
  ])
  return renderCsv<OriginRow>(
    [
      ...headColumns<OriginRow>(),
      { header: 'status', cell: ({ head }) => head.status },
      { header: 'element', cell: (row) => row.element },
      { header: 'kind', cell: ({ line }) => line?.kind ?? 'unknown' },
      { header: 'basis', cell: ({ line }) => line?.basis ?? 'unknown' },
      { header: 'country', cell: ({ line }) => line?.country ?? null },
      { header: 'region', cell: ({ line }) => line?.region ?? null },
      { header: 'party', cell: ({ line }) => line?.party?.id ?? null },
      { header: 'party_name', cell: ({ line }) => line?.party?.name ?? null },
      { header: 'withheld', cell: ({ line }) => line?.withheld ?? null },
      { header: 'share_fraction', cell: (row) => row.share }
    ],
    rows
  )
}

interface StepRow {
  readonly head: OriginsAnswer
  readonly element: string
  readonly step: string
  readonly line: Pick<StepLine, 'atLeast' | 'atMost'> & Partial<StepLine>
}

function stepsCsv(answer: OriginsAnswer): string {
  const rows = (answer.steps ?? []).flatMap(({ element, step, places, unknown }): StepRow[] => [
    ...places.map((line) => ({ head: answer, element, step, line })),
    { head: answer, element, step, line: { atLeast: unknown, atMost: unknown } }
  ])
  return renderCsv<StepRow>(
    [
      ...headColumns<StepRow>(),
      { header: 'status', cell: ({ head }) => head.status },
      { header: 'element', cell: (row) => row.element },
      { header: 'step', cell: (row) => row.step },
      { header: 'basis', cell: ({ line }) => line.basis ?? 'unknown' },
      { header: 'country', cell: ({ line }) => line.country ?? null },
      { header: 'evidence_level', cell: ({ line }) => line.level ?? null },
      { header: 'share_at_least_fraction', cell: ({ line }) => line.atLeast },
      { header: 'share_at_most_fraction', cell: ({ line }) => line.atMost }
    ],
    rows
  )
}

interface GraphRow {
  readonly head: GraphAnswer
  readonly node: GraphAnswer['nodes'][number]
  readonly event: GraphAnswer['events'][number] | null
  readonly drawnKg: string | null
  readonly share: string | null
}

/**
 * One line for each time that a batch was drawn (upstream) or made (downstream), and one for the
 * batch that the question is about.
 */
export function graphCsv(answer: GraphAnswer): string {
  return renderCsv<GraphRow>(
    [
      ...headColumns<GraphRow>(),
      { header: 'direction', cell: ({ head }) => head.direction },
      { header: 'depth', cell: ({ node }) => node.depth },
      { header: 'node', cell: ({ node }) => node.node },
      { header: 'visibility', cell: ({ node }) => node.visibility },
      { header: 'number', cell: ({ node }) => node.number ?? null },
      { header: 'product_class', cell: ({ node }) => node.product?.class ?? null },
      { header: 'product', cell: ({ node }) => node.product?.name ?? null },
      { header: 'organization', cell: ({ node }) => node.organization?.id ?? null },
      { header: 'organization_name', cell: ({ node }) => node.organization?.name ?? null },
      { header: 'facility', cell: ({ node }) => node.facility?.id ?? null },
      { header: 'facility_name', cell: ({ node }) => node.facility?.name ?? null },
      { header: 'country', cell: ({ node }) => node.country ?? null },
      { header: 'region', cell: ({ node }) => node.region ?? null },
      { header: 'stage', cell: ({ node }) => node.stage ?? null },
      { header: 'produced_at', cell: ({ node }) => node.producedAt ?? null },
      { header: 'made_kg', cell: ({ node }) => node.massKg ?? null },
      { header: 'custody_model', cell: ({ node }) => node.custodyModel ?? null },
      { header: 'status', cell: ({ node }) => node.status ?? null },
      { header: 'event', cell: ({ event }) => event?.event ?? null },
      { header: 'event_stages', cell: ({ event }) => event?.stages?.join(' ') ?? null },
      { header: 'drawn_kg', cell: (row) => row.drawnKg },
      { header: 'share_of_event_input_fraction', cell: (row) => row.share },
      { header: 'goes_on', cell: ({ node }) => node.truncated ?? null }
    ],
    graphRows(answer)
  )
}

/** The uses of every node are gathered first: a recall has thousands of nodes and of events. */
function graphRows(head: GraphAnswer): GraphRow[] {
  const upstream = head.direction === 'upstream'
  const uses = Map.groupBy(
    head.events.flatMap((event) =>
      (upstream ? event.inputs : event.outputs).map((edge) => ({ event, edge }))
    ),
    ({ edge }) => edge.node
  )
  return head.nodes.flatMap((node): GraphRow[] => {
    const rows = uses.get(node.node)?.map(({ event, edge }) => {
      const drawnKg = upstream ? (edge.massKg ?? null) : null
      return { head, node, event, drawnKg, share: edge.share ?? null }
    })
    return rows ?? [{ head, node, event: null, drawnKg: null, share: null }]
  })
}
