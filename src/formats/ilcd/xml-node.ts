import { childPointer } from '../../domain/pointer.ts'
import type { XmlElement } from '../xml/read-xml.ts'
import type { IlcdNode } from './node.ts'

const NAMESPACES: ReadonlySet<string> = new Set([
  'http://lca.jrc.it/ILCD/Process',
  'http://lca.jrc.it/ILCD/Common',
  'http://lca.jrc.it/ILCD/Flow',
  'http://lca.jrc.it/ILCD/FlowProperty',
  'http://lca.jrc.it/ILCD/UnitGroup',
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
  return {
    name: nameOf(element),
    attributes: element.attributes,
    text: element.text,
    children: element.children.map((child, index) => {
      const name = names[index] ?? ''
      const same = names.filter((each) => each === name).length > 1
      const position = names.slice(0, index).filter((each) => each === name).length
      return xmlNode(child, childPointer(pointer, name, ...(same ? [String(position)] : [])))
    }),
    pointer
  }
}

function nameOf({ name, namespace }: XmlElement): string {
  return NAMESPACES.has(namespace) ? name : `{${namespace}}${name}`
}
