/** What an attribute may hold; numbers are places on the paper, never masses. */
type Attributes = Readonly<Record<string, string | number>>

/** Text of a document in a picture, with nothing in it that XML would take for its own. */
export function textOf(text: string): string {
  return text
    .toWellFormed()
    .replace(NOT_XML, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Controls that XML 1.0 has no place for (2.2, Char). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** An element around markup that is there already: texts come through `textOf`. */
export function tag(name: string, attributes: Attributes, ...inside: readonly string[]): string {
  const stated = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${attributeText(value)}"`
  )
  const content = inside.join('')
  return content === ''
    ? `<${name}${stated.join('')}/>`
    : `<${name}${stated.join('')}>${content}</${name}>`
}

function attributeText(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 10) / 10) : textOf(value)
}

export interface Line {
  readonly x: number
  readonly y: number
  readonly text: string
  readonly attributes?: Attributes
}

export function line({ x, y, text, attributes = {} }: Line): string {
  return tag('text', { x, y, ...attributes }, textOf(text))
}

/** How wide a text is in the fonts that screens have: the letters of East Asia and M are as wide as high, capitals wider than others. */
export function widthOf(text: string, size = 12): number {
  let width = 0
  for (const letter of text) width += widthOfLetter(letter)
  return width * size
}

function widthOfLetter(letter: string): number {
  if (/[MW@%\u1100-\uffff]|[\u{10000}-\u{10ffff}]/u.test(letter)) return 1
  return /\p{Lu}/u.test(letter) ? 0.75 : 0.6
}

/** A text that pixels at hand can hold, by the usual width of letters; what is cut off ends in an ellipsis. */
export function fitted(text: string, pixels: number, size = 12): string {
  let width = 0
  let kept = ''
  for (const letter of text) {
    width += widthOfLetter(letter) * size
    if (width > pixels) return `${kept.trimEnd()}…`
    kept += letter
  }
  return kept
}

export interface Picture {
  readonly width: number
  readonly height: number
  /** What is seen, for those who do not see it. */
  readonly title: string
  readonly description: string
}

/** A picture that stands by itself: no script, nothing loaded from elsewhere. */
export function svg(
  { width, height, title, description }: Picture,
  ...inside: readonly string[]
): string {
  return `${tag(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      role: 'img',
      'aria-label': `${title}. ${description}`,
      'font-family': 'system-ui, sans-serif',
      'font-size': 12,
      fill: '#1b1f24'
    },
    tag('title', {}, textOf(title)),
    tag('rect', { width, height, fill: '#ffffff' }),
    ...inside
  )}\n`
}
