import type { NodeNames } from '../../domain/lineage/draw-tree.ts'
import { type Gap, sourceGaps, voidedGap } from '../../domain/lineage/gaps.ts'
import type { Graph, Named } from '../../domain/lineage/tree.ts'
import type { Source, VoidedBatch } from '../../storage/batches/sources.ts'
import type { Deps } from '../deps.ts'
import type { WalkFacts } from './trace-sights.ts'

/** A gap, at which node of the answer, and whom to ask. */
export interface NodeGap extends Gap {
  readonly node: string
  readonly supplier: Named | null
}

/** Where recorded history ends, going upstream. */
export interface HistoryEnds {
  readonly sources: readonly Source[]
  readonly voided: readonly VoidedBatch[]
}

/** What is missing where recorded history begins, and the organization that could tell it. */
export function gapsOf(
  { sources, voided }: HistoryEnds,
  graph: Graph,
  names: NodeNames,
  { reference }: Deps
): NodeGap[] {
  const tables = { ...reference, rareEarths: reference.chemistry.rareEarths }
  const at = (batch: string, gaps: readonly Gap[], supplier: Named | null): NodeGap[] => {
    const node = names.get(batch)
    if (node === undefined || graph.batchSight.get(batch) === 'place') return []
    return gaps.map((gap) => ({ ...gap, node, supplier }))
  }
  return [
    ...sources.flatMap((source) =>
      at(source.batch, sourceGaps(source, tables), supplierOf(source.batch, graph))
    ),
    ...voided.flatMap((each) => {
      // Its maker can do nothing more where no event was announced.
      const closer = each.isReplaced ? supplierOf(each.batch, graph) : userOf(each.batch, graph)
      return at(each.batch, [voidedGap(each)], closer)
    })
  ]
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

/** The batches of a walk that a correction took out of the books. */
export function voidedBatches({ walk, batches }: WalkFacts): readonly string[] {
  return [...walk.depths.keys()].filter((batch) => {
    const known = batches.get(batch)
    return known !== undefined && known.voidedBy !== null
  })
}

/** Who used a batch, else the nearest party on the way that may be named. */
function userOf(batch: string, graph: Graph): Named | null {
  const { walk, events, eventSight } = graph
  const use = walk.drawn.find((edge) => edge.batch === batch)
  if (!use) return null
  if (eventSight.get(use.event) === 'whole') return events.get(use.event)?.organization ?? null
  const made = walk.made.find((edge) => edge.event === use.event)
  return made ? supplierOf(made.batch, graph) : null
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
