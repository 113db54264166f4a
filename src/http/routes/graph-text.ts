import type { Drawing, TreeEdge, TreeEvent, TreeNode } from '../../domain/lineage/tree.ts'
import type { GraphInDrawing } from '../../registry/trace-graph.ts'
import { encodeLong } from '../long-text.ts'

/**
 * The very bytes that `JSON.stringify` makes of an answer, in some two thirds of the time: of thousands
 * of nodes and events most say the same of product, party and place as the one before, so that this is
 * written once. What is not seen whole, or has something unusual to tell, is left to `JSON.stringify`.
 */
export function graphText(answer: GraphInDrawing): Buffer {
  const text = JSON.stringify({ ...answer, nodes: [], events: [] })
  // What comes before is short and could hold this only with its quotes escaped.
  const at = text.indexOf(NOTHING)
  return encodeLong((add) => {
    add(`${text.slice(0, at)}"nodes":[`)
    writeNodes(answer.nodes, add)
    add('],"events":[')
    writeEvents(answer.events, add)
    add(`]${text.slice(at + NOTHING.length)}`)
  })
}

type Add = (piece: string) => void

const NOTHING = '"nodes":[],"events":[]'

function writeNodes(nodes: Drawing<TreeNode>, add: Add): void {
  let kind: NodeKind | null = null
  let isFirst: boolean = true
  nodes((node) => {
    if (!isFirst) add(',')
    isFirst = false
    if (isPlainNode(node)) {
      if (kind === null || !isLikeNode(node, kind.of)) kind = kindOfNode(node)
      add(nodeText(node, kind))
    } else {
      add(JSON.stringify(node))
    }
  })
}

type PlainNode = Required<Omit<TreeNode, 'voided' | 'truncated'>>

function isPlainNode(node: TreeNode): node is PlainNode {
  const { visibility, batch, voided, truncated } = node
  return visibility === 'whole' && batch !== undefined && !voided && !truncated
}

/** What alike nodes have in common, as text behind the name, the batch, the number and the mass of each. */
interface NodeKind {
  readonly of: PlainNode
  readonly behindName: string
  readonly behindNumber: string
  /** The same of those that nobody gave a number. */
  readonly behindBatch: string
  readonly behindMass: string
}

function isLikeNode(node: PlainNode, other: PlainNode): boolean {
  return (
    isSameDoer(node, other) &&
    node.depth === other.depth &&
    node.producedAt === other.producedAt &&
    node.product.class === other.product.class &&
    node.product.name === other.product.name &&
    node.stage === other.stage &&
    node.custodyModel === other.custodyModel &&
    node.status === other.status
  )
}

type Done = Pick<PlainNode, 'organization' | 'facility' | 'country' | 'region'>

function isSameDoer(one: Done, other: Done): boolean {
  return (
    one.organization === other.organization &&
    one.facility === other.facility &&
    one.country === other.country &&
    one.region === other.region
  )
}

function kindOfNode(of: PlainNode): NodeKind {
  const {
    depth,
    product,
    stage,
    producedAt,
    custodyModel,
    status,
    organization,
    facility,
    country,
    region
  } = of
  const behindNumber = `,${membersOf({ product, stage, producedAt })},"massKg":"`
  return {
    of,
    behindName: `","depth":${depth},"visibility":"whole","batch":"`,
    behindNumber,
    behindBatch: `","number":null${behindNumber}`,
    behindMass: `",${membersOf({ custodyModel, status, organization, facility, country, region })}}`
  }
}

function membersOf(part: object): string {
  return JSON.stringify(part).slice(1, -1)
}

/**
 * Ids, times and decimals have nothing to escape; a number is what somebody calls a batch. Every piece
 * that is put to others makes a text more: so there are few of them.
 */
function nodeText(node: PlainNode, kind: NodeKind): string {
  const { node: name, batch, number, massKg } = node
  if (number === null) {
    return `{"node":"${name}${kind.behindName}${batch}${kind.behindBatch}${massKg}${kind.behindMass}`
  }
  const called = `${batch}","number":${JSON.stringify(number)}${kind.behindNumber}`
  return `{"node":"${name}${kind.behindName}${called}${massKg}${kind.behindMass}`
}

function writeEvents(events: Drawing<TreeEvent>, add: Add): void {
  let kind: EventKind | null = null
  let isFirst: boolean = true
  events((event) => {
    if (!isFirst) add(',')
    isFirst = false
    if (isPlainEvent(event)) {
      if (kind === null || !isLikeEvent(event, kind.of)) kind = kindOfEvent(event)
      add(eventText(event, kind))
    } else {
      add(JSON.stringify(event))
    }
  })
}

type PlainEvent = Required<Omit<TreeEvent, 'omitted'>>

function isPlainEvent(event: TreeEvent): event is PlainEvent {
  const { visibility, type, omitted } = event
  return visibility === 'whole' && type !== undefined && !omitted
}

/** What alike events have in common, as text before and behind the time and the position of each. */
interface EventKind {
  readonly of: PlainEvent
  readonly before: string
  readonly behind: string
}

/** Those that were read as alike have their stages and their evidence in common. */
function isLikeEvent(event: PlainEvent, other: PlainEvent): boolean {
  return (
    isSameDoer(event, other) &&
    event.type === other.type &&
    event.stages === other.stages &&
    event.evidence === other.evidence
  )
}

function kindOfEvent(of: PlainEvent): EventKind {
  const { type, organization, facility, country, region, stages, evidence } = of
  return {
    of,
    before: membersOf({ type, organization, facility, country, region, stages }),
    behind: membersOf({ evidence })
  }
}

function eventText(event: PlainEvent, { before, behind }: EventKind): string {
  const { event: name, time, position, inputs, outputs } = event
  const head = `{"event":"${name}","visibility":"whole",${before},"time":"${time}",`
  const told = `${head}"position":${position},${behind},`
  return `${told}"inputs":[${edgesText(inputs)}],"outputs":[${edgesText(outputs)}]}`
}

function edgesText(edges: readonly TreeEdge[]): string {
  let text = ''
  for (const { node, massKg, share } of edges) {
    const head = text === '' ? '{"node":"' : `${text},{"node":"`
    const weighed =
      massKg === undefined ? `${head}${node}"` : `${head}${node}","massKg":"${massKg}"`
    text = share === undefined ? `${weighed}}` : `${weighed},"share":"${share}"}`
  }
  return text
}
