/** Markup that may go out as it is: only `html` makes it, and everything that it is given is escaped. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What may stand in a template: text is escaped, what is absent leaves nothing, lists stand in a row. */
export type Part = Html | string | number | null | undefined | false | readonly Part[]

/**
 * Markup with values in it, each escaped unless it is markup itself. Attributes are written in double
 * quotes: nothing that a party is called can end one, or begin an element.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, index) => text + written(parts[index])).join(''))
}

function written(part: Part): string {
  if (part === null || part === undefined || part === false) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'number') return String(part)
  if (typeof part === 'string') return escaped(part)
  return part.map(written).join('')
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}

/** Signs that HTML has no place for are shown as what they are: not readable. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const UNREADABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/g

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(UNREADABLE, '\ufffd')
    .replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign)
}

/** What a party calls something: in its own direction, so that it cannot turn the text around it. */
export function named(text: string): Html {
  return html`<bdi>${text}</bdi>`
}

/** A table with a caption, heads of columns and of rows, that scrolls by itself where it is wide. */
export function table(of: {
  readonly caption: Part
  readonly heads: readonly Part[]
  /** The first cell of each is its head. */
  readonly rows: readonly (readonly Part[])[]
  /** Columns of figures, counted from 0. */
  readonly figures?: readonly number[]
}): Html {
  const { caption, heads, rows, figures = [] } = of
  const kind = (column: number): string => (figures.includes(column) ? 'figure' : 'text')
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${labelOf(caption)}"><table>
<caption>${caption}</caption>
<thead><tr>${heads.map((head, at) => html`<th scope="col" class="${kind(at)}">${head}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (cells) => html`<tr>${cells.map((cell, at) =>
    at === 0
      ? html`<th scope="row" class="${kind(at)}">${cell}</th>`
      : html`<td class="${kind(at)}">${cell}</td>`
  )}</tr>
`
)}</tbody>
</table></div>
`
}

function labelOf(caption: Part): string {
  return written(caption)
    .replace(/<[^>]*>/g, '')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
}

/** Pairs of a name and a value; those without a value are left out. */
export function facts(pairs: readonly (readonly [string, Part])[]): Html {
  const told = pairs.filter(([, value]) => value !== null && value !== undefined && value !== false)
  return html`<dl class="facts">${told.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`
  )}</dl>
`
}
