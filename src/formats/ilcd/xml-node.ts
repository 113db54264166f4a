import { childPointer } from '../../domain/pointer.ts'
import type { Attributes } from '../xml/attributes.ts'
import type { XmlElement } from '../xml/xml-element.ts'
import type { IlcdNode } from './node.ts'

/** The namespace of process data sets (ILCD 1.1). */
export const PROCESS = 'http://lca.jrc.it/ILCD/Process'
const NAMESPACES: ReadonlySet<string> = new Set([
  PROCESS,
  'http://lca.jrc.it/ILCD/Common',
  'http://lca.jrc.it/ILCD/Flow',
  'http://lca.jrc.it/ILCD/FlowProperty',
  'http://lca.jrc.it/ILCD/UnitGroup',
  'http://lca.jrc.it/ILCD/Source',
  'http://lca.jrc.it/ILCD/Contact',
  'http://www.iai.kit.edu/EPD/2013',
  'http://www.indata.network/EPD/2019',
  'http://www.indata.network/EPD/2024',
  'http://www.matml.org/'
])

/** True for the root of an ILCD process data set. */
export function isProcess({ name, namespace }: XmlElement): boolean {
  return name === 'processDataSet' && namespace === PROCESS
}

/**
 * An XML element as a node. Its pointer names the elements from the root down, with a zero-based
 * position where several of a name are neighbors. Elements of other namespaces keep those in their
 * names, so that nothing takes them for ILCD.
 */
export function xmlNode(element: XmlElement, pointer = ''): IlcdNode {
  return new XmlNode(element, null, pointer)
}

const NONE: readonly XmlNode[] = []

/** Makes what is asked for: inventories have thousands of elements, and findings point at a few. */
class XmlNode implements IlcdNode {
  readonly name: string
  readonly #element: XmlElement
  readonly #parent: XmlNode | null
  #children: readonly XmlNode[] | undefined
  #pointer: string | undefined

  constructor(element: XmlElement, parent: XmlNode | null, pointer?: string) {
    this.name = nameOf(element)
    this.#element = element
    this.#parent = parent
    this.#children = undefined
    this.#pointer = pointer
  }

  get attributes(): Attributes {
    return this.#element.attributes
  }

  get text(): string {
    return this.#element.text
  }

  get children(): readonly XmlNode[] {
    const { children } = this.#element
    if (children.length === 0) return NONE
    this.#children ??= children.map((child) => new XmlNode(child, this))
    return this.#children
  }

  get pointer(): string {
    if (this.#pointer === undefined && this.#parent) this.#parent.#placeChildren()
    return this.#pointer ?? ''
  }

  /** All at once, so that pointing at every one of many neighbors does not count them each time. */
  #placeChildren(): void {
    const { pointer, children } = this
    const total = new Map<string, number>()
    for (const { name } of children) total.set(name, (total.get(name) ?? 0) + 1)
    const met = new Map<string, number>()
    for (const child of children) {
      const position = met.get(child.name) ?? 0
      met.set(child.name, position + 1)
      const several = total.get(child.name) !== 1
      child.#pointer = childPointer(pointer, child.name, ...(several ? [String(position)] : []))
    }
  }
}

function nameOf({ name, namespace }: XmlElement): string {
  return NAMESPACES.has(namespace) ? name : `{${namespace}}${name}`
}
