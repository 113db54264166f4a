/** One element to be written, with the prefix in its name. */
export interface XmlOutput {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | undefined>>
  /** Text, or elements. */
  readonly content: string | readonly XmlOutput[]
}

type Content = string | readonly (XmlOutput | null)[]

/** An element; attributes that are undefined and children that are null are left out. */
export function xml(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  content: Content = []
): XmlOutput {
  const children = typeof content === 'string' ? content : content.filter((each) => each !== null)
  return { name, attributes, content: children }
}

/** An element with children, or null where there are none. */
export function group(name: string, children: readonly (XmlOutput | null)[]): XmlOutput | null {
  return children.some((each) => each !== null) ? xml(name, {}, children) : null
}

/** The document in UTF-8, two spaces a level, with the characters that XML 1.0 cannot hold as U+FFFD. */
export function writeXml(root: XmlOutput): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${linesOf(root, '').join('\n')}\n`)
}

function linesOf({ name, attributes, content }: XmlOutput, indent: string): string[] {
  const stated = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(value).replaceAll('"', '&quot;')}"`]
  )
  const start = `${indent}<${name}${stated.join('')}`
  if (content.length === 0) return [`${start}/>`]
  if (typeof content === 'string') return [`${start}>${escaped(content)}</${name}>`]
  const inside = content.flatMap((child) => linesOf(child, `${indent}  `))
  return [`${start}>`, ...inside, `${indent}</${name}>`]
}

/** Character data; values of attributes need their quotes escaped beside it. */
export function escaped(text: string): string {
  return text
    .replace(UNWRITABLE, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML 1.0 2.2 leaves out.
const UNWRITABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g
