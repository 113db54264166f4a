import { boundaryOf } from '../../domain/epd/boundary-of.ts'
import type { Epd } from '../../domain/epd/epd.ts'
import type { DeclaredUnit, Quantity } from '../../domain/epd/product.ts'
import type { EpdResult } from '../../domain/epd/result.ts'
import { report } from '../../domain/epd/rules/table.ts'
import { languageTag } from '../../domain/epd/texts.ts'
import type { Finding } from '../../domain/finding.ts'
import { type EpdId, isUuid, uuidFrom } from '../../domain/ids.ts'
import { JsonNumber } from '../json-number.ts'
import type { Json } from '../json-object.ts'
import { isPlaceCode } from '../place-code.ts'
import { readDay } from './day.ts'
import { arrayAt, numberAt, objectAt, objectsAt, textAt } from './fields.ts'
import { ID_SPACE } from './names.ts'
import { readClasses, readDocuments, readIncludes } from './read-documents.ts'
import { readImpacts } from './read-impacts.ts'
import { partyAt, readParties, readPcr } from './read-parties.ts'
import {
  carbonInOtherUnit,
  noIngredient,
  noModule,
  unclearFigure,
  unreadFigure,
  withoutValues
} from './unclear.ts'
import { unitNamed, withoutExponent } from './units.ts'
import { readVersion, reviewFormatVersion } from './version.ts'

/** What an openEPD document says by itself, without our extension. */
export function readOpenEpd(document: Json): {
  readonly epd: Epd | null
  readonly findings: readonly Finding[]
} {
  const id = identityOf(document)
  const name = textAt(document, 'product_name') ?? textAt(document, 'name')
  const owner = partyAt(document, 'manufacturer')
  const missing = Object.entries({ id, product_name: name, manufacturer: owner })
    .filter(([, value]) => value === undefined)
    .map(([part]) =>
      report('EPD_DOCUMENT', {
        pointer: `/${part}`,
        message: `The document has no ${part}.`,
        remedy: `Add ${part}.`
      })
    )
  if (!id || !name || !owner) return { epd: null, findings: missing }
  const { results: impacts, ...figures } = readImpacts(document)
  const { results, ...methods } = ofOneMethod(impacts)
  const language = languageTag(textAt(document, 'language') ?? 'en')
  const description = textAt(document, 'product_description')
  const { geography, findings: placed } = readGeography(document)
  const { contents, findings: weighed } = readContents(document, language)
  const { includes, left } = readIncludes(document)
  const { version, findings: numbered } = readVersion(document)
  const epd: Epd = {
    id: id as EpdId,
    version: version ?? '1',
    name: { [language]: name },
    owner,
    ...readParties(document),
    ...readRegistration(document),
    standards: readStandards(document),
    ...methods,
    ...readDates(document),
    geography,
    sites: [],
    product: {
      stage: 'unstated',
      class: 'unstated',
      ...(description === undefined ? {} : { description: { [language]: description } }),
      classifications: readClasses(document)
    },
    declaredUnit: readDeclaredUnit(document),
    ...contents,
    ...boundaryOf(results),
    backgroundDatabases: [],
    scenarios: scenariosOf(results.flatMap(({ values }) => values)),
    includes,
    results,
    documents: readDocuments(document)
  }
  return {
    epd,
    findings: [
      ...reviewFormatVersion(document),
      ...numbered,
      ...placed,
      ...weighed,
      ...left.map(noIngredient),
      ...figures.unread.map(unreadFigure),
      ...figures.unclear.map(unclearFigure),
      ...figures.elsewhere.map(noModule),
      ...(results.length === 0 ? [withoutValues()] : [])
    ]
  }
}

/** Our id where the document has one; else one that follows from its own. */
function identityOf(document: Json): string | undefined {
  const ours = textAt(objectAt(document, 'alt_ids'), ID_SPACE)
  if (ours !== undefined && isUuid(ours)) return ours
  const theirs = textAt(document, 'id')
  return theirs === undefined ? undefined : uuidFrom('openepd', theirs)
}

function readRegistration(document: Json) {
  const registrationNumber = textAt(document, 'program_operator_doc_id')
  const pcr = readPcr(document)
  return {
    ...(registrationNumber === undefined ? {} : { registrationNumber }),
    ...(pcr ? { pcr } : {})
  }
}

/** Where all impacts are of one method it is that of the document, as other formats say it. */
function ofOneMethod(results: readonly EpdResult[]): Pick<Epd, 'results' | 'methodSet'> {
  const [method, ...more] = new Set(
    results.filter(({ pointer }) => pointer.startsWith('/impacts/')).map((each) => each.method)
  )
  if (method === undefined || more.length > 0) return { results }
  return { methodSet: method, results: results.map(({ method: _method, ...rest }) => rest) }
}

function readDates(document: Json) {
  const issued = textAt(document, 'date_of_issue')
  const until = textAt(document, 'valid_until')
  const start = issued === undefined ? undefined : readDay(issued, 'start')
  return {
    ...(start ? { published: start, validFrom: start } : {}),
    ...(until === undefined ? {} : { validUntil: readDay(until, 'end') })
  }
}

function readStandards(document: Json): string[] {
  return objectsAt(document, 'compliance').flatMap(
    (standard) => textAt(standard, 'short_name') ?? textAt(standard, 'name') ?? []
  )
}

function readGeography(document: Json): { geography: string[]; findings: Finding[] } {
  const codes = arrayAt(document, 'applicable_in').map((code) =>
    code instanceof JsonNumber ? code.literal : String(code)
  )
  const findings = codes.flatMap((code, index) =>
    isPlaceCode(code)
      ? []
      : [
          report('EPD_DOCUMENT_UNCLEAR', {
            pointer: `/applicable_in/${index}`,
            message: 'This is no code of ISO 3166 or UN M49.',
            actual: code.slice(0, 40),
            remedy: 'Write a code such as DE, US or 150 (Europe).'
          })
        ]
  )
  return { geography: codes.filter(isPlaceCode), findings }
}

function readDeclaredUnit(document: Json): DeclaredUnit {
  const unit = quantityAt(document, 'declared_unit')
  const mass = quantityAt(document, 'kg_per_declared_unit')
  return {
    ...(unit ?? { value: 'unstated', unit: 'unstated' }),
    ...(mass ? { mass } : {}),
    properties: []
  }
}

function quantityAt(document: Json, key: string): Quantity | undefined {
  const amount = objectAt(document, key)
  const [value, unit] = [numberAt(amount, 'qty'), textAt(amount, 'unit')]
  if (value === undefined || unit === undefined) return undefined
  return { value: withoutExponent(value), unit: unitNamed(unit) }
}

function readContents(document: Json, language: string) {
  const note = textAt(document, 'lca_discussion')
  const carbon = quantityAt(document, 'kg_C_biogenic_per_declared_unit')
  const inKilograms = carbon === undefined || carbon.unit === 'KGM'
  return {
    contents: {
      ...(note === undefined ? {} : { note: { [language]: note } }),
      ...(carbon && inKilograms ? { biogenicCarbon: { productKg: carbon.value } } : {})
    },
    findings: inKilograms ? [] : [carbonInOtherUnit(carbon)]
  }
}

function scenariosOf(values: readonly { readonly scenario: string | null }[]) {
  return [...new Set(values.flatMap(({ scenario }) => scenario ?? []))].map((id) => ({ id }))
}
