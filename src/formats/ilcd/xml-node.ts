import { childPointer } from '../../domain/pointer.ts'
import type { Attributes } from '../xml/attributes.ts'
import { readXml } from '../xml/read-xml.ts'
import type { XmlElement, XmlLimits } from '../xml/xml-element.ts'
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

/** What attributes of data sets are of: besides, those that name profiles and say whose ids they are. */
const OF_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...NAMESPACES,
  'http://www.indata.network/EntityIds/2024',
  'http://www.okworx.com/ILCD/Extensions/2018/Profile'
])

/** A data set in XML. An attribute of a namespace that ILCD does not have is none of ILCD. */
export function readDataSet(bytes: Uint8Array, limits?: XmlLimits): XmlElement {
  return readXml(bytes, limits, OF_ATTRIBUTES)
}

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
  /** Among its neighbors of the same name; undefined until somebody asks for a place. */
  #position: number | undefined
  #pointer: string | undefined

  constructor(element: XmlElement, parent: XmlNode | null, pointer?: string) {
    this.name = nameOf(element)
    this.#element = element
    this.#parent = parent
    this.#children = undefined
    this.#position = undefined
    this.#pointer = pointer
  }

  get attributes(): Attributes {
    return this.#element.attributes
  }

  get text(): string {
    return this.#element.text
  }

  get children(): readonly XmlNode[] {
    if (this.#children === undefined) {
      const { children } = this.#element
      this.#children =
        children.length === 0 ? NONE : children.map((child) => new XmlNode(child, this))
    }
    return this.#children
  }

  get pointer(): string {
    this.#pointer ??= this.#parent ? this.#pointerBelow(this.#parent) : ''
    return this.#pointer
  }

  #pointerBelow(parent: XmlNode): string {
    if (this.#position === undefined) parent.#placeChildren()
    const position = this.#position ?? ALONE
    const place = position === ALONE ? [] : [String(position)]
    return childPointer(parent.pointer, this.name, ...place)
  }

  /** All at once, so that pointing at every one of many neighbors does not count them each time. */
  #placeChildren(): void {
    const last = new Map<string, XmlNode>()
    for (const child of this.children) {
      const before = last.get(child.name)
      if (before && before.#position === ALONE) before.#position = 0
      child.#position = before ? (before.#position ?? 0) + 1 : ALONE
      last.set(child.name, child)
    }
  }
}

/** The position of what has no neighbors of its name. */
const ALONE = -1

function nameOf({ name, namespace }: XmlElement): string {
  return NAMESPACES.has(namespace) ? name : `{${namespace}}${name}`
}
