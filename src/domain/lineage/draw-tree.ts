import { formatKg, sumMass } from '../quantity/mass.ts'
import { doer, drawEvents, outline } from './draw-events.ts'
import { isNamed } from './sight.ts'
import type { BatchFacts, Counted, Graph, Tree, TreeNode } from './tree.ts'

/**
 * Draws a graph as far as the reader may see it. A node that is withheld keeps its place under a
 * name of its own, so that shares still add up; what is only counted appears in `beyond`.
 */
export function drawTree(graph: Graph): Tree {
  const names = nameNodes(graph)
  const nodes: TreeNode[] = []
  for (const [batch, depth] of graph.walk.depths) {
    const node = names.get(batch)
    if (node !== undefined) nodes.push(drawNode(batch, { node, depth }, graph))
  }
  return { nodes, events: drawEvents(graph, names), beyond: countBeyond(graph) }
}

/** The names of the nodes in the answer; those that are only counted have none. */
export function nameNodes(graph: Graph): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  let withheld = 0
  for (const batch of graph.walk.depths.keys()) {
    const sight = graph.batchSight.get(batch) ?? 'nothing'
    if (sight === 'counted' || sight === 'nothing') continue
    if (isNamed(sight)) names.set(batch, batch)
    else names.set(batch, `withheld-${++withheld}`)
  }
  return names
}

function drawNode(
  id: string,
  at: { readonly node: string; readonly depth: number },
  { batches, batchSight, walk }: Graph
): TreeNode {
  const visibility = batchSight.get(id) ?? 'nothing'
  const open = walk.open.has(id) ? { truncated: true as const } : {}
  const place = { ...at, visibility }
  const facts = batches.get(id)
  if (!facts) return { ...place, ...open }
  switch (visibility) {
    case 'whole':
      return { ...place, ...content(facts), ...doer(facts), ...open }
    case 'nameless':
      return { ...place, ...content(facts), ...outline(facts), ...open }
    case 'outline':
      return { ...place, ...outline(facts), stage: facts.stage, ...open }
    case 'receiver':
      return { ...place, organization: facts.organization, massKg: formatKg(facts.massUg), ...open }
    default:
      return { ...place, ...open }
  }
}

function content(facts: BatchFacts) {
  return {
    batch: facts.id,
    number: facts.number,
    product: { class: facts.productClass, name: facts.productName },
    stage: facts.stage,
    producedAt: facts.producedAt,
    massKg: formatKg(facts.massUg),
    custodyModel: facts.custodyModel,
    status: facts.status,
    ...(facts.voidedBy === null ? {} : { voided: true as const })
  }
}

function countBeyond({ walk, batches, batchSight }: Graph): Counted[] {
  const masses = new Map<number, bigint[]>()
  for (const [batch, depth] of walk.depths) {
    if (batchSight.get(batch) !== 'counted') continue
    const known = masses.get(depth) ?? []
    known.push(batches.get(batch)?.massUg ?? 0n)
    masses.set(depth, known)
  }
  return [...masses].map(([depth, all]) => ({
    depth,
    batches: all.length,
    massKg: formatKg(sumMass(all))
  }))
}
