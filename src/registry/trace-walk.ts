import type { Direction, Walk } from '../domain/lineage/walk.ts'
import { readBatchOutlines, readMakers, unpackOutlines } from '../storage/batch-outlines.ts'
import type { Transaction } from '../storage/database.ts'
import { readEventFacts } from '../storage/event-facts.ts'
import { type WalkLimits, walkGraph } from '../storage/graph.ts'
import type { WalkFacts } from './trace-sights.ts'

/** A walk with what is stored about its nodes. */
export async function walkFrom(
  tx: Transaction,
  root: string,
  question: WalkLimits & { readonly direction: Direction },
  asOf: number
): Promise<WalkFacts> {
  return factsOf(tx, await walkGraph(tx, root, question.direction, { ...question, asOf }), asOf)
}

/** What is stored about the nodes of a walk. */
export async function factsOf(tx: Transaction, walk: Walk, asOf: number): Promise<WalkFacts> {
  const madeBy = new Map<string, string>()
  const met = new Set<string>()
  for (const { event, batch } of walk.made) {
    madeBy.set(batch, event)
    met.add(event)
  }
  for (const { event } of walk.drawn) met.add(event)
  const ids = [...walk.depths.keys()]
  const unmade = ids.filter((id) => !madeBy.has(id))
  const [packed, events, makers] = await Promise.all([
    readBatchOutlines(tx, ids, asOf),
    readEventFacts(tx, [...met]),
    readMakers(tx, unmade)
  ])
  // Whoever recorded an event made what came of it: only of the rest has it to be looked up.
  const makerOf = (batch: string): string => {
    const event = events.get(madeBy.get(batch) ?? '')
    const maker = event?.organization ?? makers.get(batch)
    if (maker === undefined) throw new Error(`batch ${batch} has versions and nobody made it`)
    return maker
  }
  return { walk, batches: unpackOutlines(packed, makerOf), events }
}
