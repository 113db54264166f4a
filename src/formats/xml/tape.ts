import type { Attributes } from './attributes.ts'
import type { Utf8Text } from './utf8-text.ts'
import type { XmlElement } from './xml-element.ts'
import type { ExpandedName } from './xml-scope.ts'

/** Numbers for an element: what begins behind it, where its attributes begin, and its text. */
const ELEMENT = 4
const STATED = 1
const TEXT = 2
const TEXT_END = 3
/** Numbers for an attribute: its name, and its value. */
const ATTRIBUTE = 3
const VALUE = 1
const VALUE_END = 2
/** The end of what reads otherwise than it is written. */
const ELSEWHERE = -1
/** Bytes for an element or an attribute, in a document that has many. */
const MEAN = 64
const NO_ELEMENTS: readonly XmlElement[] = []

/**
 * The elements of a document in the order in which they begin, as numbers. Objects are made of those
 * that somebody asks for: most of what a large document says nobody does.
 */
export class Tape {
  readonly #document: Utf8Text
  readonly #names: ExpandedName[] = []
  /** What attributes are called, without prefixes. */
  readonly #locals: readonly string[]
  /** What reads otherwise than it is written, by where it begins. */
  readonly #read = new Map<number, string>()
  #elements: Int32Array
  #attributes: Int32Array
  #stated = 0

  constructor(document: Utf8Text, locals: readonly string[]) {
    this.#document = document
    this.#locals = locals
    const some = 8 + Math.floor(document.bytes.length / MEAN)
    this.#elements = new Int32Array(ELEMENT * some)
    this.#attributes = new Int32Array(ATTRIBUTE * some)
  }

  /** How many elements have begun. */
  get length(): number {
    return this.#names.length
  }

  /** Begins an element with the attributes that were added last. */
  begin(name: ExpandedName, attributes: number): void {
    const at = this.#names.length * ELEMENT
    if (at === this.#elements.length) this.#elements = twice(this.#elements)
    this.#elements[at + STATED] = this.#stated - attributes * ATTRIBUTE
    this.#names.push(name)
  }

  end(element: number): void {
    this.#elements[element * ELEMENT] = this.#names.length
  }

  addAttribute(local: number, begin: number, end: number): void {
    const at = this.#stated
    if (at === this.#attributes.length) this.#attributes = twice(this.#attributes)
    this.#attributes[at] = local
    this.#attributes[at + VALUE] = begin
    this.#attributes[at + VALUE_END] = end
    this.#stated += ATTRIBUTE
  }

  /** Text behind what the element says already. */
  addText(element: number, begin: number, end: number): void {
    const at = element * ELEMENT
    if (!this.hasText(element)) {
      this.#elements[at + TEXT] = begin
      this.#elements[at + TEXT_END] = end
      return
    }
    const text = this.text(element) + this.textBetween(begin, end)
    this.#elements[at + TEXT_END] = this.reads(this.#elements[at + TEXT] ?? 0, text)
  }

  /** Keeps what reads otherwise than it is written; answers what to take for its end. */
  reads(begin: number, text: string): number {
    this.#read.set(begin, text)
    return ELSEWHERE
  }

  name(element: number): ExpandedName {
    return this.#names[element] ?? NOWHERE
  }

  /** No text begins where the document does. */
  hasText(element: number): boolean {
    return this.#elements[element * ELEMENT + TEXT] !== 0
  }

  text(element: number): string {
    const at = element * ELEMENT
    const begin = this.#elements[at + TEXT] ?? 0
    return begin === 0 ? '' : this.textBetween(begin, this.#elements[at + TEXT_END] ?? 0)
  }

  /** Made anew each time. */
  children(element: number): readonly XmlElement[] {
    const behind = this.#behind(element)
    if (behind === element + 1) return NO_ELEMENTS
    const children: XmlElement[] = []
    for (let at = element + 1; at < behind; at = this.#behind(at)) {
      children.push(new TapeElement(this, at))
    }
    return children
  }

  attribute(element: number, name: string): string | undefined {
    const end = this.#statedEnd(element)
    for (let at = this.#statedBegin(element); at < end; at += ATTRIBUTE) {
      if (this.#locals[this.#attributes[at] ?? 0] === name) return this.#value(at)
    }
    return undefined
  }

  countAttributes(element: number): number {
    return (this.#statedEnd(element) - this.#statedBegin(element)) / ATTRIBUTE
  }

  *attributes(element: number): Generator<readonly [name: string, value: string]> {
    const end = this.#statedEnd(element)
    for (let at = this.#statedBegin(element); at < end; at += ATTRIBUTE) {
      yield [this.#locals[this.#attributes[at] ?? 0] ?? '', this.#value(at)]
    }
  }

  #behind(element: number): number {
    return this.#elements[element * ELEMENT] ?? 0
  }

  #statedBegin(element: number): number {
    return this.#elements[element * ELEMENT + STATED] ?? 0
  }

  #statedEnd(element: number): number {
    return element + 1 === this.#names.length ? this.#stated : this.#statedBegin(element + 1)
  }

  #value(at: number): string {
    return this.textBetween(
      this.#attributes[at + VALUE] ?? 0,
      this.#attributes[at + VALUE_END] ?? 0
    )
  }

  textBetween(begin: number, end: number): string {
    return end === ELSEWHERE ? (this.#read.get(begin) ?? '') : this.#document.slice(begin, end)
  }
}

const NOWHERE: ExpandedName = { name: '', namespace: '' }

function twice(numbers: Int32Array): Int32Array {
  const more = new Int32Array(2 * numbers.length)
  more.set(numbers)
  return more
}

/** An element as it is asked for. */
export class TapeElement implements XmlElement {
  readonly name: string
  readonly namespace: string
  readonly #tape: Tape
  readonly #element: number

  constructor(tape: Tape, element: number) {
    const { name, namespace } = tape.name(element)
    this.name = name
    this.namespace = namespace
    this.#tape = tape
    this.#element = element
  }

  get text(): string {
    return this.#tape.text(this.#element)
  }

  get children(): readonly XmlElement[] {
    return this.#tape.children(this.#element)
  }

  get attributes(): Attributes {
    return new TapeAttributes(this.#tape, this.#element)
  }
}

class TapeAttributes implements Attributes {
  readonly #tape: Tape
  readonly #element: number

  constructor(tape: Tape, element: number) {
    this.#tape = tape
    this.#element = element
  }

  get size(): number {
    return this.#tape.countAttributes(this.#element)
  }

  get(name: string): string | undefined {
    return this.#tape.attribute(this.#element, name)
  }

  [Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    return this.#tape.attributes(this.#element)
  }
}
