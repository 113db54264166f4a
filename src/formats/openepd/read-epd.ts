import type { Epd, Party } from '../../domain/epd/epd.ts'
import type { DeclaredUnit, Quantity } from '../../domain/epd/product.ts'
import { report } from '../../domain/epd/rules/table.ts'
import { readStatedDate } from '../../domain/epd/stated-date.ts'
import type { Finding } from '../../domain/finding.ts'
import { type EpdId, isUuid, uuidFrom } from '../../domain/ids.ts'
import { ID_SPACE } from './names.ts'
import { readImpacts } from './read-impacts.ts'

type Json = Readonly<Record<string, unknown>>

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
      report('EPD_DOCUMENT', { pointer: `/${part}`, message: `The document has no ${part}.` })
    )
  if (!id || !name || !owner) return { epd: null, findings: missing }
  const { results, unread, unclear } = readImpacts(document)
  const language = textAt(document, 'language') ?? 'en'
  const description = textAt(document, 'product_description')
  const { geography, findings } = readGeography(document)
  const epd: Epd = {
    id: id as EpdId,
    version: textAt(document, 'program_operator_version', VERSION) ?? numberAt(document, 'version'),
    name: { [language]: name },
    owner,
    ...readParties(document),
    ...readRegistration(document),
    standards: readStandards(document),
    ...readDates(document),
    geography,
    sites: [],
    product: {
      stage: 'unstated',
      class: 'unstated',
      ...(description === undefined ? {} : { description: { [language]: description } }),
      classifications: []
    },
    declaredUnit: readDeclaredUnit(document),
    backgroundDatabases: [],
    scenarios: scenariosOf(results.flatMap(({ values }) => values)),
    includes: [],
    results,
    documents: []
  }
  const figures = [...unread.map(unreadFigure), ...unclear.map(unclearFigure)]
  return { epd, findings: [...findings, ...figures] }
}

const VERSION = /^\d{1,9}(\.\d{1,9}){0,2}$/

/** Our id where the document has one; else one that follows from its own. */
function identityOf(document: Json): string | undefined {
  const ours = textAt(objectAt(document, 'alt_ids'), ID_SPACE)
  if (ours !== undefined && isUuid(ours)) return ours
  const theirs = textAt(document, 'id')
  return theirs === undefined ? undefined : uuidFrom('openepd', theirs)
}

function readParties(document: Json) {
  const operator = partyAt(document, 'program_operator')
  const practitioner = partyAt(document, 'epd_developer')
  const verifier =
    partyAt(document, 'third_party_verifier') ??
    partyNamed(textAt(document, 'third_party_verifier_name'))
  return {
    ...(operator ? { operator } : {}),
    ...(practitioner ? { practitioner } : {}),
    // openEPD has verifiers of third parties only, and does not grade them.
    ...(verifier ? { verification: { kind: 'independent_external' as const, verifier } } : {})
  }
}

function readRegistration(document: Json) {
  const registrationNumber = textAt(document, 'program_operator_doc_id')
  const rules = objectAt(document, 'pcr')
  const name = textAt(rules, 'name')
  const id = textAt(rules, 'id')
  const version = textAt(rules, 'version')
  return {
    ...(registrationNumber === undefined ? {} : { registrationNumber }),
    ...(name === undefined
      ? {}
      : {
          pcr: {
            name,
            ...(id === undefined ? {} : { id }),
            ...(version === undefined ? {} : { version })
          }
        })
  }
}

function readDates(document: Json) {
  const issued = textAt(document, 'date_of_issue')?.slice(0, 10)
  const until = textAt(document, 'valid_until')?.slice(0, 10)
  const start = issued === undefined ? undefined : readStatedDate(issued, 'start')
  return {
    ...(start ? { published: start, validFrom: start } : {}),
    ...(until === undefined ? {} : { validUntil: readStatedDate(until, 'end') })
  }
}

function readStandards(document: Json): string[] {
  const compliance = document['compliance']
  if (!Array.isArray(compliance)) return []
  return compliance.flatMap((each) => {
    const standard = asObject(each)
    return textAt(standard, 'short_name') ?? textAt(standard, 'name') ?? []
  })
}

function readGeography(document: Json): { geography: string[]; findings: Finding[] } {
  const stated = document['applicable_in']
  const codes = Array.isArray(stated) ? stated.map(String) : []
  const isCode = (code: string) => /^([A-Z]{2}(-[A-Z0-9]{1,3})?|\d{3})$/.test(code)
  const findings = codes.flatMap((code, index) =>
    isCode(code)
      ? []
      : [
          report('EPD_DOCUMENT_UNCLEAR', {
            pointer: `/applicable_in/${index}`,
            message: 'This is no code of ISO 3166 or UN M49.',
            actual: code.slice(0, 40)
          })
        ]
  )
  return { geography: codes.filter(isCode), findings }
}

const UNITS: Readonly<Record<string, string>> = {
  kg: 'KGM',
  t: 'TNE',
  m3: 'MTQ',
  m2: 'MTK',
  m: 'MTR',
  item: 'C62'
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
  const { qty, unit } = objectAt(document, key)
  if (typeof qty !== 'number' || typeof unit !== 'string') return undefined
  return { value: String(qty), unit: UNITS[unit] ?? unit }
}

function scenariosOf(values: readonly { readonly scenario: string | null }[]) {
  return [...new Set(values.flatMap(({ scenario }) => scenario ?? []))].map((id) => ({ id }))
}

function unreadFigure(pointer: string): Finding {
  return report('EPD_DOCUMENT_UNCLEAR', {
    pointer,
    message: 'The registry has no indicator for these figures.'
  })
}

function unclearFigure(pointer: string): Finding {
  return report('EPD_DOCUMENT_UNCLEAR', {
    pointer,
    message: 'There is no number for this module, so it is not declared.',
    expected: 'a measurement with mean and unit, or null'
  })
}

function partyAt(document: Json, key: string): Party | undefined {
  return partyNamed(textAt(objectAt(document, key), 'name'))
}

function partyNamed(name: string | undefined): Party | undefined {
  return name === undefined ? undefined : { name }
}

function textAt(document: Json, key: string, pattern = /\S/): string | undefined {
  const text = document[key]
  return typeof text === 'string' && pattern.test(text) ? text.trim() : undefined
}

function numberAt(document: Json, key: string): string {
  const number = document[key]
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? `${number}` : '1'
}

function objectAt(document: Json, key: string): Json {
  return asObject(document[key])
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}
