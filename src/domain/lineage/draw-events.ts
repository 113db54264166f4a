import { kgFormatter } from '../quantity/mass.ts'
import { apportionMasses } from './apportion.ts'
import { shareFraction } from './share-text.ts'
import type { Sight } from './sight.ts'
import type { Doer, EventFacts, Graph, IsShown, TreeEdge, TreeEvent } from './tree.ts'
import type { Edge, Walk } from './walk.ts'

/** The node of a batch in the answer, by the batch. */
type Names = Pick<ReadonlyMap<string, string>, 'get'>

/** The events of a walk with their edges; `names` are the nodes that the answer shows. */
export function drawEvents(
  graph: Graph,
  names: Names,
  show: (event: TreeEvent) => void,
  isShown: IsShown = () => false
): void {
  const { walk, eventSight } = graph
  const hand: Hand = { names, massKg: kgFormatter() }
  const [madeBy, drawnBy] = [edgesByEvent(walk.made), edgesByEvent(walk.drawn)]
  let withheld = 0
  for (const [event, count] of edgesCounted(walk)) {
    const sight = eventSight.get(event) ?? 'nothing'
    if (sight === 'counted' || sight === 'nothing' || isShown(event, count)) continue
    const name = sight === 'whole' ? event : `withheld-event-${++withheld}`
    const edges = { made: madeBy(event), drawn: drawnBy(event) }
    show({ ...drawEvent(event, name, graph), ...drawEdges(edges, sight, walk, hand) })
  }
}

/** Draws events downstream that are seen whole, as are the batches on both sides of them. */
export function drawOwnEvents(
  events: readonly ({ readonly facts: EventFacts } & Edges)[],
  show: (event: TreeEvent) => void
): void {
  const hand: Hand = { names: BY_ID, massKg: kgFormatter() }
  for (const { facts, drawn, made } of events) {
    const inputs = drawSide(drawn, hand, true)
    // Member by member: there may be a thousand, and a copy of a copy costs ten times as much.
    show({
      event: facts.id,
      visibility: 'whole',
      type: facts.type,
      organization: facts.organization,
      facility: facts.facility,
      country: facts.country,
      region: facts.region,
      stages: facts.stages,
      time: facts.at,
      position: facts.position,
      evidence: facts.evidence,
      inputs,
      outputs: drawSide(made, hand, true)
    })
  }
}

const BY_ID: Names = { get: (batch) => batch }

/** How many edges each event has, in the order of those that it made. */
function edgesCounted({ made, drawn }: Edges): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const edges of [made, drawn]) {
    eachRun(edges, (event, begin, end) => {
      counts.set(event, (counts.get(event) ?? 0) + end - begin)
    })
  }
  return counts
}

/** Edges by event, sorted when the first is asked for: of what was shown while it was walked none is. */
function edgesByEvent(edges: readonly Edge[]): (event: string) => readonly Edge[] {
  let byEvent: ReadonlyMap<string, readonly Edge[]> | null = null
  return (event) => {
    byEvent ??= sortedByEvent(edges)
    return byEvent.get(event) ?? []
  }
}

function sortedByEvent(edges: readonly Edge[]): ReadonlyMap<string, readonly Edge[]> {
  const byEvent = new Map<string, Edge[]>()
  eachRun(edges, (event, begin, end) => {
    const run = edges.slice(begin, end)
    const known = byEvent.get(event)
    if (known) for (const edge of run) known.push(edge)
    else byEvent.set(event, run)
  })
  return byEvent
}

/** Those of an event mostly stand together, so few of them have to be looked up. */
function eachRun(
  edges: readonly Edge[],
  take: (event: string, begin: number, end: number) => void
): void {
  let begin = 0
  for (let end = 1; end <= edges.length; end += 1) {
    const { event } = edges[begin] as Edge
    if (edges[end]?.event === event) continue
    take(event, begin, end)
    begin = end
  }
}

function drawEvent(id: string, name: string, { events, eventSight }: Graph) {
  const visibility = eventSight.get(id) ?? 'nothing'
  const base = { event: name, visibility }
  const facts = events.get(id)
  if (!facts) return base
  switch (visibility) {
    case 'whole': {
      const { type, stages, at: time, position, evidence } = facts
      return { ...base, type, ...doer(facts), stages, time, position, evidence }
    }
    case 'outline':
      return { ...base, type: facts.type, ...outline(facts), stages: facts.stages }
    case 'receiver':
      return { ...base, organization: facts.organization }
    default:
      return base
  }
}

/** What edges are drawn with. */
interface Hand {
  readonly names: Names
  readonly massKg: (ug: bigint) => string
}

interface Edges {
  readonly drawn: Walk['drawn']
  readonly made: Walk['made']
}

function drawEdges(
  edges: Edges,
  sight: Sight,
  walk: Walk,
  hand: Hand
): Pick<TreeEvent, 'inputs' | 'outputs' | 'omitted'> {
  const shows = sight === 'whole' || sight === 'receiver'
  const outputs = drawSide(edges.made, hand, sight === 'whole')
  if (walk.direction === 'downstream') {
    const inputs = drawSide(edges.drawn, hand, shows)
    const missing = missingIn(edges.made, walk)
    return missing === 0 ? { inputs, outputs } : { inputs, outputs, omitted: { batches: missing } }
  }
  const parts = apportionMasses(edges.drawn.map(({ massUg }) => massUg))
  const inputs = drawSide(edges.drawn, hand, shows, parts)
  const rest = edges.drawn.flatMap(({ batch }, i) =>
    hand.names.get(batch) !== undefined ? [] : [parts[i] ?? 0]
  )
  if (rest.length === 0) return { inputs, outputs }
  const share = shareFraction(rest.reduce((sum, part) => sum + part, 0))
  return { inputs, outputs, omitted: { batches: rest.length, share } }
}

/** How many outputs were not walked: none of a walk that went to its end. */
function missingIn(made: readonly Edge[], { depths, truncated }: Walk): number {
  return truncated === null ? 0 : made.filter(({ batch }) => !depths.has(batch)).length
}

/** The edges to the nodes that the answer shows; `parts` are of all edges, shown or not. */
function drawSide(
  edges: readonly Edge[],
  { names, massKg }: Hand,
  weighed: boolean,
  parts?: readonly number[]
): TreeEdge[] {
  const side: TreeEdge[] = []
  let index = 0
  for (const { batch, massUg } of edges) {
    const part = parts?.[index] ?? 0
    index += 1
    const node = names.get(batch)
    if (node === undefined) continue
    const edge = weighed ? { node, massKg: massKg(massUg) } : { node }
    side.push(parts ? { ...edge, share: shareFraction(part) } : edge)
  }
  return side
}

/** Who and where. */
function doer({ organization, facility, country, region }: Doer) {
  return { organization, facility, country, region }
}

/** Where, without who. */
export function outline({ country, region }: Doer) {
  return { country, region }
}
