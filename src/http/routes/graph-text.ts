import type { Drawing, TreeEdge, TreeEvent, TreeNode } from '../../domain/lineage/tree.ts'
import type { GraphInDrawing } from '../../registry/trace/trace-graph.ts'
import { encodeLong, type LongText } from '../long-text.ts'

/**
 * The very bytes that `JSON.stringify` makes of an answer, in a fraction of the time: of thousands of nodes and
 * events most say the same of product, party and place as the one before, so that this is encoded once
 * and copied. What is not seen whole, or has something unusual to tell, is left to `JSON.stringify`.
 */
export function graphText(answer: GraphInDrawing): Buffer {
  const text = JSON.stringify({ ...answer, nodes: [], events: [] })
  // What comes before is short and could hold this only with its quotes escaped.
  const at = text.indexOf(NOTHING)
  return encodeLong((into) => {
    into.text(`${text.slice(0, at)}"nodes":[`)
    writeNodes(answer.nodes, into)
    into.text('],"events":[')
    writeEvents(answer.events, into)
    into.text(`]${text.slice(at + NOTHING.length)}`)
  })
}

const NOTHING = '"nodes":[],"events":[]'

const COMMA = Buffer.from(',')

function writeNodes(nodes: Drawing<TreeNode>, into: LongText): void {
  let kind: NodeKind | null = null
  let isFirst: boolean = true
  nodes((node) => {
    if (!isFirst) into.bytes(COMMA)
    isFirst = false
    if (isPlainNode(node)) {
      if (kind === null || !isLikeNode(node, kind.of)) kind = kindOfNode(node)
      writeNode(node, kind, into)
    } else {
      into.text(JSON.stringify(node))
    }
  })
}

type PlainNode = Required<Omit<TreeNode, 'voided' | 'truncated'>>

function isPlainNode(node: TreeNode): node is PlainNode {
  const { visibility, batch, voided, truncated } = node
  return visibility === 'whole' && batch !== undefined && !voided && !truncated
}

/** What alike nodes have in common, encoded: behind the name, the batch, the number and the mass of each. */
interface NodeKind {
  readonly of: PlainNode
  readonly behindName: Buffer
  readonly behindNumber: Buffer
  /** The same of those that nobody gave a number. */
  readonly behindBatch: Buffer
  readonly behindMass: Buffer
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
  const made = { custodyModel, status, organization, facility, country, region }
  return {
    of,
    behindName: Buffer.from(`","depth":${depth},"visibility":"whole","batch":"`),
    behindNumber: Buffer.from(behindNumber),
    behindBatch: Buffer.from(`","number":null${behindNumber}`),
    behindMass: Buffer.from(`",${membersOf(made)}}`)
  }
}

function membersOf(part: object): string {
  return JSON.stringify(part).slice(1, -1)
}

const NODE = Buffer.from('{"node":"')
const NUMBER = Buffer.from('","number":')

/** Ids, times and decimals have nothing to escape; a number is what somebody calls a batch. */
function writeNode(node: PlainNode, kind: NodeKind, into: LongText): void {
  into.bytes(NODE)
  into.ascii(node.node)
  into.bytes(kind.behindName)
  into.ascii(node.batch)
  if (node.number === null) {
    into.bytes(kind.behindBatch)
  } else {
    into.bytes(NUMBER)
    into.text(JSON.stringify(node.number))
    into.bytes(kind.behindNumber)
  }
  into.ascii(node.massKg)
  into.bytes(kind.behindMass)
}

function writeEvents(events: Drawing<TreeEvent>, into: LongText): void {
  let kind: EventKind | null = null
  let isFirst: boolean = true
  events((event) => {
    if (!isFirst) into.bytes(COMMA)
    isFirst = false
    if (isPlainEvent(event)) {
      if (kind === null || !isLikeEvent(event, kind.of)) kind = kindOfEvent(event)
      writeEvent(event, kind, into)
    } else {
      into.text(JSON.stringify(event))
    }
  })
}

type PlainEvent = Required<Omit<TreeEvent, 'omitted'>>

function isPlainEvent(event: TreeEvent): event is PlainEvent {
  const { visibility, type, omitted } = event
  return visibility === 'whole' && type !== undefined && !omitted
}

/** What alike events have in common, encoded: behind the name and the position of each. */
interface EventKind {
  readonly of: PlainEvent
  readonly behindName: Buffer
  readonly behindPosition: Buffer
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
  const doing = membersOf({ type, organization, facility, country, region, stages })
  return {
    of,
    behindName: Buffer.from(`","visibility":"whole",${doing},"time":"`),
    behindPosition: Buffer.from(`,${membersOf({ evidence })},"inputs":[`)
  }
}

const EVENT = Buffer.from('{"event":"')
const POSITION = Buffer.from('","position":')
const OUTPUTS = Buffer.from('],"outputs":[')
const END = Buffer.from(']}')

function writeEvent(event: PlainEvent, kind: EventKind, into: LongText): void {
  into.bytes(EVENT)
  into.ascii(event.event)
  into.bytes(kind.behindName)
  into.ascii(event.time)
  into.bytes(POSITION)
  into.ascii(`${event.position}`)
  into.bytes(kind.behindPosition)
  writeEdges(event.inputs, into)
  into.bytes(OUTPUTS)
  writeEdges(event.outputs, into)
  into.bytes(END)
}

const MASS = Buffer.from('","massKg":"')
const SHARE = Buffer.from('","share":"')
const EDGE_END = Buffer.from('"}')
const NEXT_EDGE = Buffer.from('"},{"node":"')

function writeEdges(edges: readonly TreeEdge[], into: LongText): void {
  let before = NODE
  for (const { node, massKg, share } of edges) {
    into.bytes(before)
    before = NEXT_EDGE
    into.ascii(node)
    if (massKg !== undefined) {
      into.bytes(MASS)
      into.ascii(massKg)
    }
    if (share !== undefined) {
      into.bytes(SHARE)
      into.ascii(share)
    }
  }
  if (edges.length > 0) into.bytes(EDGE_END)
}
