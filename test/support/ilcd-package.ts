import { writeZip } from '../../src/formats/zip/write-zip.ts'

/** The ids of a small package that tests put together. */
export const ID = {
  process: '11111111-2222-4333-8444-555555555555',
  flow: '33333333-2222-4333-8444-555555555555',
  contact: '44444444-2222-4333-8444-555555555555',
  source: '55555555-2222-4333-8444-555555555555'
}
const MASS = '93a60a56-a3c8-11da-a746-0800200b9a66'
const COMMON = 'xmlns:c="http://lca.jrc.it/ILCD/Common"'

/** An ILCD package of these files, whose paths are below `ILCD/`. */
export function packageOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  return writeZip(
    Object.entries(files).map(([path, text]) => ({
      path: `ILCD/${path}`,
      bytes: Buffer.from(text)
    }))
  )
}

/** A process with one impact; `flow` is the version in which it names its product flow. */
export function process(
  given: {
    readonly id?: string
    readonly flow?: string
    readonly amount?: string
    readonly resulting?: string
  } = {}
): string {
  const { id = ID.process, flow, amount = '1', resulting } = given
  const result = resulting === undefined ? '' : `<resultingAmount>${resulting}</resultingAmount>`
  const version = flow === undefined ? '' : ` version="${flow}"`
  return `<processDataSet xmlns="http://lca.jrc.it/ILCD/Process" ${COMMON}
 xmlns:e="http://www.iai.kit.edu/EPD/2013" xmlns:e2="http://www.indata.network/EPD/2019">
 <processInformation><dataSetInformation><c:UUID>${id}</c:UUID>
 <name><baseName>Nd metal</baseName></name></dataSetInformation>
 <quantitativeReference><referenceToReferenceFlow>7</referenceToReferenceFlow></quantitativeReference>
 </processInformation>
 <modellingAndValidation><dataSourcesTreatmentAndRepresentativeness><c:other>
 <e2:referenceToOriginalEPD type="source data set" refObjectId="${ID.source}"/>
 </c:other></dataSourcesTreatmentAndRepresentativeness></modellingAndValidation>
 <administrativeInformation><publicationAndOwnership>
 <c:dataSetVersion>01.00.000</c:dataSetVersion>
 <c:referenceToOwnershipOfDataSet type="contact data set" refObjectId="${ID.contact}">
 <c:shortDescription>Smelter</c:shortDescription></c:referenceToOwnershipOfDataSet>
 </publicationAndOwnership></administrativeInformation>
 <exchanges><exchange dataSetInternalID="7">
 <referenceToFlowDataSet type="flow data set" refObjectId="${ID.flow}"${version}/>
 <meanAmount>${amount}</meanAmount>${result}</exchange></exchanges>
 <LCIAResults><LCIAResult><referenceToLCIAMethodDataSet
 refObjectId="6a37f984-a4b3-458a-a20a-64418c145fa2"/><c:other>
 <e:amount e:module="A1-A3">1.50</e:amount></c:other></LCIAResult></LCIAResults>
</processDataSet>`
}

export function flow(
  given: { readonly version?: string; readonly mean?: string; readonly property?: string } = {}
): string {
  const { version = '01.00.000', mean = '1', property = MASS } = given
  return `<flowDataSet xmlns="http://lca.jrc.it/ILCD/Flow" ${COMMON}>
 <flowInformation><dataSetInformation><c:UUID>${ID.flow}</c:UUID></dataSetInformation>
 <quantitativeReference><referenceToReferenceFlowProperty>3</referenceToReferenceFlowProperty>
 </quantitativeReference></flowInformation>
 <administrativeInformation><publicationAndOwnership>
 <c:dataSetVersion>${version}</c:dataSetVersion></publicationAndOwnership></administrativeInformation>
 <flowProperties><flowProperty dataSetInternalID="3">
 <referenceToFlowPropertyDataSet type="flow property data set" refObjectId="${property}"/>
 <meanValue>${mean}</meanValue></flowProperty></flowProperties></flowDataSet>`
}

export function contact(given: { readonly www?: string } = {}): string {
  const { www = 'www.smelter.example' } = given
  return `<contactDataSet xmlns="http://lca.jrc.it/ILCD/Contact" ${COMMON}>
 <contactInformation><dataSetInformation><c:UUID>${ID.contact}</c:UUID>
 <c:name>Smelter</c:name><WWWAddress>${www}</WWWAddress></dataSetInformation></contactInformation>
</contactDataSet>`
}

/** The original declaration, whose file has this relative URI. */
export function source({ file }: { readonly file: string }): string {
  return `<sourceDataSet xmlns="http://lca.jrc.it/ILCD/Source" ${COMMON}>
 <sourceInformation><dataSetInformation><c:UUID>${ID.source}</c:UUID>
 <c:shortName>The declaration</c:shortName><referenceToDigitalFile uri="${file}"/>
 </dataSetInformation></sourceInformation></sourceDataSet>`
}
