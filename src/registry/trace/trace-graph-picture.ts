import { RegistryError } from '../../errors.ts'
import { drawChain, MOST_IN_PICTURE } from '../../reports/pictures/chain.ts'
import type { GraphAnswer } from './trace-graph.ts'

/** A graph as an SVG picture. Throws `LIMIT_EXCEEDED` where there is more than one can look at. */
export function graphPicture(answer: GraphAnswer): string {
  const { batch, direction, asOf, position, truncated, nodes, events, gaps } = answer
  const size = nodes.length + events.length
  if (size > MOST_IN_PICTURE) {
    throw new RegistryError(
      'LIMIT_EXCEEDED',
      `A picture holds ${MOST_IN_PICTURE} batches and events; these are ${size}.`,
      {
        details: [{ pointer: 'format', message: 'Ask with a smaller depth or limit, or for csv.' }]
      }
    )
  }
  return drawChain({
    ...answer,
    title: direction === 'upstream' ? 'What the batch was made from' : 'What became of the batch',
    root: nodes.find((node) => node.depth === 0)?.node ?? batch,
    open: new Set(gaps.map(({ node }) => node)),
    notes: [
      'Blue: the batch. Dashed: withheld. Red: suspect, contested, taken back. ?: not all is known.',
      `Batch ${batch}, as of ${asOf}, position ${position}.`,
      ...(truncated === null ? [] : [`The graph goes on (…): ended by ${truncated}.`])
    ]
  })
}
