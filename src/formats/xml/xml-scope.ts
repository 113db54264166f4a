import type { WrittenName } from './name-table.ts'

/** Bound in every document (Namespaces in XML 1.0, section 3). */
const XML = 'http://www.w3.org/XML/1998/namespace'
export const XMLNS = 'http://www.w3.org/2000/xmlns/'

/** Far more than any data set binds; a scope is a copy of the one around it. */
const MOST_PREFIXES = 32

export interface ExpandedName {
  readonly name: string
  readonly namespace: string
}

/** What an element binds: prefixes, empty for the namespace without one, and namespaces. */
export type Bindings = ReadonlyMap<string, string>

/** The namespaces that are bound at one place of a document. */
export class XmlScope {
  readonly #namespaces: Bindings
  /** By the id of the name as it is written. */
  readonly #elements: (ExpandedName | null | undefined)[] = []

  private constructor(namespaces: Bindings) {
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

  /** Within an element that binds something; null for what is unusual or wrong. */
  within(bindings: Bindings): XmlScope | null {
    for (const [prefix, namespace] of bindings) if (!isBindable(prefix, namespace)) return null
    const namespaces = new Map([...this.#namespaces, ...bindings])
    return namespaces.size > MOST_PREFIXES ? null : new XmlScope(namespaces)
  }

  /** Of an element; null where nothing binds its prefix. */
  element(name: WrittenName): ExpandedName | null {
    const known = this.#elements[name.id]
    if (known !== undefined) return known
    const namespace = name.isQualified ? this.#namespaces.get(name.prefix) : undefined
    const expanded = namespace === undefined ? null : { name: name.local, namespace }
    this.#elements[name.id] = expanded
    return expanded
  }

  /** Whether an attribute may be called so here. */
  hasAttribute({ isQualified, prefix }: WrittenName): boolean {
    return isQualified && (prefix === '' || this.#namespaces.has(prefix))
  }
}

/** An ordinary prefix, or none, for an ordinary namespace. */
function isBindable(prefix: string, namespace: string): boolean {
  if (prefix === 'xml' || prefix === 'xmlns' || namespace === XML || namespace === XMLNS) {
    return false
  }
  return namespace === namespace.trim() && (namespace !== '' || prefix === '')
}
