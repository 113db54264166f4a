import type { TreeEdge, TreeEvent, TreeNode } from '../../domain/lineage/tree.ts'
import type { GraphAnswer } from '../../registry/trace-graph.ts'

/**
 * The very text that `JSON.stringify` makes of an answer, in some two thirds of the time: of thousands
 * of nodes and events most say the same of product, party and place as the one before, so that this is
 * written once. What is not seen whole, or has something unusual to tell, is left to `JSON.stringify`.
 */
export function graphText(answer: GraphAnswer): string {
  const text = JSON.stringify({ ...answer, nodes: [], events: [] })
  // What comes before is short and could hold this only with its quotes escaped.
  const at = text.indexOf(NOTHING)
  // Put together once: an answer may have megabytes.
  const pieces = [text.slice(0, at), '"nodes":[']
  writeNodes(answer.nodes, pieces)
  pieces.push('],"events":[')
  writeEvents(answer.events, pieces)
  pieces.push(']', text.slice(at + NOTHING.length))
  return pieces.join('')
}

const NOTHING = '"nodes":[],"events":[]'

function writeNodes(nodes: readonly TreeNode[], pieces: string[]): void {
  let kind: NodeKind | null = null
  for (const [index, node] of nodes.entries()) {
    if (index > 0) pieces.push(',')
    if (isPlainNode(node)) {
      if (kind === null || !isLikeNode(node, kind.of)) kind = kindOfNode(node)
      pieces.push(nodeText(node, kind))
    } else {
      pieces.push(JSON.stringify(node))
    }
  }
}

type PlainNode = Required<Omit<TreeNode, 'voided' | 'truncated'>>

function isPlainNode(node: TreeNode): node is PlainNode {
  const { visibility, batch, voided, truncated } = node
  return visibility === 'whole' && batch !== undefined && !voided && !truncated
}

/** What alike nodes have in common, as text before the time and behind the mass of each. */
interface NodeKind {
  readonly of: PlainNode
  readonly before: string
  readonly behind: string
}

function isLikeNode(node: PlainNode, other: PlainNode): boolean {
  return (
    isSameDoer(node, other) &&
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
  const { product, stage, custodyModel, status, organization, facility, country, region } = of
  return {
    of,
    before: membersOf({ product, stage }),
    behind: membersOf({ custodyModel, status, organization, facility, country, region })
  }
}

function membersOf(part: object): string {
  return JSON.stringify(part).slice(1, -1)
}

/** Ids, times and decimals have nothing to escape; a number is what somebody calls a batch. */
function nodeText(node: PlainNode, { before, behind }: NodeKind): string {
  const { node: name, depth, batch, producedAt, massKg } = node
  const number = node.number === null ? 'null' : JSON.stringify(node.number)
  const head = `{"node":"${name}","depth":${depth},"visibility":"whole","batch":"${batch}","number":${number},`
  return `${head}${before},"producedAt":"${producedAt}","massKg":"${massKg}",${behind}}`
}

function writeEvents(events: readonly TreeEvent[], pieces: string[]): void {
  let kind: EventKind | null = null
  for (const [index, event] of events.entries()) {
    if (index > 0) pieces.push(',')
    if (isPlainEvent(event)) {
      if (kind === null || !isLikeEvent(event, kind.of)) kind = kindOfEvent(event)
      writeEvent(event, kind, pieces)
    } else {
      pieces.push(JSON.stringify(event))
    }
  }
}

type PlainEvent = Required<Omit<TreeEvent, 'omitted'>>

function isPlainEvent(event: TreeEvent): event is PlainEvent {
  const { visibility, type, omitted } = event
  return visibility === 'whole' && type !== undefined && !omitted
}

interface EventKind {
  readonly of: PlainEvent
  /** Its type, and who did it and where. */
  readonly done: string
}

function isLikeEvent(event: PlainEvent, other: PlainEvent): boolean {
  return isSameDoer(event, other) && event.type === other.type
}

function kindOfEvent(of: PlainEvent): EventKind {
  const { type, organization, facility, country, region } = of
  return { of, done: membersOf({ type, organization, facility, country, region }) }
}

function writeEvent(event: PlainEvent, { done }: EventKind, pieces: string[]): void {
  const { event: name, time, position } = event
  const stages = JSON.stringify(event.stages)
  const evidence = JSON.stringify(event.evidence)
  pieces.push(
    `{"event":"${name}","visibility":"whole",${done},"stages":${stages},"time":"${time}",`,
    `"position":${position},"evidence":${evidence},"inputs":[`
  )
  writeEdges(event.inputs, pieces)
  pieces.push('],"outputs":[')
  writeEdges(event.outputs, pieces)
  pieces.push(']}')
}

function writeEdges(edges: readonly TreeEdge[], pieces: string[]): void {
  let comma = ''
  for (const { node, massKg, share } of edges) {
    const mass = massKg === undefined ? '' : `,"massKg":"${massKg}"`
    pieces.push(
      `${comma}{"node":"${node}"${mass}${share === undefined ? '' : `,"share":"${share}"`}}`
    )
    comma = ','
  }
}
