import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes'
import { RegistryError } from '../../errors.ts'
import { decodeXml, utf8Xml } from './decode-xml.ts'
import { readPlainXml } from './read-plain-xml.ts'
import type { XmlElement, XmlLimits } from './xml-element.ts'
import { isOf, XMLNS } from './xml-scope.ts'

/** Far above what any declaration has: real ones have up to 70 kB and 2,000 elements. */
export const xmlLimits: XmlLimits = { bytes: 16 * 1024 * 1024, depth: 64, elements: 100_000 }

/** A growing element. */
interface Open {
  readonly name: string
  readonly namespace: string
  readonly attributes: Map<string, string>
  readonly children: XmlElement[]
  text: string
}

/**
 * Reads a well-formed XML 1.0 document with namespaces. Document types are refused, and with them
 * every entity but the five of XML: nothing is expanded or fetched. With a vocabulary, attributes of its
 * namespaces and of none are told by their local names. Throws `BODY_INVALID` with line and column, and
 * beyond the limits.
 */
export function readXml(
  bytes: Uint8Array,
  limits: XmlLimits = xmlLimits,
  vocabulary?: ReadonlySet<string>
): XmlElement {
  if (bytes.byteLength > limits.bytes) {
    throw new RegistryError('BODY_INVALID', `A document has at most ${limits.bytes} bytes.`)
  }
  const plain = utf8Xml(bytes)
  return (
    (plain && readPlainXml(plain, limits, vocabulary)) ??
    readAnyXml(decodeXml(bytes), limits, vocabulary)
  )
}

/** By a parser of all of XML, which also says what is wrong where. */
export function readAnyXml(
  text: string,
  limits: XmlLimits,
  vocabulary?: ReadonlySet<string>
): XmlElement {
  const parser = new SaxesParser({ xmlns: true })
  const tree = new TreeBuilder(parser, limits, vocabulary)
  parser.write(text).close()
  return tree.root()
}

class TreeBuilder {
  readonly #parser: SaxesParser<{ xmlns: true }>
  readonly #limits: XmlLimits
  readonly #vocabulary: ReadonlySet<string> | undefined
  readonly #open: Open[] = []
  #elements = 0
  #root: XmlElement | undefined

  constructor(
    parser: SaxesParser<{ xmlns: true }>,
    limits: XmlLimits,
    vocabulary: ReadonlySet<string> | undefined
  ) {
    this.#parser = parser
    this.#limits = limits
    this.#vocabulary = vocabulary
    parser.on('error', (error) => {
      const message = error.message.replace(/^(\d+):(\d+): /, '')
      throw this.#refusal(`This is not well-formed XML: ${message}`)
    })
    parser.on('doctype', () => {
      throw this.#refusal('A document type declaration is not allowed; remove it.')
    })
    parser.on('opentag', (tag) => this.#start(tag))
    parser.on('text', (text) => this.#append(text))
    parser.on('cdata', (text) => this.#append(text))
    parser.on('closetag', () => this.#end())
  }

  root(): XmlElement {
    if (!this.#root) throw this.#refusal('The document has no element.')
    return this.#root
  }

  #start(tag: SaxesTagNS): void {
    this.#elements += 1
    const { depth, elements } = this.#limits
    if (this.#open.length >= depth) throw this.#refusal(`Elements lie more than ${depth} deep.`)
    if (this.#elements > elements) throw this.#refusal(`There are more than ${elements} elements.`)
    this.#open.push({
      name: tag.local,
      namespace: tag.uri,
      attributes: this.#attributes(Object.values(tag.attributes)),
      children: [],
      text: ''
    })
  }

  #attributes(stated: readonly SaxesAttributeNS[]): Map<string, string> {
    const attributes = new Map<string, string>()
    for (const { local, value, uri } of stated) {
      if (uri === XMLNS) continue
      const isTold = uri === '' || isOf(this.#vocabulary, uri, local)
      const name = isTold ? local : `{${uri}}${local}`
      if (!attributes.has(name)) attributes.set(name, value)
      else if (this.#vocabulary && attributes.get(name) !== value) throw this.#refusal(twice(name))
    }
    return attributes
  }

  #append(text: string): void {
    const element = this.#open.at(-1)
    if (element && !(element.text === '' && /^[\t\n ]*$/.test(text))) element.text += text
  }

  #end(): void {
    const element = this.#open.pop()
    const parent = this.#open.at(-1)
    if (!element) return
    if (parent) parent.children.push(element)
    else this.#root = element
  }

  #refusal(message: string): RegistryError {
    const place = `Line ${this.#parser.line}, column ${this.#parser.column}`
    return new RegistryError('BODY_INVALID', 'The XML cannot be read.', {
      details: [{ message: `${place}: ${message}` }]
    })
  }
}

/** One reader takes the one, another reader the other. */
function twice(name: string): string {
  return `Two attributes are called ${name.slice(0, 60)}, in different namespaces, and say different things; keep one.`
}
