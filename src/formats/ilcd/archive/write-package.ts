import type { Epd, Party } from '../../../domain/epd/epd.ts'
import type { EpdTables } from '../../../domain/epd/table.ts'
import type { EpdSource, EpdWriter, WrittenEpd } from '../../epd-codec.ts'
import { lossesBetween } from '../../losses.ts'
import { writeXml, type XmlOutput } from '../../xml/write-xml.ts'
import { type FileToZip, writeZip } from '../../zip/write-zip.ts'
import { ilcdEpd } from '../epd.ts'
import { propertyOfUnit } from '../unit-groups.ts'
import { productFlowTarget, writeProcess } from '../write-epd.ts'
import { idOfTarget, ilcdVersion } from '../write-reference.ts'
import { ilcdPackage } from './epd.ts'
import {
  type Described,
  writeContact,
  writeFlowProperty,
  writeSource,
  writeUnitGroup
} from './write-data-sets.ts'
import { writeFlow } from './write-flow.ts'

/**
 * ILCD packages with the folders that soda4LCA, openLCA and the EPD editors know. A process that came
 * as ILCD goes in byte for byte; for any other declaration the data sets that it refers to are made,
 * as far as they are our own: indicators, methods and standards are official ones, which every ILCD
 * database has, and nobody should meet another version of.
 */
export const ilcdPackageWriter = {
  name: 'ilcd-zip',
  mediaType: 'application/zip',
  async write(epd: Epd, tables: EpdTables, source?: EpdSource): Promise<WrittenEpd> {
    if (source?.format === ilcdEpd.name) {
      const file = fileFor('processes', epd.id, epd.version, source.bytes)
      return { bytes: await writeZip([file]), losses: [], whole: true }
    }
    const { root, reasons } = writeProcess(epd, tables, '1')
    const process = fileFor('processes', epd.id, ilcdVersion(epd.version), writeXml(root))
    const bytes = await writeZip([process, ...dependencies(epd, root)])
    const { epd: back } = await ilcdPackage.parse(bytes, tables)
    const otherwise = 'ILCD has no field for it.'
    return { bytes, losses: lossesBetween(epd, back, tables, { reasons, otherwise }) }
  }
} satisfies EpdWriter

function fileFor(folder: string, uuid: string, version: string, bytes: Buffer): FileToZip {
  return { path: `ILCD/${folder}/${uuid}_${version}.xml`, bytes }
}

function dependencies(epd: Epd, process: XmlOutput): FileToZip[] {
  const flow = writeFlow(epd)
  const product = productFlowTarget(epd)
  const quantity = flow && propertyOfUnit(epd.declaredUnit.unit)
  return [
    ...(flow ? [fileFor('flows', product.uuid ?? '', product.version ?? '', writeXml(flow))] : []),
    ...(quantity
      ? [
          fileFor(
            'flowproperties',
            quantity.property,
            MASTER,
            writeXml(writeFlowProperty(quantity))
          ),
          fileFor('unitgroups', quantity.group, MASTER, writeXml(writeUnitGroup(quantity)))
        ]
      : []),
    ...ownTargets(process, 'contact data set').map((contact) =>
      fileFor('contacts', contact.uuid, OWN, writeXml(writeContact(withWebsite(contact, epd))))
    ),
    ...ownTargets(process, 'source data set').map((source) =>
      fileFor('sources', source.uuid, OWN, writeXml(writeSource(withPublisher(source, epd))))
    )
  ]
}

const OWN = '01.00.000'
const MASTER = '03.00.000'

/** What a process refers to by an id that only we give: each once, in the order of the document. */
function ownTargets(root: XmlOutput, type: string): Described[] {
  const found = new Map<string, Described>()
  visit(root, ({ attributes, content }) => {
    const uuid = attributes['refObjectId']
    if (attributes['type'] !== type || uuid === undefined || typeof content === 'string') return
    const name = Object.fromEntries(
      content.map((each) => [each.attributes['xml:lang'] ?? 'en', String(each.content)])
    )
    if (idOfTarget(type, { name }) !== uuid || found.has(uuid)) return
    found.set(uuid, { uuid, name, uri: attributes['uri'] })
  })
  return [...found.values()]
}

function visit(element: XmlOutput, see: (element: XmlOutput) => void): void {
  see(element)
  if (typeof element.content === 'string') return
  for (const child of element.content) visit(child, see)
}

function withWebsite(contact: Described, epd: Epd): Described {
  const parties = [epd.owner, epd.operator, epd.practitioner, epd.verification?.verifier]
  const same = (party: Party | undefined) => party?.name === contact.name['en']
  return { ...contact, website: parties.find((each) => same(each) && each?.website)?.website }
}

function withPublisher(source: Described, { pcr }: Epd): Described {
  return pcr?.name === source.name['en'] ? { ...source, publisher: pcr?.publisher } : source
}
