import { type WalkPart, walkThrough } from '../../domain/lineage/beside.ts'
import { drawTree, nameNodes } from '../../domain/lineage/draw-tree.ts'
import type { Graph, Tree, TreeEvent, TreeInDrawing, TreeNode } from '../../domain/lineage/tree.ts'
import type { Direction } from '../../domain/lineage/walk.ts'
import { RegistryError } from '../../errors.ts'
import { handedOn } from '../../identity/custody-sight.ts'
import { seesDescendants } from '../../identity/visibility.ts'
import { readEntries, readReceivers } from '../../storage/batches/access.ts'
import { readHoldings, readShipments } from '../../storage/batches/batch-custody.ts'
import { askAhead, type WalkLimits, type WalkOptions } from '../../storage/batches/graph.ts'
import { readSources, readVoided } from '../../storage/batches/sources.ts'
import type { Deps, Principal } from '../deps.ts'
import { DrawnMeanwhile, type GraphHead, type Onlooker } from './draw-meanwhile.ts'
import {
  gapsOf,
  type HistoryEnds,
  type NodeGap,
  openGaps,
  untoldBatches,
  voidedBatches
} from './trace-gaps.ts'
import { batchFacts, type Done, eventFacts, partiesOf } from './trace-names.ts'
import type { BatchQuestion, Inquiry } from './trace-question.ts'
import { inquire, NEWEST } from './trace-question.ts'
import type { Sights, WalkFacts } from './trace-sights.ts'
import { ALL_OWN, downstreamSights, isAllOwn, isOwn, upstreamSights } from './trace-sights.ts'
import { type Meanwhile, walkFrom } from './trace-walk.ts'

export interface GraphQuestion extends BatchQuestion, WalkLimits {
  readonly direction: Direction
}

export type GraphAnswer = GraphHead & Tree & Gaps

/** The same, with nodes and events that are drawn when they are gone through. */
export type GraphInDrawing = GraphHead & TreeInDrawing & Gaps

interface Gaps {
  readonly gaps: readonly NodeGap[]
}

/**
 * Everything that a batch was made from, or everything that was made from it, as far as the caller
 * may see it. Throws `NOT_FOUND`, and `FORBIDDEN` for descendants of what the caller never held. What `onlooker`
 * was shown stands so at the beginning of an answer that is not truncated; else it is void.
 */
export function traceGraph(
  deps: Deps,
  principal: Principal,
  question: GraphQuestion,
  onlooker: Onlooker | null = null
): Promise<GraphInDrawing> {
  const { direction } = question
  let ahead: WalkOptions['ahead'] = null
  const answer = async (inquiry: Inquiry): Promise<GraphInDrawing> => {
    const { stamp, asker, standing } = inquiry
    if (direction === 'downstream' && !seesDescendants(standing.entry)) {
      throw new RegistryError(
        'FORBIDDEN',
        'What became of a batch is told to those who are or were its custodian or owner.'
      )
    }
    const head = { batch: standing.batch, direction, ...stamp, truncated: null }
    const { graph, ends } =
      direction === 'downstream' && onlooker
        ? await readShown(inquiry, question, ahead, new DrawnMeanwhile(asker, onlooker, head))
        : await readGraph(inquiry, question, { ahead })
    const names = nameNodes(graph)
    const gaps = [...gapsOf(ends, graph, names, deps), ...openGaps(graph, names)]
    const { truncated } = graph.walk
    return { ...head, truncated, ...drawTree(graph, names), gaps }
  }
  return inquire(deps, principal, question, answer, (tx) => {
    ahead = askAhead(tx, question.batch, direction, { ...question, asOf: NEWEST })
  })
}

/** The answer with all that is in it. */
export function drawn(answer: GraphInDrawing): GraphAnswer {
  const [nodes, events]: [TreeNode[], TreeEvent[]] = [[], []]
  answer.nodes((node) => nodes.push(node))
  answer.events((event) => events.push(event))
  return { ...answer, nodes, events }
}

interface ReadGraph {
  readonly graph: Graph
  /** Where recorded history begins; none downstream. */
  readonly ends: HistoryEnds
}

/** Nothing is shown any more from when the answer is void, or there is none. */
async function readShown(
  inquiry: Inquiry,
  question: GraphQuestion,
  ahead: WalkOptions['ahead'],
  shown: DrawnMeanwhile
): Promise<ReadGraph> {
  try {
    const read = await readGraph(inquiry, question, {
      ahead,
      onKnown: (part) => shown.take(part)
    })
    if (read.graph.walk.truncated === null) shown.finish()
    return read
  } finally {
    shown.stop()
  }
}

async function readGraph(
  inquiry: Inquiry,
  question: GraphQuestion,
  meanwhile: Meanwhile
): Promise<ReadGraph> {
  const { tx, stamp } = inquiry
  const { position } = stamp
  const facts = await walkFrom(tx, inquiry.standing, question, position, meanwhile)
  const sights = await sightsOf(inquiry, facts)
  const upstream = question.direction === 'upstream'
  const { directory } = facts
  const [sources, voided] = await Promise.all([
    readSources(tx, upstream ? untoldBatches(facts) : [], position),
    readVoided(tx, upstream ? voidedBatches(facts) : [], position),
    directory.complete(tx, partiesOf(shownOf(facts, sights)))
  ])
  const graph = {
    walk: facts.walk,
    batches: told(facts.batches, (row) => batchFacts(row, directory)),
    events: told(facts.events, (row) => eventFacts(row, directory)),
    batchSight: sights.batches,
    eventSight: sights.events
  }
  return { graph, ends: { sources, voided } }
}

/** Who did, and where, what is more than counted: each once for all that follow each other. */
function shownOf({ batches, events }: WalkFacts, sights: Sights): Done[] {
  return [
    ...doneIn(batches, (id) => sights.batches.get(id) !== 'counted'),
    ...doneIn(events, (id) => sights.events.get(id) !== 'counted')
  ]
}

function doneIn(
  known: ReadonlyMap<string, Done & { readonly id: string }>,
  isShown: (id: string) => boolean
): Done[] {
  const shown: Done[] = []
  let last: Done | null = null
  known.forEach((one) => {
    if (one.organization === last?.organization && one.facility === last.facility) return
    if (!isShown(one.id)) return
    last = one
    shown.push(one)
  })
  return shown
}

/** Told when it is asked for: what thousands of nodes show need not be there at the same time. */
function told<Row, Facts>(
  rows: ReadonlyMap<string, Row>,
  tell: (row: Row) => Facts
): { get(id: string): Facts | undefined } {
  return {
    get(id) {
      const row = rows.get(id)
      return row && tell(row)
    }
  }
}

async function sightsOf(inquiry: Inquiry, facts: WalkFacts): Promise<Sights> {
  const { tx, asker, standing } = inquiry
  if (facts.walk.direction === 'upstream') return upstreamSights(tx, facts, standing, asker)
  if (isAllOwn(facts, asker)) return ALL_OWN
  const part = await ownPart(inquiry, facts)
  return downstreamSights(tx, facts, standing, { asker, ...(await waysOf(inquiry, facts)), part })
}

/** What the caller has to do with the part of a walk downstream that others made. */
async function waysOf({ tx, asker }: Inquiry, { walk, batches }: WalkFacts) {
  const others: string[] = []
  batches.forEach((batch) => {
    if (!isOwn(asker, batch)) others.push(batch.id)
  })
  const [receivers, entries] = await Promise.all([
    readReceivers(tx, [...walk.depths.keys()], asker.organization),
    readEntries(tx, others, asker)
  ])
  return { receivers, entries }
}

/** What followed from the caller's part of the batch; null where all of it was the caller's. */
async function ownPart(inquiry: Inquiry, { walk, events }: WalkFacts): Promise<WalkPart | null> {
  const { tx, asker, standing, stamp } = inquiry
  if (standing.entry === 'maker') return null
  const { organization } = asker
  const [legs, holdings] = await Promise.all([
    readShipments(tx, walk.root, stamp.position),
    readHoldings(tx, walk.root, stamp.position)
  ])
  const lent = holdings.filter(({ owner }) => owner === organization)
  const through = new Set([
    ...handedOn(organization, legs),
    ...lent.map(({ custodian }) => custodian)
  ])
  return walkThrough(walk, (event) => events.get(event)?.organization, through)
}
