import { type Attributes, FewAttributes } from './attributes.ts'
import type { XmlElement, XmlLimits } from './xml-element.ts'
import { bindsPrefix, XmlScope } from './xml-scope.ts'

/** XML 1.0 2.2; halves of characters are looked for beside it. */
const CHARACTERS = /^[\t\n\r -\uFFFD]*$/
const DECLARATION =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?: standalone=(?:"(?:yes|no)"|'(?:yes|no)'))?[\t\n ]*\?>/
const ENTITY = /&(?:amp|lt|gt|quot|apos);/g
const OTHER_REFERENCE = /&(?!(?:amp|lt|gt|quot|apos);)/
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'"
}
/** ASCII that names consist of; which of it they begin with is looked at once for each name. */
const NAME = new Set(
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:'].map((each) =>
    each.charCodeAt(0)
  )
)
const IN_NAME = Uint8Array.from({ length: 128 }, (_, code) => (NAME.has(code) ? 1 : 0))
const [GREATER, SLASH, EQUALS, QUOTE, APOSTROPHE] = [...`>/="'`].map((each) => each.charCodeAt(0))
const TARGET = /^[A-Za-z_][\w.-]*$/
/** Of all leaves; never added to. */
const NO_CHILDREN: XmlElement[] = []
/** Each is compared with every other one. */
const MOST_ATTRIBUTES = 16

/** A growing element. */
interface Open {
  readonly name: string
  readonly namespace: string
  readonly attributes: Attributes
  children: XmlElement[]
  text: string
}

/**
 * Reads XML as nearly all data sets are written: elements and attributes with ASCII names, text, the
 * five entities, comments and instructions. Null for whatever is written in another way, is wrong or
 * is beyond the limits: then a parser of all of XML decides, and says why. Whatever this reads, that
 * one reads the same, at several times the cost.
 */
export function readPlainXml(text: string, limits: XmlLimits): XmlElement | null {
  if (!text.isWellFormed() || !CHARACTERS.test(text)) return null
  const oneLineEnd = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  const declaration = DECLARATION.exec(oneLineEnd)?.[0] ?? ''
  return new PlainReader(oneLineEnd, declaration.length, limits).read()
}

/** Methods that are `false` for what is not plain leave the reader where it does not matter. */
class PlainReader {
  readonly #text: string
  readonly #limits: XmlLimits
  readonly #open: Open[] = []
  /** Of the open elements. */
  readonly #names: string[] = []
  readonly #scopes: XmlScope[] = [XmlScope.outermost()]
  /** Attributes of the tag that is read, as written. */
  #stated: string[] = []
  #at: number
  #elements = 0
  #root: XmlElement | null = null

  constructor(text: string, begin: number, limits: XmlLimits) {
    this.#text = text
    this.#at = begin
    this.#limits = limits
  }

  read(): XmlElement | null {
    for (;;) {
      const next = this.#text.indexOf('<', this.#at)
      if (!this.#characters(next === -1 ? this.#text.length : next)) return null
      if (next === -1) return this.#open.length === 0 ? this.#root : null
      this.#at = next + 1
      if (!this.#markup()) return null
    }
  }

  #characters(end: number): boolean {
    const element = this.#open.at(-1)
    if (!element || element.text === '') this.#space()
    if (end === this.#at) return true
    if (!element) return false
    const chunk = this.#text.slice(this.#at, end)
    const text = chunk.includes(']]>') ? null : withoutEntities(chunk)
    if (text === null) return false
    element.text += text
    return true
  }

  #markup(): boolean {
    switch (this.#text[this.#at]) {
      case '/':
        return this.#endTag()
      case '!':
        return this.#comment()
      case '?':
        return this.#instruction()
      default:
        return this.#startTag()
    }
  }

  #startTag(): boolean {
    const { depth, elements } = this.#limits
    const outside = this.#open.length === 0
    this.#elements += 1
    if (this.#open.length >= depth || this.#elements > elements) return false
    if (outside && this.#root) return false
    const written = this.#name()
    if (!this.#attributes()) return false
    const around = this.#scopes.at(-1)
    const scope = this.#stated.length === 0 ? around : around?.within(this.#stated)
    const expanded = scope?.element(written)
    const attributes = scope && attributesIn(scope, this.#stated)
    if (!scope || !expanded || !attributes) return false
    const { name, namespace } = expanded
    const element: Open = { name, namespace, attributes, children: NO_CHILDREN, text: '' }
    append(element, this.#open.at(-1))
    this.#root ??= element
    const isEmpty = this.#next() === SLASH
    this.#at += isEmpty ? 2 : 1
    if (isEmpty) return this.#text.charCodeAt(this.#at - 1) === GREATER
    this.#open.push(element)
    this.#names.push(written)
    this.#scopes.push(scope)
    return true
  }

  /** Up to the end of the tag. */
  #attributes(): boolean {
    if (this.#stated.length > 0) this.#stated = []
    for (;;) {
      const spaced = this.#space()
      const next = this.#next()
      if (next === GREATER || next === SLASH) return true
      const name = spaced ? this.#name() : ''
      if (name === '' || this.#next() !== EQUALS) return false
      this.#at += 1
      const value = this.#value()
      if (value === null) return false
      this.#stated.push(name, value)
    }
  }

  #value(): string | null {
    const quote = this.#next()
    if (quote !== QUOTE && quote !== APOSTROPHE) return null
    const end = this.#text.indexOf(quote === QUOTE ? '"' : "'", this.#at + 1)
    if (end === -1) return null
    const value = this.#text.slice(this.#at + 1, end)
    this.#at = end + 1
    if (value.includes('<')) return null
    return withoutEntities(/[\t\n]/.test(value) ? value.replace(/[\t\n]/g, ' ') : value)
  }

  #endTag(): boolean {
    const name = this.#names.pop()
    if (name === undefined || !this.#text.startsWith(name, this.#at + 1)) return false
    this.#open.pop()
    this.#scopes.pop()
    this.#at += 1 + name.length
    this.#space()
    this.#at += 1
    return this.#text.charCodeAt(this.#at - 1) === GREATER
  }

  #comment(): boolean {
    if (!this.#text.startsWith('!--', this.#at)) return false
    const end = this.#text.indexOf('--', this.#at + 3)
    this.#at = end + 3
    return end !== -1 && this.#text[end + 2] === '>'
  }

  #instruction(): boolean {
    this.#at += 1
    const target = this.#name()
    const named = TARGET.test(target) && target.toLowerCase() !== 'xml'
    const end = this.#text.indexOf('?>', this.#at)
    const parted = end === this.#at || this.#space()
    this.#at = end + 2
    return named && parted && end !== -1
  }

  #name(): string {
    const begin = this.#at
    while (IN_NAME[this.#next()] === 1) this.#at += 1
    return this.#text.slice(begin, this.#at)
  }

  #space(): boolean {
    const begin = this.#at
    while (isSpace(this.#next())) this.#at += 1
    return this.#at > begin
  }

  #next(): number {
    return this.#text.charCodeAt(this.#at)
  }
}

function append(element: Open, parent: Open | undefined): void {
  if (parent?.children === NO_CHILDREN) parent.children = [element]
  else parent?.children.push(element)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09
}

/** Null where two have the same local name. */
function attributesIn(scope: XmlScope, stated: readonly string[]): Attributes | null {
  if (stated.length === 0) return FewAttributes.none
  const attributes: string[] = []
  for (let at = 0; at < stated.length; at += 2) {
    const written = stated[at] ?? ''
    if (bindsPrefix(written)) continue
    const known = scope.attribute(written)
    if (!known || attributes.length === 2 * MOST_ATTRIBUTES) return null
    for (let before = 0; before < attributes.length; before += 2) {
      if (attributes[before] === known.name) return null
    }
    attributes.push(known.name, stated[at + 1] ?? '')
  }
  // A copy is as long as it has to be.
  return new FewAttributes(attributes.slice())
}

/** Null where there is any other reference. */
function withoutEntities(text: string): string | null {
  if (!text.includes('&')) return text
  if (OTHER_REFERENCE.test(text)) return null
  return text.replace(ENTITY, (entity) => ENTITIES[entity] ?? '')
}
