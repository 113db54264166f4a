import type { NodeNames } from '../../domain/lineage/draw-tree.ts'
import { type Gap, sourceGaps } from '../../domain/lineage/gaps.ts'
import type { Graph, Named } from '../../domain/lineage/tree.ts'
import type { Source } from '../../storage/batches/sources.ts'
import type { Deps } from '../deps.ts'
import type { WalkFacts } from './trace-sights.ts'

/** A gap, at which node of the answer, and whom to ask. */
export interface NodeGap extends Gap {
  readonly node: string
  readonly supplier: Named | null
}

/** What is missing where recorded history begins, and the organization that could tell it. */
export function gapsOf(
  sources: readonly Source[],
  graph: Graph,
  names: NodeNames,
  { reference }: Deps
): NodeGap[] {
  const tables = { ...reference, rareEarths: reference.chemistry.rareEarths }
  return sources.flatMap((source) => {
    const node = names.get(source.batch)
    if (node === undefined || graph.batchSight.get(source.batch) === 'place') return []
    const supplier = supplierOf(source.batch, graph)
    return sourceGaps(source, tables).map((gap) => ({ ...gap, node, supplier }))
  })
}

/**
 * The batches at which history may be missing: nothing was drawn for them, and they were not mined
 * either, since a purchase is no stage.
 */
export function untoldBatches({ walk, batches }: WalkFacts): readonly string[] {
  const drew = new Set(walk.drawn.map(({ event }) => event))
  const fed = new Set(walk.made.filter(({ event }) => drew.has(event)).map(({ batch }) => batch))
  return [...walk.depths.keys()].filter(
    (batch) => !fed.has(batch) && batches.get(batch)?.stage === null
  )
}

/** Who can tell more of a batch: its maker, else the nearest party on the way that may be named. */
function supplierOf(batch: string, graph: Graph): Named | null {
  const { walk, batches, batchSight, events, eventSight } = graph
  let at: string | undefined = batch
  for (let hops = 0; at !== undefined && hops <= walk.depths.size; hops += 1) {
    if (batchSight.get(at) === 'whole') return batches.get(at)?.organization ?? null
    const here: string = at
    const use = walk.drawn.find((edge) => edge.batch === here)
    if (use && eventSight.get(use.event) === 'whole') {
      return events.get(use.event)?.organization ?? null
    }
    at = use && walk.made.find((edge) => edge.event === use.event)?.batch
  }
  return null
}

/** Where the graph goes on and was not walked. */
export function openGaps(graph: Graph, names: NodeNames): NodeGap[] {
  return [...graph.walk.open].flatMap((batch) => {
    const node = names.get(batch)
    if (node === undefined) return []
    const remedy = 'Ask with a larger depth or limit, or ask from this batch.'
    return [
      { kind: 'not_walked', element: null, step: null, share: null, remedy, node, supplier: null }
    ]
  })
}
