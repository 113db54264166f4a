/** Bound in every document (Namespaces in XML 1.0, section 3). */
const XML = 'http://www.w3.org/XML/1998/namespace'
export const XMLNS = 'http://www.w3.org/2000/xmlns/'

/** ASCII names with at most one prefix. */
const QUALIFIED = /^(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*$/
/** Far more than any data set binds; a scope is a copy of the one around it. */
const MOST_PREFIXES = 32

export interface ExpandedName {
  readonly name: string
  readonly namespace: string
}

/**
 * The namespaces that are bound at one place of a document. Answers are null for what is wrong or
 * unusual.
 */
export class XmlScope {
  readonly #namespaces: ReadonlyMap<string, string>
  readonly #elements = new Map<string, ExpandedName | null>()
  readonly #attributes = new Map<string, ExpandedName | null>()

  private constructor(namespaces: ReadonlyMap<string, string>) {
    this.#namespaces = namespaces
  }

  /** Around the root of one document, whose names it remembers. */
  static outermost(): XmlScope {
    return new XmlScope(
      new Map([
        ['', ''],
        ['xml', XML]
      ])
    )
  }

  /** What is bound within an element that has these attributes, names and values in turn. */
  within(attributes: readonly string[]): XmlScope | null {
    let bound: Map<string, string> | undefined
    for (let at = 0; at < attributes.length; at += 2) {
      const name = attributes[at] ?? ''
      if (!bindsPrefix(name)) continue
      const value = attributes[at + 1] ?? ''
      bound ??= new Map()
      const prefix = name.slice('xmlns:'.length)
      if (!QUALIFIED.test(name) || bound.has(prefix) || !isBindable(prefix, value)) return null
      bound.set(prefix, value)
    }
    if (!bound) return this
    const namespaces = new Map([...this.#namespaces, ...bound])
    return namespaces.size > MOST_PREFIXES ? null : new XmlScope(namespaces)
  }

  /** Of an element; looked up once for each name as it is written. */
  element(written: string): ExpandedName | null {
    let known = this.#elements.get(written)
    if (known === undefined) {
      known = this.#expanded(written, this.#namespaces.get('') ?? '')
      this.#elements.set(written, known)
    }
    return known
  }

  /** Of an attribute, which the namespace without a prefix does not hold for. */
  attribute(written: string): ExpandedName | null {
    let known = this.#attributes.get(written)
    if (known === undefined) {
      known = this.#expanded(written, '')
      this.#attributes.set(written, known)
    }
    return known
  }

  #expanded(written: string, unprefixed: string): ExpandedName | null {
    if (!QUALIFIED.test(written)) return null
    const colon = written.indexOf(':')
    if (colon === -1) return { name: written, namespace: unprefixed }
    const namespace = this.#namespaces.get(written.slice(0, colon))
    return namespace === undefined ? null : { name: written.slice(colon + 1), namespace }
  }
}

/** True for the attributes that bind namespaces. */
export function bindsPrefix(name: string): boolean {
  return name.startsWith('xmlns') && (name.length === 5 || name[5] === ':')
}

/** An ordinary prefix, or none, for an ordinary namespace. */
function isBindable(prefix: string, namespace: string): boolean {
  if (prefix === 'xml' || prefix === 'xmlns' || namespace === XML || namespace === XMLNS) {
    return false
  }
  return namespace === namespace.trim() && (namespace !== '' || prefix === '')
}
