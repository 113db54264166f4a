import { formatKg, sumMass } from '../quantity/mass.ts'
import { drawEvents, outline } from './draw-events.ts'
import { isNamed } from './sight.ts'
import type { BatchFacts, Counted, Graph, TreeInDrawing, TreeNode } from './tree.ts'

/** The node of a batch in the answer, by the batch. */
export type NodeNames = Pick<ReadonlyMap<string, string>, 'get'>

/**
 * Draws a graph as far as the reader may see it. A node that is withheld keeps its place under a
 * name of its own, so that shares still add up; what is only counted appears in `beyond`.
 */
export function drawTree(graph: Graph, names: NodeNames): TreeInDrawing {
  return {
    nodes: { [Symbol.iterator]: () => drawNodes(graph, names) },
    events: { [Symbol.iterator]: () => drawEvents(graph, names) },
    beyond: countBeyond(graph)
  }
}

function* drawNodes(graph: Graph, names: NodeNames): Generator<TreeNode> {
  for (const [batch, depth] of graph.walk.depths) {
    const node = names.get(batch)
    if (node !== undefined) yield drawNode(batch, { node, depth }, graph)
  }
}

/** The names of the nodes in the answer; those that are only counted have none. */
export function nameNodes({ walk, batchSight }: Graph): NodeNames {
  /** Only of those that do not go by their own id. */
  const names = new Map<string, string>()
  for (const batch of walk.depths.keys()) {
    const sight = batchSight.get(batch) ?? 'nothing'
    if (sight === 'counted' || sight === 'nothing' || isNamed(sight)) continue
    names.set(batch, `withheld-${names.size + 1}`)
  }
  return {
    get(batch) {
      if (isNamed(batchSight.get(batch) ?? 'nothing')) return batch
      return names.get(batch)
    }
  }
}

function drawNode(
  id: string,
  at: Omit<Place, 'visibility'>,
  { batches, batchSight, walk }: Graph
): TreeNode {
  const visibility = batchSight.get(id) ?? 'nothing'
  const open = walk.open.has(id) ? { truncated: true as const } : {}
  const place = { node: at.node, depth: at.depth, visibility }
  const facts = batches.get(id)
  if (!facts) return { ...place, ...open }
  switch (visibility) {
    case 'whole':
      return wholeNode(facts, place, open)
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

type Place = Pick<TreeNode, 'node' | 'depth' | 'visibility'>

/** Member by member: there may be thousands, and a copy of a copy of a copy costs ten times as much. */
function wholeNode(facts: BatchFacts, at: Place, open: Pick<TreeNode, 'truncated'>): TreeNode {
  const node: TreeNode = {
    node: at.node,
    depth: at.depth,
    visibility: at.visibility,
    batch: facts.id,
    number: facts.number,
    product: { class: facts.productClass, name: facts.productName },
    stage: facts.stage,
    producedAt: facts.producedAt,
    massKg: formatKg(facts.massUg),
    custodyModel: facts.custodyModel,
    status: facts.status,
    organization: facts.organization,
    facility: facts.facility,
    country: facts.country,
    region: facts.region
  }
  return facts.voidedBy === null && !open.truncated ? node : { ...node, ...voided(facts), ...open }
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
    ...voided(facts)
  }
}

function voided({ voidedBy }: BatchFacts) {
  return voidedBy === null ? {} : { voided: true as const }
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
