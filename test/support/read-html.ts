/** An element of a page: its name and its attributes. */
export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
}

/** Elements without an end (HTML 13.1.2). */
const VOID = new Set(['meta', 'link', 'input', 'img', 'br', 'hr'])
const TAG = /^<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<]*")?)*)\s*>/
const ENTITY = /&(?!(?:amp|lt|gt|quot|#39);)/

/**
 * The elements of a page that our own pages would be written as, in their order. Throws where a browser would have to
 * guess: a sign that is no markup, an end without a beginning, an attribute without quotes or twice, an id twice, a
 * label without its field, or anything that runs.
 */
export function readHtml(page: string): readonly Element[] {
  const elements: Element[] = []
  const open: string[] = []
  let rest = page.replace(/^<!DOCTYPE html>\n/, '')
  if (rest === page) throw new Error('the page does not begin with its doctype')
  while (rest !== '') {
    const text = /^[^<]+/.exec(rest)?.[0]
    if (text !== undefined) {
      if (/>/.test(text) || ENTITY.test(text)) throw new Error(`not escaped: ${text}`)
      rest = rest.slice(text.length)
      continue
    }
    const [tag, end, name = '', attributes = ''] = TAG.exec(rest) ?? []
    if (tag === undefined) throw new Error(`no tag: ${rest.slice(0, 80)}`)
    rest = rest.slice(tag.length)
    if (end === '/') {
      const begun = open.pop()
      if (begun !== name) throw new Error(`</${name}> ends <${begun}>`)
      continue
    }
    elements.push({ name, attributes: attributesOf(attributes) })
    if (!VOID.has(name)) open.push(name)
  }
  if (open.length > 0) throw new Error(`left open: ${open.join(' ')}`)
  refuseOddities(elements)
  return elements
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name = '', value = ''] of text.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)) {
    if (attributes.has(name)) throw new Error(`${name} twice`)
    if (ENTITY.test(value)) throw new Error(`not escaped: ${value}`)
    attributes.set(name, readable(value))
  }
  return attributes
}

/** A text of the page as a browser reads it. */
export function readable(text: string): string {
  const signs = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }
  return text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => signs[entity as keyof typeof signs])
}

function refuseOddities(elements: readonly Element[]): void {
  const ids = elements.flatMap(({ attributes }) => attributes.get('id') ?? [])
  if (new Set(ids).size < ids.length) throw new Error(`an id twice: ${ids.join(' ')}`)
  const labelled = new Set(elements.flatMap(({ attributes }) => attributes.get('for') ?? []))
  for (const { name, attributes } of elements) {
    const { [0]: running } = [...attributes.keys()].filter((each) => /^on|^style$/.test(each))
    if (running !== undefined || /^(script|iframe|object|embed|style)$/.test(name)) {
      throw new Error(`<${name} ${running ?? ''}> may not be there`)
    }
    for (const reference of ['for', 'aria-labelledby']) {
      const named = attributes.get(reference)
      if (named !== undefined && !ids.includes(named)) throw new Error(`${reference}=${named}`)
    }
    const field = /^(input|select)$/.test(name) && attributes.get('type') !== 'hidden'
    if (field && !labelled.has(attributes.get('id') ?? '')) throw new Error('a field has no label')
    if (name === 'img' && !attributes.get('alt')) throw new Error('a picture has no words')
  }
}
