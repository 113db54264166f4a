import type { Epd } from '../../domain/epd/epd.ts'
import { methodOf } from '../../domain/epd/method.ts'
import type { EpdResult, EpdValue } from '../../domain/epd/result.ts'
import { definitionOf, type EpdTables } from '../../domain/epd/table.ts'
import type { EpdWriter, Loss } from '../epd-codec.ts'
import { writeXml, type XmlOutput, xml } from '../xml/write-xml.ts'
import { administration, modelling, processInformation, reference } from './write-parts.ts'

/** ILCD process data sets with the EPD extensions 1.3. The product flow is named, not written. */
export const ilcdEpdWriter: EpdWriter = {
  name: 'ilcd',
  mediaType: 'application/vnd.ilcd.process+xml',
  write(epd, tables) {
    const results = epd.results.map((result) => writeResult(result, epd, tables))
    const of = (kind: string) =>
      results.flatMap(({ element }) => (element?.name === kind ? [element] : []))
    const root = xml('processDataSet', NAMESPACES, [
      processInformation(epd),
      modelling(epd, tables),
      administration(epd),
      xml('exchanges', {}, [referenceFlow(epd), ...of('exchange').map(numbered)]),
      xml('LCIAResults', {}, of('LCIAResult'))
    ])
    const losses = results.flatMap(({ losses: lost }, index) =>
      lost.map(({ pointer, message }) => ({ pointer: `/results/${index}${pointer}`, message }))
    )
    return {
      bytes: writeXml(root),
      losses: [...fieldLosses(epd), ...methodLoss(epd, tables), ...losses]
    }
  }
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

function referenceFlow(epd: Epd): XmlOutput {
  return xml('exchange', { dataSetInternalID: '0' }, [
    reference('referenceToFlowDataSet', 'flow data set', { name: epd.name }),
    xml('meanAmount', {}, epd.declaredUnit.value)
  ])
}

/** The reference flow is 0. */
function numbered(element: XmlOutput, index: number): XmlOutput {
  return { ...element, attributes: { dataSetInternalID: String(index + 1) } }
}

interface WrittenResult {
  readonly element: XmlOutput | null
  readonly losses: readonly Loss[]
}

function writeResult(result: EpdResult, epd: Epd, tables: EpdTables): WrittenResult {
  const target = targetOf(result, epd, tables)
  if (!target) {
    const message = `${result.indicator} has no ILCD id under its method.`
    return { element: null, losses: [{ pointer: '', message }] }
  }
  const { inventory, ...link } = target
  const name = result.name ?? { en: result.indicator }
  const [kind, to, type] = inventory
    ? (['exchange', 'referenceToFlowDataSet', 'flow data set'] as const)
    : (['LCIAResult', 'referenceToLCIAMethodDataSet', 'LCIA method data set'] as const)
  const unit = { uuid: target.unitGroup, name: { en: result.unit } }
  const element = xml(kind, {}, [
    reference(to, type, { ...link, name }),
    xml('meanAmount', {}, '0'),
    xml('common:other', {}, [
      ...result.values.flatMap((value) => writeValue(value) ?? []),
      reference('epd:referenceToUnitGroupDataSet', 'unit group data set', unit)
    ])
  ])
  return { element, losses: result.values.flatMap(valueLoss) }
}

/** What the document said where it was ILCD; else the first id and unit group of the table. */
function targetOf(result: EpdResult, epd: Epd, { indicators }: EpdTables) {
  const facts = indicators.get(result.indicator)
  const definition = facts && definitionOf(facts, methodOf(result, epd, indicators))
  const uuid =
    result.reference?.uuid ??
    definition?.uuid ??
    (result.indicator.startsWith(URN) ? result.indicator.slice(URN.length) : undefined)
  if (uuid === undefined) return null
  const { unitGroup = definition?.unit === result.unit ? definition.unitGroups[0] : undefined } =
    result
  return {
    uuid,
    version: result.reference ? result.reference.version : (definition?.version ?? undefined),
    unitGroup,
    inventory: facts
      ? facts.definitions.every(({ method }) => method === null)
      : result.pointer.startsWith('/exchanges')
  }
}

const URN = 'urn:uuid:'

function writeValue({ module, scenario, status, text }: EpdValue): XmlOutput | null {
  if (status === 'not_assessed') return null
  const attributes = { 'epd:module': module, 'epd:scenario': scenario ?? undefined }
  return xml('epd:amount', attributes, text ?? '')
}

function valueLoss({ status, module }: EpdValue, index: number): Loss[] {
  if (status !== 'not_assessed') return []
  const message = `ILCD cannot say that ${module} was not assessed; there is no amount for it.`
  return [{ pointer: `/values/${index}`, message }]
}

/** In ILCD a document names its method by complying with the standard that uses it. */
function methodLoss({ methodSet, standards }: Epd, { methods }: EpdTables): Loss[] {
  const standard = methods.get(methodSet ?? '')?.standard
  if (methodSet === undefined || (standard !== undefined && standards.includes(standard))) return []
  const message = 'No declared standard uses it; indicators name their method where ILCD can.'
  return [{ pointer: '/methodSet', message }]
}

function fieldLosses(epd: Epd): Loss[] {
  const { declaredUnit, verification, pcr } = epd
  const exactStart = epd.validFrom?.precision === 'day'
  const lost: readonly (readonly [string, boolean, string])[] = [
    ['/declaredUnit/properties', declaredUnit.properties.length > 0, IN_FLOW],
    ['/declaredUnit/mass', declaredUnit.mass !== undefined, IN_FLOW],
    ['/declaredUnit/unit', declaredUnit.description?.['en'] !== undefined, IN_FLOW],
    ['/biogenicCarbon', epd.biogenicCarbon !== undefined, IN_FLOW],
    ['/validFrom', exactStart, 'ILCD writes the year in which a validity starts.'],
    ['/geography', epd.geography.length > 1, 'ILCD has one location.'],
    ['/verification/date', verification?.date !== undefined, NO_FIELD],
    ['/verification/reportHref', verification?.reportHref !== undefined, NO_FIELD],
    ['/pcr/validUntil', pcr?.validUntil !== undefined, NO_FIELD],
    ['/pcr/publisher', pcr?.publisher !== undefined, NO_FIELD],
    ['/product/feed', epd.product.feed !== undefined, NO_FIELD],
    ['/product/grade', epd.product.grade !== undefined, NO_FIELD],
    ['/product/composition', epd.product.composition !== undefined, LEFT_OUT],
    [
      '/scenarios',
      epd.scenarios.some(({ name }) => name !== undefined),
      'Scenarios are named by id.'
    ],
    ['/sites', epd.sites.length > 0, LEFT_OUT],
    ['/allocation', epd.allocation !== undefined, NO_FIELD],
    ['/electricity', epd.electricity !== undefined, NO_FIELD],
    ['/dataPeriod', epd.dataPeriod !== undefined, NO_FIELD],
    [
      '/dataQuality/primaryDataSharePct',
      epd.dataQuality?.primaryDataSharePct !== undefined,
      NO_FIELD
    ],
    ['/boundary', epd.boundary !== undefined, 'Declared modules say it, and nothing more.'],
    ['/includes', epd.includes.length > 0, NO_FIELD],
    ['/documents', epd.documents.length > 0, LEFT_OUT]
  ]
  return lost.filter(([, says]) => says).map(([pointer, , message]) => ({ pointer, message }))
}

const NO_FIELD = 'ILCD has no field for it.'
const IN_FLOW = 'ILCD keeps it in the flow data set, which lies beside the process.'
const LEFT_OUT = 'This export leaves it out; the original document keeps it.'
