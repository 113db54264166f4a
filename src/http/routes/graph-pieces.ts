import type { Drawing, TreeEdge, TreeEvent, TreeNode } from '../../domain/lineage/tree.ts'
import type { LongText } from '../long-text.ts'

export const COMMA = Buffer.from(',')

/**
 * Writes what `JSON.stringify` makes of nodes, in a fraction of the time: of thousands most say the same of product, party
 * and place as the one before, so that this is encoded once and copied. What is not seen whole, or has something
 * unusual to tell, is left to `JSON.stringify`. Returns how many there were; `isFirst` where none was written before
 * them.
 */
export function writeNodes(nodes: Drawing<TreeNode>, into: LongText, isFirst: boolean): number {
  let kind: NodeKind | null = null
  let written = 0
  nodes((node) => {
    if (written > 0 || !isFirst) into.bytes(COMMA)
    written += 1
    if (isPlainNode(node)) {
      if (kind === null || !isLikeNode(node, kind.of)) kind = kindOfNode(node)
      writeNode(node, kind, into)
    } else {
      into.text(JSON.stringify(node))
    }
  })
  return written
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
  /** The mass of the last of them, and from when the next weighs as much, all behind its batch. */
  massKg: string | null
  weighed: Buffer | null
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
    behindMass: Buffer.from(`",${membersOf(made)}}`),
    massKg: null,
    weighed: null
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
  if (node.number !== null) {
    into.bytes(NUMBER)
    into.text(JSON.stringify(node.number))
    into.bytes(kind.behindNumber)
  } else if (node.massKg === kind.massKg) {
    kind.weighed ??= Buffer.concat([kind.behindBatch, Buffer.from(node.massKg), kind.behindMass])
    into.bytes(kind.weighed)
    return
  } else {
    into.bytes(kind.behindBatch)
    kind.massKg = node.massKg
    kind.weighed = null
  }
  into.ascii(node.massKg)
  into.bytes(kind.behindMass)
}

/** Writes events that follow each other: what the last ones had in common is known. */
export function eventWriter(): (event: TreeEvent, into: LongText) => void {
  const writeEdges = edgeWriter()
  let kind: EventKind | null = null
  return (event, into) => {
    if (isPlainEvent(event)) {
      if (kind === null || !isLikeEvent(event, kind.of)) kind = kindOfEvent(event)
      writeEvent(event, kind, writeEdges, into)
    } else {
      into.text(JSON.stringify(event))
    }
  }
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

function writeEvent(
  event: PlainEvent,
  kind: EventKind,
  writeEdges: EdgeWriter,
  into: LongText
): void {
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

const NEXT_EDGE = Buffer.from(',{"node":"')

type EdgeWriter = (edges: readonly TreeEdge[], into: LongText) => void

/** Writes edges list by list: parts of a lot often weigh the same, and that is encoded once. */
function edgeWriter(): EdgeWriter {
  let last: TreeEdge | null = null
  /** What stands behind the node of edges like the last one, from when there are two of them. */
  let behind: Buffer | null = null
  return (edges, into) => {
    let before = NODE
    for (const edge of edges) {
      into.bytes(before)
      before = NEXT_EDGE
      into.ascii(edge.node)
      if (edge.massKg === last?.massKg && edge.share === last?.share) {
        behind ??= Buffer.from(weightText(edge))
        into.bytes(behind)
      } else {
        last = edge
        behind = null
        into.ascii(weightText(edge))
      }
    }
  }
}

function weightText({ massKg, share }: TreeEdge): string {
  const mass = massKg === undefined ? '' : `","massKg":"${massKg}`
  return `${mass}${share === undefined ? '' : `","share":"${share}`}"}`
}
