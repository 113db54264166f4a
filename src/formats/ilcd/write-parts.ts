import type { Epd } from '../../domain/epd/epd.ts'
import type { DeclaredUnit } from '../../domain/epd/product.ts'
import { standardNamed } from '../../domain/epd/standard.ts'
import type { StatedDate } from '../../domain/epd/stated-date.ts'
import type { EpdTables } from '../../domain/epd/table.ts'
import type { Texts } from '../../domain/epd/texts.ts'
import { group, type XmlOutput, xml } from '../xml/write-xml.ts'
import { standardSources } from './compliance.ts'
import { methodDeclaredWith } from './declared-methods.ts'
import { statedQuantity } from './declared-unit.ts'
import { reviewKinds } from './parties.ts'
import { ownClassification, subTypes } from './product.ts'
import { locationOf } from './regions.ts'
import { contentDeclaration, originals, otherDocuments } from './write-contents.ts'
import { contact, ilcdVersion, reference, texts } from './write-reference.ts'

/** What the data set is: identity, names, classes, scenarios, time and place. */
export function processInformation(epd: Epd): XmlOutput {
  const { declaredUnit, product } = epd
  return xml('processInformation', {}, [
    xml('dataSetInformation', {}, [
      xml('common:UUID', {}, epd.id),
      xml('name', {}, [
        ...texts('baseName', epd.name),
        ...texts('functionalUnitFlowProperties', functionalUnit(declaredUnit))
      ]),
      xml('classificationInformation', {}, classifications(epd)),
      ...texts('common:generalComment', epd.note),
      ...otherDocuments(epd),
      group('common:other', [
        group('epd:scenarios', epd.scenarios.map(scenario)),
        contentDeclaration(product.composition)
      ])
    ]),
    xml('quantitativeReference', { type: 'Reference flow(s)' }, [
      xml('referenceToReferenceFlow', {}, '0')
    ]),
    time(epd),
    ...epd.geography
      .slice(0, 1)
      .map((place) =>
        xml('geography', {}, [
          xml('locationOfOperationSupplyOrProduction', { location: locationOf(place) })
        ])
      ),
    group('technology', texts('technologyDescriptionAndIncludedProcesses', product.description))
  ])
}

/** A text that would be read as a quantity, and is another one, gives way to the quantity. */
function functionalUnit({ value, unit, description }: DeclaredUnit): Texts {
  const english = description?.['en']
  const isOther = english !== undefined && statedQuantity(english) !== null
  return { ...description, en: english === undefined || isOther ? `${value} ${unit}` : english }
}

function classifications({ product }: Epd): XmlOutput[] {
  const own = [product.stage, product.class].map((name, level) =>
    xml('common:class', { level: String(level), classId: name }, name)
  )
  const others = product.classifications.map(({ system, code, name }) =>
    xml('common:classification', { name: system }, [
      xml('common:class', { level: '0', classId: code }, name ?? code)
    ])
  )
  return [...others, xml('common:classification', { name: ownClassification }, own)]
}

/** ILCD wants a description of every scenario; where there is none its name or id stands there. */
function scenario({
  id,
  name,
  group: set,
  default: chosen,
  description
}: Epd['scenarios'][number]): XmlOutput {
  return xml(
    'epd:scenario',
    {
      'epd:name': id,
      'epd:group': set,
      'epd:default': chosen === true ? 'true' : undefined
    },
    texts('epd:description', description ?? name ?? { en: id })
  )
}

function time({ validFrom, validUntil, published }: Epd): XmlOutput | null {
  const year = (stated: StatedDate | undefined) => stated?.date.slice(0, 4)
  const one = (name: string, text: string | undefined) =>
    text === undefined ? null : xml(name, {}, text)
  return group('time', [
    one('common:referenceYear', year(validFrom)),
    one('common:dataSetValidUntil', year(validUntil)),
    group('common:other', [
      one('epd2:publicationDateOfEPD', published?.date),
      one(
        'epd24:expirationDateOfEPD',
        validUntil?.precision === 'year' ? undefined : validUntil?.date
      )
    ])
  ])
}

/** How it was made: kind, rules, databases, review, compliance. */
export function modelling(epd: Epd, tables: EpdTables): XmlOutput {
  const subType = Object.entries(subTypes).find(
    ([, each]) => each === epd.product.representing
  )?.[0]
  return xml('modellingAndValidation', {}, [
    xml('LCIMethodAndAllocation', {}, [
      xml('typeOfDataSet', {}, 'EPD'),
      epd.pcr
        ? reference('referenceToLCAMethodDetails', 'source data set', {
            uuid: epd.pcr.id,
            version: epd.pcr.version,
            uri: epd.pcr.href,
            name: { en: epd.pcr.name }
          })
        : null,
      group('common:other', [subType === undefined ? null : xml('epd:subType', {}, subType)])
    ]),
    group('dataSourcesTreatmentAndRepresentativeness', [
      ...epd.backgroundDatabases.map(({ name, id, version }) =>
        reference('referenceToDataSource', 'source data set', {
          uuid: id,
          version,
          name: { en: name }
        })
      ),
      ...texts('useAdviceForDataSet', epd.dataQuality?.statement),
      group('common:other', originals(epd))
    ]),
    validation(epd),
    group(
      'complianceDeclarations',
      epd.standards.map((name) => compliance(name, epd, tables))
    )
  ])
}

function validation({ verification }: Epd): XmlOutput | null {
  if (!verification) return null
  const [type] = Object.entries(reviewKinds).find(([, kind]) => kind === verification.kind) ?? []
  return xml('validation', {}, [
    xml('review', { type }, [
      contact('common:referenceToNameOfReviewerAndInstitution', verification.verifier),
      verification.reportHref === undefined
        ? null
        : reference('common:referenceToCompleteReviewReport', 'source data set', {
            uri: verification.reportHref,
            name: { en: 'Verification report' }
          })
    ])
  ])
}

/** The source of a standard; that of EN 15804 also says which method. */
function compliance(standard: string, epd: Epd, tables: EpdTables): XmlOutput {
  const named = standardNamed(standard)
  const known = [...standardSources].find(([, name]) => standardNamed(name) === named)?.[0]
  const uuid = methodDeclaredWith(standard, epd, tables)?.compliance ?? known
  return xml('compliance', {}, [
    reference('common:referenceToComplianceSystem', 'source data set', {
      uuid,
      name: { en: standard }
    })
  ])
}

/** Whose it is and under which number. */
export function administration(epd: Epd): XmlOutput {
  return xml('administrativeInformation', {}, [
    group('dataGenerator', [
      contact('common:referenceToPersonOrEntityGeneratingTheDataSet', epd.practitioner)
    ]),
    xml('publicationAndOwnership', {}, [
      xml('common:dataSetVersion', {}, ilcdVersion(epd.version)),
      contact('common:referenceToRegistrationAuthority', epd.operator),
      epd.registrationNumber === undefined
        ? null
        : xml('common:registrationNumber', {}, epd.registrationNumber),
      contact('common:referenceToOwnershipOfDataSet', epd.owner)
    ])
  ])
}
