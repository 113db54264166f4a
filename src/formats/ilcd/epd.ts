import { canonicalHash } from '../../domain/canonical-json.ts'
import type { EpdTables } from '../../domain/epd/table.ts'
import { RegistryError } from '../../errors.ts'
import type { EpdCodec, ParsedEpd } from '../epd-codec.ts'
import type { XmlElement } from '../xml/xml-element.ts'
import { ilcdPlaces } from './places.ts'
import { readWhole } from './read-whole.ts'
import { isProcess, PROCESS, readDataSet, xmlNode } from './xml-node.ts'

/** ILCD process data sets with the EPD extensions 1.1, 1.2 and 1.3. */
export const ilcdEpd = {
  name: 'ilcd',
  mediaTypes: ['application/vnd.ilcd.process+xml', 'application/xml', 'text/xml'],
  origin: { element: 'processDataSet', places: ilcdPlaces },
  parse(bytes: Uint8Array, tables: EpdTables, wanted?: { unread: boolean }): ParsedEpd {
    const root = readDataSet(bytes)
    if (!isProcess(root)) {
      throw new RegistryError(
        'BODY_INVALID',
        `A declaration in ILCD is a processDataSet of ${PROCESS}, and this is a ${shown(root)}.`
      )
    }
    return readWhole(xmlNode(root), tables, wanted?.unread ?? false)
  },
  contentHash: (bytes: Uint8Array) => canonicalHash(plain(readDataSet(bytes)))
} satisfies EpdCodec

function shown({ name, namespace }: XmlElement): string {
  return `${name.slice(0, 60)}${namespace === '' ? ' of no namespace' : ` of ${namespace.slice(0, 100)}`}`
}

/** What counts of an element: not its prefixes, its comments or the order of its attributes. */
function plain({ name, namespace, attributes, text, children }: XmlElement): unknown {
  return [namespace, name, Object.fromEntries(attributes), text.trim(), children.map(plain)]
}
