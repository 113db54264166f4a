import type { Epd } from '../../domain/epd/epd.ts'
import type { EpdTables } from '../../domain/epd/table.ts'
import { uuidFrom } from '../../domain/ids.ts'
import type { EpdWriter, WrittenEpd } from '../epd-codec.ts'
import { type LossReasons, lossesBetween } from '../losses.ts'
import { writeXml, type XmlOutput, xml } from '../xml/write-xml.ts'
import { declaredMethods } from './declared-methods.ts'
import { readIlcdEpd } from './read-epd.ts'
import { administration, modelling, processInformation } from './write-parts.ts'
import { ilcdVersion, reference, type Target } from './write-reference.ts'
import { writeResult } from './write-results.ts'
import { readDataSet, xmlNode } from './xml-node.ts'

/** ILCD process data sets with the EPD extensions 1.3. The product flow is named, not written. */
export const ilcdEpdWriter = {
  name: 'ilcd',
  mediaType: 'application/vnd.ilcd.process+xml',
  write(epd: Epd, tables: EpdTables): WrittenEpd {
    const { root, reasons } = writeProcess(epd, tables, epd.declaredUnit.value)
    const bytes = writeXml(root)
    const { epd: back } = readIlcdEpd(xmlNode(readDataSet(bytes)), tables)
    const otherwise = 'ILCD has no field for it.'
    return {
      bytes,
      losses: lossesBetween(epd, back, tables, { reasons: { ...reasons, ...inFlow }, otherwise })
    }
  }
} satisfies EpdWriter

export interface WrittenProcess {
  readonly root: XmlOutput
  readonly reasons: LossReasons
}

/** The process data set with the amount of its product flow, and why it lacks what it lacks. */
export function writeProcess(epd: Epd, tables: EpdTables, amount: string): WrittenProcess {
  const declared = declaredMethods(epd, tables)
  const results = epd.results.map((result, index) =>
    writeResult(result, index, { epd, tables, declared })
  )
  const of = (kind: string) =>
    results.flatMap(({ element }) => (element?.name === kind ? [element] : []))
  const impacts = of('LCIAResult')
  const root = xml('processDataSet', NAMESPACES, [
    processInformation(epd),
    modelling(epd, tables),
    administration(epd),
    xml('exchanges', {}, [referenceFlow(epd, amount), ...of('exchange').map(numbered)]),
    impacts.length === 0 ? null : xml('LCIAResults', {}, impacts)
  ])
  const reasons = Object.assign({}, fieldReasons, ...results.map((each) => each.reasons))
  return { root, reasons }
}

const NAMESPACES = {
  xmlns: 'http://lca.jrc.it/ILCD/Process',
  'xmlns:common': 'http://lca.jrc.it/ILCD/Common',
  'xmlns:epd': 'http://www.iai.kit.edu/EPD/2013',
  'xmlns:epd2': 'http://www.indata.network/EPD/2019',
  'xmlns:epd24': 'http://www.indata.network/EPD/2024',
  version: '1.1',
  'epd2:epd-version': '1.3'
}

function referenceFlow(epd: Epd, amount: string): XmlOutput {
  return xml('exchange', { dataSetInternalID: '0' }, [
    reference('referenceToFlowDataSet', 'flow data set', productFlowTarget(epd)),
    xml('meanAmount', {}, amount)
  ])
}

/** The product flow of a declaration, which has an id of its own and the declaration's version. */
export function productFlowTarget({ id, version, name }: Epd): Target {
  return { uuid: uuidFrom('ilcd', 'product flow', id), version: ilcdVersion(version), name }
}

/** The reference flow is 0. */
function numbered(element: XmlOutput, index: number): XmlOutput {
  return { ...element, attributes: { dataSetInternalID: String(index + 1) } }
}

const IN_FLOW = 'ILCD keeps it in the flow data set, which lies beside the process in a package.'
const CONTACT = 'ILCD keeps it in the contact data set, which lies beside the process in a package.'

/** What a process alone does not hold. */
const inFlow: LossReasons = {
  '/declaredUnit': IN_FLOW,
  '/declaredUnit/value': IN_FLOW,
  '/declaredUnit/unit': IN_FLOW,
  '/declaredUnit/mass': IN_FLOW,
  '/biogenicCarbon': IN_FLOW,
  '/owner/website': CONTACT,
  '/operator/website': CONTACT,
  '/practitioner/website': CONTACT,
  '/verification/verifier/website': CONTACT
}

const REFERENCE_UNIT = 'ILCD counts in the reference unit of the quantity: it is the same amount.'

/** What ILCD has a place for, and not all of it; what is not here has no field at all. */
const fieldReasons: LossReasons = {
  '/version': 'ILCD writes versions as 00.00.000.',
  '/standards': 'ILCD names standards by their source, whatever edition is written.',
  '/methodSet': 'No declared standard uses it; indicators name their method where ILCD can.',
  '/published': 'ILCD writes a day, not a month or a year.',
  '/validFrom': 'ILCD writes the year in which a validity starts.',
  '/validUntil': 'ILCD writes a day or a year, not a month.',
  '/geography': 'ILCD has one location.',
  '/declaredUnit/value': REFERENCE_UNIT,
  '/declaredUnit/unit': REFERENCE_UNIT,
  '/declaredUnit/mass': REFERENCE_UNIT,
  '/boundary': 'Declared modules say it, and nothing more.',
  '/scenarios': 'ILCD names scenarios by their id, and describes them.',
  '/sites': 'ILCD tells a site by its open location code, which is not known.',
  '/product/composition':
    'ILCD lists materials with shares; it does not say what they are a part of.',
  '/documents': 'ILCD links the original declaration, and tells no kind, hash or type.'
}
