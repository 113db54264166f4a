import { type Attributes, FewAttributes } from './attributes.ts'
import { OpenElement } from './open-element.ts'
import {
  areCharacters,
  BRACKET,
  BREAK,
  isInName,
  isSpace,
  kindOf,
  NEVER,
  REFERENCE,
  withoutEntities
} from './xml-characters.ts'
import type { XmlElement, XmlLimits } from './xml-element.ts'
import { bindsPrefix, XmlScope } from './xml-scope.ts'

const DECLARATION =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?: standalone=(?:"(?:yes|no)"|'(?:yes|no)'))?[\t\n ]*\?>/
const LESS = 0x3c
const GREATER = 0x3e
const SLASH = 0x2f
const EQUALS = 0x3d
const QUOTE = 0x22
const APOSTROPHE = 0x27
const EXCLAMATION = 0x21
const QUESTION = 0x3f
const TARGET = /^[A-Za-z_][\w.-]*$/
/** Each is compared with every other one. */
const MOST_ATTRIBUTES = 16

/**
 * Reads XML as nearly all data sets are written: elements and attributes with ASCII names, text, the
 * five entities, comments and instructions. Null for whatever is written in another way, is wrong or
 * is beyond the limits: then a parser of all of XML decides, and says why. Whatever this reads, that
 * one reads the same, at several times the cost.
 */
export function readPlainXml(text: string, limits: XmlLimits): XmlElement | null {
  if (!text.isWellFormed()) return null
  const oneLineEnd = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  const declaration = DECLARATION.exec(oneLineEnd)?.[0] ?? ''
  return new PlainReader(oneLineEnd, declaration.length, limits).read()
}

/** Methods that are `false` for what is not plain leave the reader where it does not matter. */
class PlainReader {
  readonly #text: string
  readonly #limits: XmlLimits
  readonly #open: OpenElement[] = []
  /** Of the open elements. */
  readonly #names: string[] = []
  readonly #scopes: XmlScope[] = [XmlScope.outermost()]
  /** Attributes of the tag that is read, as written. */
  #stated: string[] = []
  /** Kinds of characters that were moved over. */
  #seen = 0
  #at: number
  #elements = 0
  #root: XmlElement | null = null

  constructor(text: string, begin: number, limits: XmlLimits) {
    this.#text = text
    this.#at = begin
    this.#limits = limits
  }

  read(): XmlElement | null {
    while (this.#characters()) {
      if (this.#at === this.#text.length) return this.#open.length === 0 ? this.#root : null
      this.#at += 1
      if (!this.#markup()) return null
    }
    return null
  }

  #characters(): boolean {
    const element = this.#open.at(-1)
    const edge = this.#at
    if (!element || element.text === '') this.#space()
    if (this.#next() === LESS) return true
    const begin = element ? edge : this.#at
    if (!this.#moveTo(LESS)) return false
    if (begin === this.#at) return true
    const text = element ? this.#said(begin) : null
    if (!element || text === null) return false
    if ((this.#seen & BRACKET) !== 0 && this.#text.slice(begin, this.#at).includes(']]>'))
      return false
    element.text += text
    return true
  }

  #markup(): boolean {
    switch (this.#next()) {
      case SLASH:
        return this.#endTag()
      case EXCLAMATION:
        return this.#comment()
      case QUESTION:
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
    const element = new OpenElement(expanded, attributes)
    this.#open.at(-1)?.append(element)
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
    this.#at += 1
    const begin = this.#at
    if (!this.#moveTo(quote) || this.#at === this.#text.length) return null
    const value = this.#said(begin)
    this.#at += 1
    return (this.#seen & BREAK) !== 0 && value !== null ? value.replace(/[\t\n]/g, ' ') : value
  }

  /**
   * To a character, or the end of the document. False where something lies before it that may not
   * stand there. One look at each character: to ask for each thing by itself takes several times as
   * long.
   */
  #moveTo(end: number): boolean {
    const text = this.#text
    let at = this.#at
    let seen = 0
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (code === end) break
      seen |= kindOf(code)
    }
    this.#at = at
    this.#seen = seen
    return (seen & NEVER) === 0
  }

  /** What was moved over; null where it refers to anything but the five entities. */
  #said(begin: number): string | null {
    const text = this.#text.slice(begin, this.#at)
    return (this.#seen & REFERENCE) === 0 ? text : withoutEntities(text)
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
    const begin = this.#at + 3
    const end = this.#text.indexOf('--', begin)
    this.#at = end + 3
    if (end === -1 || this.#text[end + 2] !== '>') return false
    return areCharacters(this.#text.slice(begin, end))
  }

  #instruction(): boolean {
    this.#at += 1
    const target = this.#name()
    const named = TARGET.test(target) && target.toLowerCase() !== 'xml'
    const begin = this.#at
    const end = this.#text.indexOf('?>', begin)
    const parted = end === begin || this.#space()
    this.#at = end + 2
    return named && parted && end !== -1 && areCharacters(this.#text.slice(begin, end))
  }

  #name(): string {
    const begin = this.#at
    while (isInName(this.#next())) this.#at += 1
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
