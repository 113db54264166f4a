import type { FootprintNodes } from '../../domain/lineage/footprint.ts'
import { methodsOf, reached, rollUp } from '../../domain/lineage/footprint.ts'
import { doubleCounts } from '../../domain/lineage/footprint-double-count.ts'
import { footprintGaps } from '../../domain/lineage/footprint-gaps.ts'
import type { FootprintUnknown, ToldUnknown } from '../../domain/lineage/footprint-unknown.ts'
import type {
  AllocationView,
  FootprintView,
  NodeName
} from '../../domain/lineage/footprint-view.ts'
import { viewFootprint } from '../../domain/lineage/footprint-view.ts'
import { RegistryError } from '../../errors.ts'
import type { BatchStatusText } from '../../storage/batches/batches.ts'
import type { Deps, Principal } from '../deps.ts'
import type { Stamp } from '../moment.ts'
import { type FootprintChain, readFootprintChain } from './footprint-chain.ts'
import type { BatchQuestion, Inquiry } from './trace-question.ts'
import { inquire } from './trace-question.ts'

/** What the declarations along a chain add up to, for one kilogram of a batch. */
export interface FootprintAnswer extends Stamp {
  readonly batch: string
  /** Its maker's own lot number. */
  readonly number: string | null
  /** What is suspect or contested is left out of verified claims. */
  readonly status: BatchStatusText
  /** One for every method that occurs, in the order of their names; never one for several. */
  readonly footprints: readonly FootprintView[]
  /** How the burdens of runs with co-products were split, as far as the asker may know. */
  readonly allocations: readonly AllocationView[]
  readonly unknowns: readonly ToldUnknown[]
}

/**
 * The climate footprint of a batch, rolled up along the recorded chain from published declarations.
 * Throws `NOT_FOUND`, and `EPD_DOUBLE_COUNT` with the pairs of declarations that may hold the same
 * emissions.
 */
export function traceFootprint(
  deps: Deps,
  principal: Principal,
  question: BatchQuestion
): Promise<FootprintAnswer> {
  return inquire(deps, principal, question, (inquiry) => footprintOf(deps, inquiry))
}

/** As `traceFootprint`, within an inquiry. */
export async function footprintOf(
  { reference }: Pick<Deps, 'reference'>,
  inquiry: Inquiry
): Promise<FootprintAnswer> {
  const root = inquiry.batch.id
  const chain = await readFootprintChain(inquiry, reference)
  refuseDoubleCounts(root, chain)
  const nodes = reached(root, chain.nodes)
  const order = new Map(nodes.map(({ id }, index) => [id, index]))
  const rolled = methodsOf(root, chain.nodes).map((method) => rollUp(root, chain.nodes, method))
  const gaps = footprintGaps(nodes, chain, rolled)
  return {
    batch: root,
    number: inquiry.batch.number,
    status: inquiry.batch.status,
    position: inquiry.stamp.position,
    asOf: inquiry.stamp.asOf,
    footprints: rolled.map((each) =>
      viewFootprint(each, chain.nameOf, gaps.filter(concerns(each.method)))
    ),
    allocations: chain.allocations
      .filter(({ node }) => order.has(node))
      .toSorted((a, b) => (order.get(a.node) ?? 0) - (order.get(b.node) ?? 0)),
    unknowns: named(gaps, chain.nameOf)
  }
}

function concerns(method: string) {
  return (gap: FootprintUnknown) => gap.method === undefined || gap.method === method
}

function refuseDoubleCounts(root: string, chain: FootprintChain & { nodes: FootprintNodes }): void {
  const pairs = doubleCounts(root, chain.nodes)
  if (pairs.length === 0) return
  const details = pairs.map(({ node, upstream, because }) => ({
    pointer: chain.nameOf(node).node,
    message: `${spoken(chain.nameOf(node))} and ${spoken(chain.nameOf(upstream))}: ${WHY[because]}`
  }))
  const message = 'Figures along the chain may hold the same emissions; they are not added up.'
  throw new RegistryError('EPD_DOUBLE_COUNT', message, { details })
}

const WHY = {
  boundary_undeclared:
    'the first does not say whether its figure holds what lies upstream, where the second is, or contradicts itself.',
  includes_upstream:
    'the first is declared gate-to-gate and yet includes declarations of what lies upstream, where the second is.'
} as const

function spoken({ node, epd }: NodeName): string {
  if (epd === undefined) return `the declaration of batch ${node}`
  return `declaration ${epd.id} version ${epd.version} of batch ${node}`
}

/** Under the names that the reader may know; what is withheld is told once. */
function named(
  unknowns: readonly FootprintUnknown[],
  nameOf: (node: string) => NodeName
): ToldUnknown[] {
  const told = new Map<string, ToldUnknown>()
  for (const unknown of unknowns) {
    const { node, number } = nameOf(unknown.node)
    const { method, ...rest } = unknown
    const shown = method === undefined || method === '' ? rest : { ...rest, method }
    told.set(`${unknown.kind} ${node} ${method ?? ''}`, { ...shown, node, number })
  }
  return [...told.values()]
}
