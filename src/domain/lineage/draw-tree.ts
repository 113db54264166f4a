import { formatKg, kgFormatter, sumMass } from '../quantity/mass.ts'
import { drawEvents, outline } from './draw-events.ts'
import { isNamed } from './sight.ts'
import type {
  BatchFacts,
  Counted,
  Doer,
  Graph,
  MadeFacts,
  TreeInDrawing,
  TreeNode
} from './tree.ts'

/** The node of a batch in the answer, by the batch. */
export interface NodeNames extends Pick<ReadonlyMap<string, string>, 'get'> {
  /** True where every batch of the walk goes by its own id: none is withheld, and none only counted. */
  readonly areIds: boolean
}

/**
 * Draws a graph as far as the reader may see it. A node that is withheld keeps its place under a
 * name of its own, so that shares still add up; what is only counted appears in `beyond`.
 */
export function drawTree(graph: Graph, names: NodeNames): TreeInDrawing {
  return {
    nodes: (show, shown) => drawNodes(graph, names, show, shown),
    events: (show, isShown) => drawEvents(graph, names, show, isShown),
    beyond: names.areIds ? [] : countBeyond(graph)
  }
}

function drawNodes(
  graph: Graph,
  names: NodeNames,
  show: (node: TreeNode) => void,
  shown = 0
): void {
  const massKg = kgFormatter()
  let n = 0
  graph.walk.depths.forEach((depth, batch) => {
    n += 1
    if (n <= shown) return
    const node = names.get(batch)
    if (node !== undefined) show(drawNode(batch, { node, depth, massKg }, graph))
  })
}

/** A batch with who made it and how far from the root it is. */
export interface OwnBatch {
  readonly made: MadeFacts
  readonly doer: Doer
  readonly depth: number
}

/** Draws nodes that are seen whole and behind which the walk goes on, whatever is found later. */
export function drawOwnNodes(batches: readonly OwnBatch[], show: (node: TreeNode) => void): void {
  const massKg = kgFormatter()
  for (const { made, doer, depth } of batches) {
    show(wholeNode(made, doer, { node: made.id, depth, massKg }, NOT_TRUNCATED))
  }
}

/** The names of the nodes in the answer; those that are only counted have none. */
export function nameNodes({ walk, batchSight }: Graph): NodeNames {
  /** Only of those that do not go by their own id. */
  const names = new Map<string, string>()
  let areIds = true
  walk.depths.forEach((_depth, batch) => {
    const sight = batchSight.get(batch) ?? 'nothing'
    if (isNamed(sight)) return
    areIds = false
    if (sight !== 'counted' && sight !== 'nothing') names.set(batch, `withheld-${names.size + 1}`)
  })
  // Of thousands nobody decides again what may be seen of each, edge by edge.
  if (areIds) return { areIds, get: namesByIds(walk) }
  return {
    areIds,
    get(batch) {
      if (isNamed(batchSight.get(batch) ?? 'nothing')) return batch
      return names.get(batch)
    }
  }
}

/** A walk that went to its end has met whatever its events made and drew. */
function namesByIds({ depths, truncated }: Graph['walk']): NodeNames['get'] {
  if (truncated === null) return (batch) => batch
  return (batch) => (depths.has(batch) ? batch : undefined)
}

const TRUNCATED = { truncated: true } as const
const NOT_TRUNCATED: Pick<TreeNode, 'truncated'> = {}

function drawNode(id: string, at: Place, { batches, batchSight, walk }: Graph): TreeNode {
  const visibility = batchSight.get(id) ?? 'nothing'
  const open = walk.open.size > 0 && walk.open.has(id) ? TRUNCATED : NOT_TRUNCATED
  const facts = batches.get(id)
  if (facts && visibility === 'whole') return wholeNode(facts, facts, at, open)
  const place = { node: at.node, depth: at.depth, visibility }
  if (!facts) return { ...place, ...open }
  switch (visibility) {
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

/** Where a node stands, and how its mass is written. */
interface Place extends Pick<TreeNode, 'node' | 'depth'> {
  readonly massKg: (ug: bigint) => string
}

/** Member by member: there may be thousands, and a copy of a copy of a copy costs ten times as much. */
function wholeNode(
  made: MadeFacts,
  doer: Doer,
  at: Place,
  open: Pick<TreeNode, 'truncated'>
): TreeNode {
  const node: TreeNode = {
    node: at.node,
    depth: at.depth,
    visibility: 'whole',
    batch: made.id,
    number: made.number,
    product: { class: made.productClass, name: made.productName },
    stage: made.stage,
    producedAt: made.producedAt,
    massKg: at.massKg(made.massUg),
    custodyModel: made.custodyModel,
    status: made.status,
    organization: doer.organization,
    facility: doer.facility,
    country: doer.country,
    region: doer.region
  }
  return made.voidedBy === null && !open.truncated ? node : { ...node, ...voided(made), ...open }
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

function voided({ voidedBy }: MadeFacts) {
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
