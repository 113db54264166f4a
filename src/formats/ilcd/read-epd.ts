import { boundaryOf } from '../../domain/epd/boundary-of.ts'
import type { Database, Epd } from '../../domain/epd/epd.ts'
import { report } from '../../domain/epd/rules/table.ts'
import type { EpdTables } from '../../domain/epd/table.ts'
import type { Finding } from '../../domain/finding.ts'
import { type EpdId, isUuid } from '../../domain/ids.ts'
import type { EpdIdentity } from '../epd-codec.ts'
import { readCompliance } from './compliance.ts'
import { readDates } from './dates.ts'
import { readBiogenicCarbon, readDeclaredUnit } from './declared-unit.ts'
import { missingIdentity, readIdentity } from './identity.ts'
import { ownIdOfSource } from './made-id.ts'
import { readName } from './name.ts'
import {
  all,
  attribute,
  first,
  type IlcdNode,
  type IlcdReference,
  referenceOf,
  textAt,
  textsOf
} from './node.ts'
import { readParties, readVerification } from './parties.ts'
import { readProduct, readScenarios } from './product.ts'
import { placeOf } from './regions.ts'
import { readResults } from './results.ts'
import { readDocuments, readPcr } from './sources.ts'

export interface ReadEpd {
  readonly epd: Epd | null
  readonly identity: EpdIdentity | null
  readonly findings: readonly Finding[]
}

/** A process data set as a declaration, with everything that cannot be used as it stands. */
export function readIlcdEpd(process: IlcdNode, tables: EpdTables): ReadEpd {
  const identity = readIdentity(process)
  const { name, findings: spelled } = readName(process)
  const { owner, ...parties } = readParties(process)
  if (!identity || !name || !owner) {
    const unnamed = identity ? [] : missingIdentity(process)
    return { epd: null, identity, findings: [...unnamed, ...missingParts({ name, owner })] }
  }
  const compliance = readCompliance(process, tables)
  const { verification, findings: reviewed } = readVerification(process)
  const { results, findings: identified } = readResults(process, compliance.methods, tables)
  const { geography, findings: placed } = readGeography(process)
  const { dates, findings: dated } = readDates(process)
  const [method] = compliance.methods
  const epd: Epd = {
    id: identity.id as EpdId,
    version: identity.version,
    name,
    owner,
    ...parties,
    ...(verification ? { verification } : {}),
    ...readRegistration(process),
    standards: compliance.standards,
    ...(method !== undefined && compliance.methods.length === 1 ? { methodSet: method } : {}),
    ...dates,
    geography,
    sites: [],
    product: readProduct(process),
    declaredUnit: readDeclaredUnit(process),
    ...readNotes(process),
    ...boundaryOf(results),
    backgroundDatabases: readDatabases(process),
    scenarios: readScenarios(process),
    includes: [],
    results,
    documents: readDocuments(process)
  }
  return {
    epd,
    identity,
    findings: [
      ...compliance.findings,
      ...reviewed,
      ...spelled,
      ...dated,
      ...placed,
      ...identified,
      ...(results.length === 0 ? [withoutValues()] : [])
    ]
  }
}

/** Data sets of life cycle inventories have the same format, and are no declarations. */
function withoutValues(): Finding {
  return report('EPD_DOCUMENT', {
    pointer: '/LCIAResults',
    message: 'The data set declares no value for any module: it is no declaration.',
    expected: 'amounts by module, as the EPD extensions define them',
    remedy:
      'Send the data set of the declaration, with its EPD extensions; inventories are not taken.'
  })
}

const DATA_SET = ['processInformation', 'dataSetInformation'] as const
const SOURCES = ['modellingAndValidation', 'dataSourcesTreatmentAndRepresentativeness'] as const
const PUBLICATION = ['administrativeInformation', 'publicationAndOwnership'] as const

function missingParts(parts: Readonly<Record<string, unknown>>): Finding[] {
  const places: Readonly<Record<string, readonly [string, string]>> = {
    name: ['/processInformation/dataSetInformation/name', 'baseName'],
    owner: [
      '/administrativeInformation/publicationAndOwnership',
      'referenceToOwnershipOfDataSet with a shortDescription'
    ]
  }
  return Object.entries(places)
    .filter(([part]) => !parts[part])
    .map(([part, [pointer, expected]]) =>
      report('EPD_DOCUMENT', {
        pointer,
        message: `The data set has no ${part}.`,
        expected,
        remedy: `Add ${expected}.`
      })
    )
}

function readRegistration(process: IlcdNode) {
  const registrationNumber = textAt(process, ...PUBLICATION, 'registrationNumber')
  const pcr = readPcr(process)
  return {
    ...(registrationNumber === undefined ? {} : { registrationNumber }),
    ...(pcr ? { pcr } : {})
  }
}

function readGeography(process: IlcdNode) {
  const node = first(
    process,
    'processInformation',
    'geography',
    'locationOfOperationSupplyOrProduction'
  )
  const location = attribute(node, 'location')
  const place = location === undefined ? undefined : placeOf(location)
  if (place !== undefined) return { geography: [place], findings: [] }
  const finding = report('EPD_DOCUMENT_UNCLEAR', {
    pointer: node?.pointer ?? '/processInformation/geography',
    message: 'The data set does not say by a known code where it holds.',
    expected: 'ISO 3166-1 alpha-2, or an ILCD location such as RER',
    actual: location ?? 'nothing',
    remedy: 'State the location by its code; GLO is the whole world.'
  })
  return { geography: [], findings: [finding] }
}

function readNotes(process: IlcdNode) {
  const note = textsOf(all(process, ...DATA_SET, 'generalComment'))
  const statement = textsOf(all(process, ...SOURCES, 'useAdviceForDataSet'))
  const biogenicCarbon = readBiogenicCarbon(process)
  return {
    ...(note ? { note } : {}),
    ...(statement ? { dataQuality: { statement } } : {}),
    ...(biogenicCarbon ? { biogenicCarbon } : {})
  }
}

function readDatabases(process: IlcdNode): Database[] {
  return all(process, ...SOURCES, 'referenceToDataSource')
    .map(referenceOf)
    .flatMap(databaseOf)
}

function databaseOf(reference: IlcdReference): Database[] {
  const { name } = reference
  if (name === undefined) return []
  const { version } = reference
  const uuid = ownIdOfSource(reference.uuid, name)
  return [
    {
      name,
      ...(version === undefined ? {} : { version }),
      ...(uuid !== undefined && isUuid(uuid) ? { id: uuid } : {})
    }
  ]
}
