import type { WrittenName } from './name-table.ts'

/** Bound in every document (Namespaces in XML 1.0, section 3). */
const XML = 'http://www.w3.org/XML/1998/namespace'
const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance'
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
  readonly #vocabulary: ReadonlySet<string> | undefined
  /** The prefixes of attributes that are told by their local name. */
  readonly #ofAttributes: ReadonlySet<string>
  /** By the id of the name as it is written. */
  readonly #elements: (ExpandedName | null | undefined)[] = []

  private constructor(namespaces: Bindings, vocabulary: ReadonlySet<string> | undefined) {
    this.#namespaces = namespaces
    this.#vocabulary = vocabulary
    const prefixes = [...namespaces].filter(
      ([prefix, namespace]) => prefix === '' || isOf(vocabulary, namespace)
    )
    this.#ofAttributes = new Set(prefixes.map(([prefix]) => prefix))
  }

  /** Around the root of one document, whose names it remembers. */
  static outermost(vocabulary?: ReadonlySet<string>): XmlScope {
    const bound: Bindings = new Map([
      ['', ''],
      ['xml', XML]
    ])
    return new XmlScope(bound, vocabulary)
  }

  /** Within an element that binds something; null for what is unusual or wrong. */
  within(bindings: Bindings): XmlScope | null {
    for (const [prefix, namespace] of bindings) if (!isBindable(prefix, namespace)) return null
    const namespaces = new Map([...this.#namespaces, ...bindings])
    return namespaces.size > MOST_PREFIXES ? null : new XmlScope(namespaces, this.#vocabulary)
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

  /** Whether an attribute may be called so here, and its local name tells what it is. */
  hasAttribute({ isQualified, prefix, local }: WrittenName): boolean {
    if (!isQualified) return false
    if (this.#ofAttributes.has(prefix)) return true
    const namespace = this.#namespaces.get(prefix)
    return namespace !== undefined && isOf(this.#vocabulary, namespace, local)
  }
}

/**
 * Whether attributes of a namespace are told by their local names: those of the vocabulary, and where the
 * schema lies, which most documents say. Without a vocabulary all are.
 */
export function isOf(
  vocabulary: ReadonlySet<string> | undefined,
  namespace: string,
  local?: string
): boolean {
  if (vocabulary === undefined || namespace === XML || vocabulary.has(namespace)) return true
  return namespace === INSTANCE && local === 'schemaLocation'
}

/** An ordinary prefix, or none, for an ordinary namespace. */
function isBindable(prefix: string, namespace: string): boolean {
  if (prefix === 'xml' || prefix === 'xmlns' || namespace === XML || namespace === XMLNS) {
    return false
  }
  return namespace === namespace.trim() && (namespace !== '' || prefix === '')
}
