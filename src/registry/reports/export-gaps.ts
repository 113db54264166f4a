import type { Named } from '../../domain/lineage/tree.ts'
import { blockedBy } from '../../domain/regulation/blocked.ts'
import { RegistryError } from '../../errors.ts'
import type { FindingLine, GapReport, UnknownLine } from '../../reports/gaps.ts'
import { GAP_COLUMNS, GAPS, gapLines, gapReport } from '../../reports/gaps.ts'
import { gapPaper } from '../../reports/paper/gap-paper.ts'
import type { Sealed } from '../../reports/report.ts'
import { readPartyNames } from '../../storage/parties/directory.ts'
import { Breath } from '../breath.ts'
import type { Deps, Principal } from '../deps.ts'
import { traceFindings } from '../trace/trace-findings.ts'
import type { NodeGap } from '../trace/trace-gaps.ts'
import { drawn, traceGraph } from '../trace/trace-graph.ts'
import type { BatchQuestion } from '../trace/trace-question.ts'
import { handOutReport, type ReportWish } from './hand-out-report.ts'
import { readHead } from './read-head.ts'
import type { RenderedReport } from './render-report.ts'
import { sealReport } from './seal-report.ts'

/** Some 400 bytes each, all in memory. */
const MOST_GAPS = 50_000

/** As far as the chain is walked; what lies beyond is a gap of its own. */
const WALK = { direction: 'upstream', depth: 64, limit: 20_000 } as const

/**
 * Every unknown of a batch and its ancestors, the regulations and reports that it blocks, and the
 * party who can close it; with the findings that stand. Throws `NOT_FOUND`, `LIMIT_EXCEEDED`, and as `handOutReport`.
 */
export function exportGapReport(
  deps: Deps,
  principal: Principal,
  question: BatchQuestion,
  wish: ReportWish
): Promise<RenderedReport> {
  return handOutReport(deps, principal, wish, async () => {
    const report = await findGaps(deps, principal, question)
    return {
      kind: GAPS,
      name: `${GAPS}-${question.batch}-at-${report.position}`,
      model: report,
      columns: GAP_COLUMNS,
      rows: () => gapLines(report),
      paper: () => gapPaper(report)
    }
  })
}

async function findGaps(
  deps: Deps,
  principal: Principal,
  question: BatchQuestion
): Promise<Sealed<GapReport>> {
  const graph = drawn(await traceGraph(deps, principal, { ...question, ...WALK }))
  if (graph.gaps.length > MOST_GAPS) throw tooMany(graph.gaps.length)
  // What was known at a position never changes, so both answers are of one state of the books.
  const at = { batch: question.batch, asOf: `${graph.position}` }
  const findings = await traceFindings(deps, principal, at)
  const { asking, stages, steps } = deps.reference
  const head = {
    ...(await readHead(deps.db, graph, principal, GAPS)),
    ruleVersion: { table: 'gap-regulations', revision: asking.revision }
  }
  const tables = { asking: asking.rows, stages, steps }
  const numbers = new Map(graph.nodes.map((each) => [each.node, each.number ?? null]))
  const numberOf = (node: string) => numbers.get(node) ?? null
  const breath = new Breath()
  const unknowns: UnknownLine[] = []
  for (const gap of graph.gaps) {
    unknowns.push({ ...missing(gap), number: numberOf(gap.node), blocks: blockedBy(gap, tables) })
    await breath.take()
  }
  const gaps = gapReport(head, {
    batch: question.batch,
    number: numberOf(question.batch),
    status: graph.nodes.find(({ node }) => node === question.batch)?.status ?? 'clear',
    complete: graph.truncated === null,
    unknowns,
    findings: await openFindings(deps, findings.items, graph.position)
  })
  return sealReport(gaps)
}

function tooMany(gaps: number): RegistryError {
  return new RegistryError(
    'LIMIT_EXCEEDED',
    `The chain has ${gaps} gaps, and a report tells of at most ${MOST_GAPS}; ask about its inputs one by one.`
  )
}

function missing({ kind, element, step, share, node, remedy, supplier }: NodeGap) {
  return { kind, element, step, share, node, remedy, closer: supplier }
}

type SeenFinding = Awaited<ReturnType<typeof traceFindings>>['items'][number]

async function openFindings(
  deps: Deps,
  items: readonly SeenFinding[],
  position: number
): Promise<FindingLine[]> {
  const open = items.filter(({ resolvedPosition }) => resolvedPosition === null)
  const parties = open.flatMap((item) => ('organization' in item ? [item.organization] : []))
  const names = await readPartyNames(deps.db, [...new Set(parties)], position)
  const named = (id: string): Named => ({ id, name: names.get(id) ?? null })
  return open.map((item) => ({
    id: item.id,
    rule: item.rule,
    code: item.code,
    severity: item.severity,
    message: item.message,
    remedy: item.remedy ?? null,
    closer: 'organization' in item ? named(item.organization) : null
  }))
}
