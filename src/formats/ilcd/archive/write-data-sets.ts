import { type XmlOutput, xml } from '../../xml/write-xml.ts'
import type { QuantityFacts } from '../unit-groups.ts'
import { reference, type Target, texts } from '../write-reference.ts'

/** A contact or source of a package: what is known of it, under the id that it is referred to by. */
export interface Described extends Target {
  readonly uuid: string
  readonly website?: string | undefined
  readonly publisher?: string | undefined
}

const COMMON = 'http://lca.jrc.it/ILCD/Common'
/** Data sets that nobody else keeps: the package is where they are. */
const VERSION = '01.00.000'

export function writeContact({ uuid, name, website }: Described): XmlOutput {
  return dataSet('contact', 'http://lca.jrc.it/ILCD/Contact', [
    xml('common:UUID', {}, uuid),
    ...texts('common:shortName', name),
    ...texts('common:name', name),
    xml('classificationInformation', {}),
    website === undefined ? null : xml('WWWAddress', {}, website)
  ])
}

export function writeSource({ uuid, name, uri, publisher }: Described): XmlOutput {
  return dataSet('source', 'http://lca.jrc.it/ILCD/Source', [
    xml('common:UUID', {}, uuid),
    ...texts('common:shortName', name),
    xml('classificationInformation', {}),
    uri === undefined ? null : xml('referenceToDigitalFile', { uri }),
    publisher === undefined
      ? null
      : reference('referenceToContact', 'contact data set', { name: { en: publisher } })
  ])
}

function dataSet(
  kind: 'contact' | 'source',
  namespace: string,
  information: readonly (XmlOutput | null)[]
): XmlOutput {
  return xml(`${kind}DataSet`, { xmlns: namespace, 'xmlns:common': COMMON, version: '1.1' }, [
    xml(`${kind}Information`, {}, [xml('dataSetInformation', {}, information)]),
    administration(VERSION)
  ])
}

function administration(version: string): XmlOutput {
  return xml('administrativeInformation', {}, [
    xml('publicationAndOwnership', {}, [xml('common:dataSetVersion', {}, version)])
  ])
}

/** The flow property of the declared unit, as the master data of InData have it. */
export function writeFlowProperty({ property, group, name, groupName }: QuantityFacts): XmlOutput {
  const namespaces = { xmlns: 'http://lca.jrc.it/ILCD/FlowProperty', 'xmlns:common': COMMON }
  return xml('flowPropertyDataSet', { ...namespaces, version: '1.1' }, [
    xml('flowPropertiesInformation', {}, [
      xml('dataSetInformation', {}, [
        xml('common:UUID', {}, property),
        xml('common:name', { 'xml:lang': 'en' }, name),
        xml('classificationInformation', {})
      ]),
      xml('quantitativeReference', {}, [
        reference('referenceToReferenceUnitGroup', 'unit group data set', {
          uuid: group,
          name: { en: groupName }
        })
      ])
    ]),
    administration(MASTER_VERSION)
  ])
}

/** Its unit group with the one unit that is used. */
export function writeUnitGroup({ group, groupName, unit }: QuantityFacts): XmlOutput {
  const namespaces = { xmlns: 'http://lca.jrc.it/ILCD/UnitGroup', 'xmlns:common': COMMON }
  return xml('unitGroupDataSet', { ...namespaces, version: '1.1' }, [
    xml('unitGroupInformation', {}, [
      xml('dataSetInformation', {}, [
        xml('common:UUID', {}, group),
        xml('common:name', { 'xml:lang': 'en' }, groupName),
        xml('classificationInformation', {})
      ]),
      xml('quantitativeReference', {}, [xml('referenceToReferenceUnit', {}, '0')])
    ]),
    administration(MASTER_VERSION),
    xml('units', {}, [
      xml('unit', { dataSetInternalID: '0' }, [xml('name', {}, unit), xml('meanValue', {}, '1')])
    ])
  ])
}

const MASTER_VERSION = '03.00.000'
