import { childPointer } from '../../domain/pointer.ts'
import type { XmlElement } from '../xml/read-xml.ts'
import type { IlcdNode } from './node.ts'

const NAMESPACES: ReadonlySet<string> = new Set([
  'http://lca.jrc.it/ILCD/Process',
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
  return name === 'processDataSet' && namespace === 'http://lca.jrc.it/ILCD/Process'
}

/**
 * An XML element as a node. Its pointer names the elements from the root down, with a zero-based
 * position where several of a name are neighbors. Elements of other namespaces keep those in their
 * names, so that nothing takes them for ILCD.
 */
export function xmlNode(element: XmlElement, pointer = ''): IlcdNode {
  const names = element.children.map(nameOf)
  const total = Map.groupBy(names, (name) => name)
  const met = new Map<string, number>()
  return {
    name: nameOf(element),
    attributes: element.attributes,
    text: element.text,
    children: element.children.map((child, index) => {
      const name = names[index] ?? ''
      const position = met.get(name) ?? 0
      met.set(name, position + 1)
      const several = (total.get(name)?.length ?? 0) > 1
      return xmlNode(child, childPointer(pointer, name, ...(several ? [String(position)] : [])))
    }),
    pointer
  }
}

function nameOf({ name, namespace }: XmlElement): string {
  return NAMESPACES.has(namespace) ? name : `{${namespace}}${name}`
}
