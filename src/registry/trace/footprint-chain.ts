import { POOL_CLASS } from '../../domain/custody/campaign.ts'
import { type FootprintNodes, isOpen } from '../../domain/lineage/footprint.ts'
import type { FootprintFacts } from '../../domain/lineage/footprint-gaps.ts'
import { type FootprintGraph, footprintGraph } from '../../domain/lineage/footprint-graph.ts'
import type { FootprintGap } from '../../domain/lineage/footprint-unknown.ts'
import type { AllocationView, NodeName } from '../../domain/lineage/footprint-view.ts'
import { isNamed } from '../../domain/lineage/sight.ts'
import { formatDecimal, parseDecimal } from '../../domain/quantity/rational.ts'
import type { Reference } from '../../domain/reference.ts'
import { readBatches, type StoredBatch } from '../../storage/batches/batches.ts'
import { readRunOutputs } from '../../storage/books/run-outputs.ts'
import { readStatements, type Statement } from './footprint-statements.ts'
import type { Inquiry } from './trace-question.ts'
import { upstreamSights } from './trace-sights.ts'
import { walkFrom } from './trace-walk.ts'

/** The chain behind a batch with what is declared of it, and how its nodes may be shown. */
export interface FootprintChain extends FootprintFacts {
  readonly nodes: FootprintNodes
  readonly nameOf: (node: string) => NodeName
  /** Of the nodes that the asker may know wholly. */
  readonly allocations: readonly AllocationView[]
}

/** Far beyond any chain; what lies behind is named as not walked. */
const WALK = { direction: 'upstream', depth: 64, limit: 2_000 } as const

/**
 * Reads the chain as it was known at the position of an inquiry. All of it counts, whoever asks:
 * totals stay right, and only the names of what the asker may not know are left out.
 */
export async function readFootprintChain(
  inquiry: Inquiry,
  reference: Reference
): Promise<FootprintChain> {
  const { tx, stamp, standing, asker } = inquiry
  const facts = await walkFrom(tx, standing, WALK, stamp.position)
  const sights = await upstreamSights(tx, facts, standing, asker)
  const batches = await readBatches(tx, [...facts.walk.depths.keys()], stamp.position)
  const statements = await readStatements(tx, batches, reference, stamp.position)
  const outputs = await readRunOutputs(tx, [...facts.events.keys()], {
    asOf: stamp.position,
    rareEarths: reference.chemistry.rareEarths
  })
  const declared = [...batches.values()].map(({ id, declaration, productClass, voidedBy }) => {
    const statement = voidedBy === null ? statements.get(id) : undefined
    const stated = statement?.gap === null ? statement.footprint : null
    const allocation = parseDecimal(declaration.allocation?.share ?? '')
    return [id, { stated, allocation, pool: productClass === POOL_CLASS }] as const
  })
  const graph = footprintGraph(facts.walk, new Map(declared), outputs)
  const known = [...batches.values()].filter(({ id }) => sights.batches.get(id) === 'whole')
  return {
    ...graph,
    allocations: known.flatMap((each) => allocationOf(each, graph)),
    open: facts.walk.open,
    gaps: gapsOf(batches, statements),
    nameOf: (id) => nameOf(id, sights.batches.get(id) ?? 'nothing', batches.get(id), statements)
  }
}

function gapsOf(
  batches: ReadonlyMap<string, StoredBatch>,
  statements: ReadonlyMap<string, Statement>
): ReadonlyMap<string, FootprintGap> {
  const gaps = [...batches.values()].flatMap(({ id, voidedBy }): [string, FootprintGap][] => {
    const gap = voidedBy === null ? statements.get(id)?.gap : 'voided'
    return gap ? [[id, gap]] : []
  })
  return new Map(gaps)
}

/** Only where the figure of a product is made up from those of its inputs does its share matter. */
function allocationOf(
  { id, number, declaration }: StoredBatch,
  graph: FootprintGraph
): AllocationView[] {
  const node = graph.nodes.get(id)
  if (node === undefined || !isOpen(node)) return []
  const of = { node: id, number }
  if (declaration.allocation !== undefined) return [{ ...of, ...declaration.allocation }]
  const kept = graph.pools.get(id)
  if (kept !== undefined) return [{ ...of, method: 'campaign', share: formatDecimal(kept, 6) }]
  const share = graph.allocatedByMass.get(id)
  return share === undefined ? [] : [{ ...of, method: 'mass', share: formatDecimal(share, 6) }]
}

/** A declaration names its owner, so it is shown only where the maker may be known. */
function nameOf(
  id: string,
  sight: Parameters<typeof isNamed>[0],
  batch: StoredBatch | undefined,
  statements: ReadonlyMap<string, Statement>
): NodeName {
  if (!isNamed(sight)) return { node: 'withheld', number: null }
  const name = { node: id, number: batch?.number ?? null }
  const statement = statements.get(id)
  if (sight !== 'whole' || statement?.gap !== null) return name
  const { epd, version, written } = statement.version
  const { allocation } = statement.footprint
  const external = written === 'external' ? { external: true as const } : {}
  return { ...name, epd: { id: epd, version, ...external, ...(allocation ? { allocation } : {}) } }
}
