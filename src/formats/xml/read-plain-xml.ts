import { NameTable, type WrittenName } from './name-table.ts'
import { Tape, TapeElement } from './tape.ts'
import { Utf8Text } from './utf8-text.ts'
import {
  areCharacters,
  BRACKET,
  BREAK,
  REFERENCE,
  RETURN,
  withoutEntities
} from './xml-characters.ts'
import { XmlCursor } from './xml-cursor.ts'
import type { XmlElement, XmlLimits } from './xml-element.ts'
import { XmlScope } from './xml-scope.ts'

const DECLARATION =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?: standalone=(?:"(?:yes|no)"|'(?:yes|no)'))?[\t\n\r ]*\?>/
const LESS = 0x3c
const GREATER = 0x3e
const SLASH = 0x2f
const EQUALS = 0x3d
const QUOTE = 0x22
const APOSTROPHE = 0x27
const EXCLAMATION = 0x21
const QUESTION = 0x3f
/** Longer declarations say something that is not plain. */
const DECLARATION_BYTES = 200
const TARGET = /^[A-Za-z_][\w.-]*$/
/** Each is compared with every other one. */
const MOST_ATTRIBUTES = 16

/**
 * Reads XML as nearly all data sets are written: elements and attributes with ASCII names, text, the
 * five entities, comments and instructions. Null for whatever is written in another way, is wrong or
 * is beyond the limits: then a parser of all of XML decides, and says why. Whatever this reads, that
 * one reads the same, at many times the cost. The bytes are valid UTF-8 without a byte order mark.
 */
export function readPlainXml(
  bytes: Uint8Array,
  limits: XmlLimits,
  vocabulary?: ReadonlySet<string>
): XmlElement | null {
  const tape = new PlainReader(new Utf8Text(bytes), limits, vocabulary).read()
  return tape && new TapeElement(tape, 0)
}

/** Methods that are `false` for what is not plain leave the reader where it does not matter. */
class PlainReader {
  readonly #text: Utf8Text
  readonly #cursor: XmlCursor
  readonly #limits: XmlLimits
  readonly #names: NameTable
  readonly #tape: Tape
  /** Of the open elements. */
  readonly #open: number[] = []
  readonly #called: WrittenName[] = []
  readonly #scopes: XmlScope[]
  /** Attributes of the tag that is read, but for those that bind namespaces; only so many of them. */
  readonly #stated: WrittenName[] = []
  #statedCount = 0
  #bound: Map<string, string> | null = null

  constructor(text: Utf8Text, limits: XmlLimits, vocabulary?: ReadonlySet<string>) {
    this.#text = text
    this.#limits = limits
    this.#scopes = [XmlScope.outermost(vocabulary)]
    this.#names = new NameTable(text)
    this.#tape = new Tape(text, this.#names.locals)
    const head = text.slice(0, Math.min(text.bytes.length, DECLARATION_BYTES))
    this.#cursor = new XmlCursor(text)
    this.#cursor.at = DECLARATION.exec(head)?.[0].length ?? 0
  }

  read(): Tape | null {
    const { length } = this.#text.bytes
    while (this.#characters()) {
      if (this.#cursor.at === length) {
        return this.#open.length === 0 && this.#tape.length > 0 ? this.#tape : null
      }
      this.#cursor.at += 1
      if (!this.#markup()) return null
    }
    return null
  }

  #characters(): boolean {
    const edge = this.#cursor.at
    const element = this.#open.at(-1)
    if (element === undefined || !this.#tape.hasText(element)) this.#cursor.overSpace()
    if (this.#cursor.next() === LESS) return true
    if (element === undefined) return this.#cursor.at === this.#text.bytes.length
    this.#cursor.at = edge
    if (!this.#cursor.moveTo(LESS)) return false
    if ((this.#cursor.seen & BRACKET) !== 0 && this.#cursor.moved(edge).includes(']]>'))
      return false
    const end = this.#endOf(edge, REFERENCE | RETURN)
    if (end !== null) this.#tape.addText(element, edge, end)
    return end !== null
  }

  #markup(): boolean {
    switch (this.#cursor.next()) {
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
    const element = this.#tape.length
    if (this.#open.length >= depth || element >= elements) return false
    if (this.#open.length === 0 && element > 0) return false
    const called = this.#name()
    if (!called || !this.#attributes()) return false
    const around = this.#scopes.at(-1)
    const scope = this.#bound ? around?.within(this.#bound) : around
    const expanded = scope?.element(called)
    if (!scope || !expanded || !this.#areApart(scope)) return false
    this.#tape.begin(expanded, this.#statedCount)
    if (this.#cursor.next() === SLASH) {
      this.#tape.end(element)
      this.#cursor.at += 2
      return this.#cursor.before() === GREATER
    }
    this.#cursor.at += 1
    this.#open.push(element)
    this.#called.push(called)
    this.#scopes.push(scope)
    return true
  }

  /** Up to the end of the tag. */
  #attributes(): boolean {
    this.#statedCount = 0
    this.#bound = null
    for (;;) {
      const spaced = this.#cursor.overSpace()
      const next = this.#cursor.next()
      if (next === GREATER || next === SLASH) return true
      const name = spaced ? this.#name() : null
      if (!name || this.#cursor.next() !== EQUALS) return false
      this.#cursor.at += 1
      if (!this.#value(name)) return false
    }
  }

  #value(name: WrittenName): boolean {
    const quote = this.#cursor.next()
    if (quote !== QUOTE && quote !== APOSTROPHE) return false
    this.#cursor.at += 1
    const begin = this.#cursor.at
    if (!this.#cursor.moveTo(quote) || this.#cursor.at === this.#text.bytes.length) return false
    const end = this.#endOf(begin, REFERENCE | RETURN | BREAK)
    this.#cursor.at += 1
    if (end === null) return false
    if (name.bindsPrefix) return this.#binds(name, this.#tape.textBetween(begin, end))
    this.#tape.addAttribute(name.localId, begin, end)
    this.#stated[this.#statedCount] = name
    this.#statedCount += 1
    return this.#statedCount <= MOST_ATTRIBUTES
  }

  #binds({ isQualified, prefix, local }: WrittenName, namespace: string): boolean {
    const bound = prefix === '' ? '' : local
    this.#bound ??= new Map()
    if (!isQualified || this.#bound.has(bound)) return false
    this.#bound.set(bound, namespace)
    return true
  }

  /** Whether all attributes of a tag may be called as they are, and no two have the same local name. */
  #areApart(scope: XmlScope): boolean {
    const stated = this.#stated
    for (let at = 0; at < this.#statedCount; at += 1) {
      const name = stated[at]
      if (!name || !scope.hasAttribute(name)) return false
      for (let before = 0; before < at; before += 1) {
        if (stated[before]?.localId === name.localId) return false
      }
    }
    return true
  }

  /**
   * The end of what was moved over; null where it refers to anything but the five entities. What reads
   * otherwise than it is written is noted.
   */
  #endOf(begin: number, otherwise: number): number | null {
    if ((this.#cursor.seen & otherwise) === 0) return this.#cursor.at
    const lines = this.#cursor.moved(begin).replace(/\r\n?/g, '\n')
    const text = withoutEntities((otherwise & BREAK) === 0 ? lines : lines.replace(/[\t\n]/g, ' '))
    return text === null ? null : this.#tape.reads(begin, text)
  }

  #endTag(): boolean {
    const called = this.#called.pop()
    const element = this.#open.pop()
    if (!called || element === undefined) return false
    if (!this.#text.isSameAt(called.begin, this.#cursor.at + 1, called.length)) return false
    this.#scopes.pop()
    this.#tape.end(element)
    this.#cursor.at += 1 + called.length
    this.#cursor.overSpace()
    this.#cursor.at += 1
    return this.#cursor.before() === GREATER
  }

  #comment(): boolean {
    const { bytes } = this.#text
    const begin = this.#cursor.at + 3
    if (bytes.toString('latin1', this.#cursor.at, begin) !== '!--') return false
    const end = bytes.indexOf('--', begin)
    this.#cursor.at = end + 3
    return end !== -1 && bytes[end + 2] === GREATER && areCharacters(this.#text.slice(begin, end))
  }

  #instruction(): boolean {
    this.#cursor.at += 1
    const begin = this.#cursor.at
    const target = this.#name() ? this.#cursor.moved(begin) : ''
    const named = TARGET.test(target) && target.toLowerCase() !== 'xml'
    const inside = this.#cursor.at
    const end = this.#text.bytes.indexOf('?>', inside)
    const parted = end === inside || this.#cursor.overSpace()
    this.#cursor.at = end + 2
    return named && parted && end !== -1 && areCharacters(this.#text.slice(inside, end))
  }

  #name(): WrittenName | null {
    const begin = this.#cursor.at
    const hash = this.#cursor.overName()
    const length = this.#cursor.at - begin
    return length === 0 ? null : this.#names.find(begin, length, hash)
  }
}
