import type { Tree, TreeEdge, TreeEvent, TreeNode } from '../../domain/lineage/tree.ts'
import type { Terminal } from '../terminal.ts'
import { kilograms, percent } from './numbers.ts'

export type Direction = 'upstream' | 'downstream'

interface Drawing {
  readonly nodes: ReadonlyMap<string, TreeNode>
  /** Upstream: the event that made a node. Downstream: the events that drew it. */
  readonly eventsOf: (node: string) => readonly TreeEvent[]
  readonly makerOf: (node: string) => TreeEvent | undefined
  readonly branches: (event: TreeEvent) => readonly TreeEdge[]
  readonly style: Terminal['style']
  readonly columns: number
  readonly drawn: Set<string>
  readonly lines: string[]
}

/** Where the right half of a line begins, if the left half leaves room. */
const RIGHT_HALF = 58

/**
 * The graph of a batch as a tree for a terminal: one line a batch with its mass, what was done to
 * make it, by whom and where. A batch that feeds several others is drawn once and then referred to.
 */
export function treeLines(
  tree: Pick<Tree, 'nodes' | 'events' | 'beyond'>,
  direction: Direction,
  terminal: Pick<Terminal, 'style' | 'columns'>
): readonly string[] {
  const root = tree.nodes.find(({ depth }) => depth === 0)
  if (!root) return []
  const drawing = drawingOf(tree, direction, terminal)
  drawNode(drawing, root, { lead: '', branch: '', edge: null })
  for (const { depth, batches, massKg } of tree.beyond) {
    drawing.lines.push(`… ${batches} more at distance ${depth}, ${kilograms(massKg)} together`)
  }
  return drawing.lines
}

function drawingOf(
  tree: Pick<Tree, 'nodes' | 'events'>,
  direction: Direction,
  { style, columns }: Pick<Terminal, 'style' | 'columns'>
): Drawing {
  const upstream = direction === 'upstream'
  const byNode = new Map<string, TreeEvent[]>()
  for (const event of tree.events) {
    for (const { node } of upstream ? event.outputs : event.inputs) {
      byNode.set(node, [...(byNode.get(node) ?? []), event])
    }
  }
  return {
    nodes: new Map(tree.nodes.map((node) => [node.node, node])),
    eventsOf: (node) => byNode.get(node) ?? [],
    makerOf: (node) =>
      tree.events.find(({ outputs }) => outputs.some((output) => output.node === node)),
    branches: (event) => (upstream ? event.inputs : event.outputs),
    style,
    columns,
    drawn: new Set(),
    lines: []
  }
}

interface Place {
  /** What stands in front of the children of this node. */
  readonly lead: string
  /** What stands in front of the node itself. */
  readonly branch: string
  readonly edge: TreeEdge | null
}

function drawNode(drawing: Drawing, node: TreeNode, place: Place): void {
  const { drawn } = drawing
  const again = drawn.has(node.node)
  drawn.add(node.node)
  const right = again ? '(see above)' : doing(node, drawing)
  drawing.lines.push(lineOf(drawing, node, place, right))
  if (again) return
  const branches = drawing.eventsOf(node.node).flatMap(drawing.branches)
  branches.forEach((edge, index) => {
    const last = index === branches.length - 1
    const child = drawing.nodes.get(edge.node)
    const branch = `${place.lead}${last ? '└─ ' : '├─ '}`
    const lead = `${place.lead}${last ? '   ' : '│  '}`
    if (child) drawNode(drawing, child, { lead, branch, edge })
  })
  drawOmitted(drawing, node, place.lead)
}

function drawOmitted(drawing: Drawing, node: TreeNode, lead: string): void {
  for (const { omitted } of drawing.eventsOf(node.node)) {
    if (!omitted) continue
    const share = omitted.share === undefined ? '' : `, ${percent(omitted.share)} % of the input`
    drawing.lines.push(`${lead}└─ … ${omitted.batches} not shown${share}`)
  }
  if (node.truncated) drawing.lines.push(`${lead}└─ … the chain goes on`)
}

/** What the batch is on the left, what was done to make it on the right; colors have no width. */
function lineOf(drawing: Drawing, node: TreeNode, place: Place, right: string): string {
  const { style, columns } = drawing
  const share =
    place.edge?.share === undefined || place.edge.share === '1'
      ? ''
      : `${percent(place.edge.share)} %  `
  const known = node.batch !== undefined
  const name = known ? (node.number ?? node.batch ?? '') : '(withheld)'
  const mass = place.edge?.massKg ?? node.massKg
  const before = `${place.branch}${share}`
  const after = mass === undefined ? '' : `  ${kilograms(mass)}`
  const taken = before.length + name.length + after.length
  const room = columns - taken - right.length - 3
  const what = fitted(known ? (node.product?.name ?? '') : (node.stage ?? ''), room)
  const width = taken + what.length
  const gap = ' '.repeat(Math.max(2, Math.min(RIGHT_HALF, columns - right.length) - width))
  return `${before}${style(known ? 'bold' : 'italic', name)}${after}${what}${gap}${style('dim', right)}`.trimEnd()
}

function fitted(text: string, room: number): string {
  if (text === '' || room < 4) return ''
  return ` ${text.length <= room ? text : `${text.slice(0, room - 1)}…`}`
}

/** What made it, who and where; of a batch that entered here, how. */
function doing(node: TreeNode, { makerOf }: Drawing): string {
  const stages = makerOf(node.node)?.stages?.join(', ')
  const enters = makerOf(node.node)?.type === 'commission' ? 'enters the books' : ''
  const what = stages || node.stage || enters
  const who = [node.organization?.name, node.country].filter((text) => text != null)
  return [what, who.join(', ')].filter((text) => text !== '').join(' · ')
}
