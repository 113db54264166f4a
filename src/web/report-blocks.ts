import type { ShownReport } from '../registry/reports/render-report.ts'
import { facts, type Html, html, type Part, table } from './html.ts'
import { state } from './words.ts'

type Block = ShownReport['blocks'][number]

/** A report in the words that are printed of it. */
export function reportBlocks({ blocks }: ShownReport): Html {
  return html`${blocks.map(blockOf)}`
}

function blockOf(block: Block): Html {
  if (block.kind === 'heading')
    return html`<h2>${block.text}</h2>
`
  if (block.kind === 'text')
    return html`<p>${block.text}</p>
`
  if (block.kind === 'facts') return facts(block.facts.map(([name, text]) => [name, lines(text)]))
  if (block.kind === 'verdicts') {
    return html`<ul class="verdicts">${block.verdicts.map(
      ({ about, word, meaning }) =>
        html`<li><strong>${about}</strong> ${state(word)} ${meaning}</li>`
    )}</ul>
`
  }
  const { title, columns, rows, nothing } = block
  if (rows.length === 0)
    return html`<h2>${title}</h2><p>${nothing}</p>
`
  const heads = columns.map(({ name }) => name)
  return table({ caption: title, heads, rows: rows.map((cells) => cells.map(lines)) })
}

/** What stands on lines of its own stays there, always as a text. */
function lines(text: string): Part {
  return text.split('\n').map((line, at) => html`${at > 0 && html`<br>`}<bdi>${line}</bdi>`)
}
