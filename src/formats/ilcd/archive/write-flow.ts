import { plainDecimal } from '../../../domain/epd/amount.ts'
import type { Epd } from '../../../domain/epd/epd.ts'
import type { MaterialProperty } from '../../../domain/epd/product.ts'
import { multiply, parseDecimal } from '../../../domain/quantity/rational.ts'
import { group, type XmlOutput, xml } from '../../xml/write-xml.ts'
import { ilcdCas } from '../cas.ts'
import { biogenicProperties, propertyNames } from '../declared-unit.ts'
import { massProperty, propertyOfUnit } from '../unit-groups.ts'
import { productFlowTarget } from '../write-epd.ts'
import { reference, texts } from '../write-reference.ts'

const NAMESPACES = {
  xmlns: 'http://lca.jrc.it/ILCD/Flow',
  'xmlns:common': 'http://lca.jrc.it/ILCD/Common',
  'xmlns:epd': 'http://www.iai.kit.edu/EPD/2013',
  'xmlns:mat': 'http://www.matml.org/',
  version: '1.1'
}

/**
 * The product flow of a declaration: one unit of it is the declared unit, and has the mass, the
 * biogenic carbon and the material properties that are declared. Null where ILCD has no flow property
 * for the unit, since a flow must have one.
 */
export function writeFlow(epd: Epd): XmlOutput | null {
  const properties = propertiesOf(epd)
  if (!properties) return null
  const { uuid = '', version = '' } = productFlowTarget(epd)
  const cas = epd.product.classifications.find(({ system }) => system === 'CAS')?.code
  return xml('flowDataSet', NAMESPACES, [
    xml('flowInformation', {}, [
      xml('dataSetInformation', {}, [
        xml('common:UUID', {}, uuid),
        xml('name', {}, texts('baseName', epd.name)),
        xml('classificationInformation', {}),
        cas === undefined ? null : xml('CASNumber', {}, ilcdCas(cas) ?? ''),
        group('common:other', [matMl(epd)])
      ]),
      xml('quantitativeReference', {}, [xml('referenceToReferenceFlowProperty', {}, '0')])
    ]),
    xml('modellingAndValidation', {}, [
      xml('LCIMethod', {}, [xml('typeOfDataSet', {}, 'Product flow')])
    ]),
    xml('administrativeInformation', {}, [
      xml('publicationAndOwnership', {}, [xml('common:dataSetVersion', {}, version)])
    ]),
    xml('flowProperties', {}, properties)
  ])
}

/** Amounts of flow properties in one declared unit; the unit itself is the first. */
function propertiesOf({ declaredUnit, biogenicCarbon }: Epd): XmlOutput[] | null {
  const { value, unit, mass } = declaredUnit
  const own = propertyOfUnit(unit)
  if (!own) return null
  const weighed = mass && own.property !== massProperty ? propertyOfUnit(mass.unit) : undefined
  const weight =
    mass && weighed?.property === massProperty ? timesFactor(mass.value, weighed.factor) : undefined
  const stated = [
    [own.property, own.name, timesFactor(value, own.factor)],
    [massProperty, 'Mass', weight],
    [biogenicProperties.productKg, 'Carbon content (biogenic)', biogenicCarbon?.productKg],
    [
      biogenicProperties.packagingKg,
      'Carbon content (biogenic) - packaging',
      biogenicCarbon?.packagingKg
    ]
  ] as const
  return stated
    .filter(([, , amount]) => amount !== undefined)
    .map(([uuid, name, amount], index) =>
      xml('flowProperty', { dataSetInternalID: String(index) }, [
        reference('referenceToFlowPropertyDataSet', 'flow property data set', {
          uuid,
          name: { en: name }
        }),
        xml('meanValue', {}, amount)
      ])
    )
}

/** Exact; a value that is no decimal stays what it is. */
function timesFactor(value: string, factor: string): string {
  const [stated, multiple] = [parseDecimal(value), parseDecimal(factor)]
  if (factor === '1' || !stated || !multiple) return value
  return plainDecimal(multiply(stated, multiple)) ?? value
}

/** Material properties as ILCD embeds them (MatML 3.1). */
function matMl({ declaredUnit, name }: Epd): XmlOutput | null {
  const { properties } = declaredUnit
  if (properties.length === 0) return null
  const product = name['en'] ?? Object.values(name)[0] ?? ''
  return xml('mat:MatML_Doc', {}, [
    xml('mat:Material', {}, [
      xml('mat:BulkDetails', {}, [
        xml('mat:Name', {}, product),
        ...properties.map(({ value }, index) =>
          xml('mat:PropertyData', { property: `pr${index + 1}` }, [
            xml('mat:Data', { format: 'float' }, value)
          ])
        )
      ])
    ]),
    xml('mat:Metadata', {}, properties.map(details))
  ])
}

function details({ property, unit }: MaterialProperty, index: number): XmlOutput {
  const [name = property] =
    Object.entries(propertyNames).find(([, each]) => each === property) ?? []
  return xml('mat:PropertyDetails', { id: `pr${index + 1}` }, [
    xml('mat:Name', {}, name),
    xml('mat:Units', { name: unit, description: unit }, [
      xml('mat:Unit', {}, [xml('mat:Name', {}, unit)])
    ])
  ])
}
