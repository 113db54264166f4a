import type { GraphAnswer } from '../../../registry/trace/trace-graph.ts'
import { gapLines } from '../../trace/gap-lines.ts'
import { treeLines } from '../../trace/tree-lines.ts'
import { answer, ask, type Buyer } from '../buyer.ts'

const INDENT = 5

/** What was it made from, where, by whom, and what does nobody know? */
export async function askChain(buyer: Buyer, number: number): Promise<void> {
  ask(buyer, number, 'What was it made from, and what does nobody know about it?')
  const path = `/v1/batches/${buyer.batch('M-103')}/upstream`
  const graph = (await buyer.client.get(path)).json() as GraphAnswer
  const { style, columns } = buyer.terminal
  answer(buyer, treeLines(graph, 'upstream', { style, columns: columns - INDENT }))
  const numbers = new Map(graph.nodes.map(({ node, number: lot }) => [node, lot ?? node]))
  answer(buyer, ['', ...gapLines(graph.gaps, (node) => numbers.get(node) ?? node, style)])
}
