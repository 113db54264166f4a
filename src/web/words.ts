import type { Html } from './html.ts'
import { html, named } from './html.ts'

type Texts = Readonly<Record<string, string>>

/** A name in English, else in the first language that there is, marked as what it is. */
export function nameIn(texts: Texts | undefined): Html | null {
  const [language, text] =
    Object.entries(texts ?? {}).find(([tag]) => /^en\b/i.test(tag)) ??
    Object.entries(texts ?? {})[0] ??
    []
  if (text === undefined || language === undefined) return null
  if (!/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(language)) return named(text)
  return html`<bdi lang="${language}">${text}</bdi>`
}

/** The same as plain text, for titles. */
export function plainNameIn(texts: Texts | undefined): string | undefined {
  const all = Object.entries(texts ?? {})
  return (all.find(([tag]) => /^en\b/i.test(tag)) ?? all[0])?.[1]
}

/** `in_verification` as people read it. */
export function spaced(code: string): string {
  return code.replaceAll('_', ' ')
}

/** A moment as day and time of UTC; a program reads the whole of it. */
export function moment(text: string | null | undefined): Html | null {
  if (text === null || text === undefined) return null
  const shown = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z$/.exec(text)
  return html`<time datetime="${text}">${shown ? `${shown[1]} ${shown[2]} UTC` : text}</time>`
}

/** A link only where the address is one that a browser can open safely. */
export function linkTo(address: string): Html {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol)) return named(address)
  return html`<a href="${url.href}" rel="noopener noreferrer nofollow">${named(address)}</a>`
}

/** A hash or an id: long, to be compared and not to be read. */
export function code(text: string): Html {
  return html`<code>${text}</code>`
}

/** The state of a declaration or of a batch, with a sign beside the color. */
export function state(word: string): Html {
  const kind = GOOD.has(word) ? 'good' : BAD.has(word) ? 'bad' : 'open'
  return html`<span class="state ${kind}">${spaced(word)}</span>`
}

const GOOD = new Set(['published', 'clear', 'pass', 'received'])
const BAD = new Set(['deregistered', 'contested', 'fail', 'voided', 'error'])

/** A text of ours in which words of the API stand in backticks. */
export function prose(text: string): Html {
  const parts = text.split('`')
  return html`${parts.map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`
}
