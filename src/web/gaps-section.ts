import type { drawn } from '../registry/trace/trace-graph.ts'
import { alike } from './alike.ts'
import { type Html, html, named, type Part, table } from './html.ts'
import { nameOf } from './origins-section.ts'
import { prose, spaced } from './words.ts'

type Graph = ReturnType<typeof drawn>

/** What is not known of a batch and of what it was made from, and who can tell. */
export function gapsSection(graph: Graph): Html {
  const nodes = new Map(graph.nodes.map((node) => [node.node, node]))
  const groups = alike(graph.gaps, ({ node, kind, remedy, supplier }) => [
    node,
    kind,
    remedy,
    supplier
  ])
  const rows = groups.map((group): readonly Part[] => {
    const [gap] = group
    const node = nodes.get(gap.node)
    return [
      node?.batch === undefined
        ? 'a batch that is withheld'
        : html`<a href="${node.batch}">${named(node.number ?? node.batch)}</a>`,
      spaced(gap.kind),
      listed(group.map(({ element }) => element && nameOf(element))),
      listed(group.map(({ step }) => step && spaced(step))),
      gap.supplier ? named(gap.supplier.name ?? gap.supplier.id) : 'ask your own supplier',
      prose(gap.remedy)
    ]
  })
  return html`<section aria-labelledby="gaps"><h2 id="gaps">What is not known, and who can tell</h2>
${
  rows.length === 0
    ? html`<p>Nothing is missing in the recorded chain.</p>`
    : table({
        caption: 'Gaps along the chain, up to mine or gate',
        heads: ['At batch', 'What is missing', 'Elements', 'Steps', 'Who can close it', 'How'],
        rows
      })
}</section>
`
}

function listed(words: readonly (string | null)[]): string {
  return [...new Set(words.flatMap((word) => word ?? []))].join(', ')
}
