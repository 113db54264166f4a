import type { Epd, LinkedDocument, Party, Pcr } from '../../domain/epd/epd.ts'
import type { Classification, Quantity } from '../../domain/epd/product.ts'
import type { StatedDate } from '../../domain/epd/stated-date.ts'
import type { EpdTables } from '../../domain/epd/table.ts'
import type { Texts } from '../../domain/epd/texts.ts'
import { versionKey } from '../../domain/epd/version.ts'
import { cutText } from '../cut-text.ts'
import type { EpdWriter } from '../epd-codec.ts'
import { JsonNumber } from '../json-number.ts'
import type { Json } from '../json-object.ts'
import { type LossReasons, lossesBetween } from '../losses.ts'
import { nativeDocument } from '../native/write-epd.ts'
import { literalJson } from '../strict-json.ts'
import { asObject } from './fields.ts'
import { EXTENSION, ID_SPACE } from './names.ts'
import { attachmentKinds, PIECES } from './read-documents.ts'
import { readOpenEpd } from './read-epd.ts'
import { spellingOf } from './units.ts'
import { writeImpacts } from './write-impacts.ts'

/**
 * openEPD 0.1. What it cannot hold is reported, and the whole declaration lies in `ext` as well, so
 * that reading the document again gives it back.
 */
export const openEpdWriter = {
  name: 'openepd',
  mediaType: 'application/vnd.openepd+json',
  write(epd: Epd, tables: EpdTables) {
    const { document, reasons } = openEpdOf(epd, tables)
    const whole = { ...document, ext: { [EXTENSION]: nativeDocument(epd) } }
    const { epd: back } = readOpenEpd(asObject(literalJson(JSON.stringify(document))))
    const losses = lossesBetween(epd, back, tables, {
      reasons: { ...fieldReasons, ...reasons },
      otherwise: 'openEPD has no field for it.'
    })
    return { bytes: Buffer.from(`${JSON.stringify(whole, null, 2)}\n`), losses }
  }
} satisfies EpdWriter

/** The document without our extension, and why it lacks figures. */
export function openEpdOf(
  epd: Epd,
  tables: EpdTables
): { readonly document: Json; readonly reasons: LossReasons } {
  const { groups, reasons } = writeImpacts(epd, tables)
  const { declaredUnit, product, pcr, verification } = epd
  const document = defined({
    doctype: 'openEPD',
    openepd_version: '0.1',
    alt_ids: { [ID_SPACE]: epd.id },
    version: versionKey(epd.version)?.[0],
    language: languageOf(epd.name),
    product_name: shortened(textIn(epd.name), 200),
    product_description: shortened(textIn(product.description), 2000),
    manufacturer: organization(epd.owner),
    program_operator: organization(epd.operator),
    program_operator_doc_id: shortened(epd.registrationNumber, 200),
    program_operator_version: epd.version,
    third_party_verifier_name: verification?.verifier?.name,
    epd_developer: organization(epd.practitioner),
    third_party_verification_url: verification?.reportHref,
    pcr: rules(pcr),
    date_of_issue: instant(issued(epd), 'T00:00:00Z'),
    valid_until: instant(epd.validUntil, 'T23:59:59Z'),
    declared_unit: amount(declaredUnit),
    kg_per_declared_unit: declaredUnit.mass && amount(declaredUnit.mass),
    kg_C_biogenic_per_declared_unit: carbon(epd.biogenicCarbon?.productKg),
    compliance: epd.standards.map((name) => ({ short_name: name })),
    applicable_in: jurisdictions(epd.geography),
    product_classes: classes(product.classifications),
    ...documents(epd),
    includes: ingredients(epd),
    lca_discussion: shortened(textIn(epd.note), 20_000),
    ...groups
  })
  return { document, reasons }
}

function defined(values: Json): Json {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/** openEPD takes codes of two letters; the first two of three are those of another language. */
function languageOf(texts: Texts): string | undefined {
  const tag = 'en' in texts ? 'en' : Object.keys(texts)[0]
  const language = tag?.split('-')[0]
  return language?.length === 2 ? language : undefined
}

function textIn(texts: Texts | undefined): string | undefined {
  return texts?.['en'] ?? Object.values(texts ?? {})[0]
}

function shortened(text: string | undefined, length: number): string | undefined {
  return text === undefined ? undefined : cutText(text, length)
}

function organization(party: Party | undefined): Json | undefined {
  if (!party) return undefined
  return defined({ name: shortened(party.name, 200), web_domain: domainOf(party.website) })
}

function domainOf(website: string | undefined): string | undefined {
  return website === undefined ? undefined : /^https?:\/\/([^/:]+)/.exec(website)?.[1]
}

/** Rules by the fields of openEPD, which takes names of 200 and versions of 40 characters. */
function rules(pcr: Pcr | undefined): Json | undefined {
  if (!pcr) return undefined
  const { id, name, version, publisher, validUntil, href } = pcr
  return defined({
    id,
    issuer: publisher === undefined ? undefined : { name: shortened(publisher, 200) },
    name: shortened(name, 200),
    version: version !== undefined && version.length > 40 ? undefined : version,
    valid_until: instant(validUntil, 'T23:59:59Z'),
    doc: href
  })
}

/**
 * openEPD has the states of two countries; of others it has the country, which is named as another place. None
 * at all would mean the whole world.
 */
function jurisdictions(geography: readonly string[]): string[] {
  const known = /^([A-Z]{2}|(US|CA)-[A-Z]{2}|\d{3})$/
  return [...new Set(geography.map((code) => (known.test(code) ? code : code.slice(0, 2))))]
}

/** The one name of a member that no document of the registry has (`strict-json.ts`). */
const FORBIDDEN = '__proto__'

/** Codes by system; one text where a system has one. */
function classes(stated: readonly Classification[]): Json | undefined {
  const codes = Map.groupBy(stated, ({ system }) => system)
  codes.delete(FORBIDDEN)
  if (codes.size === 0) return undefined
  return Object.fromEntries(
    [...codes].map(([system, each]) => {
      const [only, ...more] = each.map(({ code }) => code)
      return [system, more.length === 0 ? only : [only, ...more]]
    })
  )
}

/** The original declaration, and attachments by their kind or title: one of a name, on the Web only. */
function documents({ documents: linked }: Epd): Json {
  const onTheWeb = linked.filter(({ href }) => /^https?:/.test(href))
  const original = onTheWeb.find(({ kind }) => kind === 'epd_pdf')
  const attachments = new Map<string, string>()
  for (const each of onTheWeb) {
    const name = each === original ? undefined : attachmentName(each)
    if (name === undefined || name === FORBIDDEN || attachments.has(name)) continue
    attachments.set(name, each.href)
  }
  return defined({
    declaration_url: original?.href,
    attachments: attachments.size === 0 ? undefined : Object.fromEntries(attachments)
  })
}

/** Quantities of weight have no place: openEPD counts in declared units of the other document. */
function ingredients({ includes }: Epd): Json[] | undefined {
  const counted = includes.filter(
    ({ href = '', quantity }) => /^https?:/.test(href) && quantity.unit === PIECES
  )
  if (counted.length === 0) return undefined
  return counted.map(({ name, href, quantity, gwpShare }) =>
    defined({
      qty: numberOf(quantity.value),
      link: href,
      gwp_fraction: gwpShare === undefined ? undefined : numberOf(gwpShare),
      citation: name
    })
  )
}

function numberOf(decimal: string): JsonNumber | undefined {
  return /^(0|[1-9]\d*)(\.\d+)?$/.test(decimal) ? new JsonNumber(decimal) : undefined
}

function attachmentName({ kind, title }: LinkedDocument): string | undefined {
  const named = [...attachmentKinds].find(([, each]) => each === kind)?.[0]
  if (named !== undefined || kind !== 'other') return named
  return title !== undefined && attachmentKinds.has(title) ? undefined : title
}

/** A year is when the data are from (ILCD), and no day on which anybody published anything. */
function issued({ published, validFrom }: Epd): StatedDate | undefined {
  return published ?? (validFrom?.precision === 'day' ? validFrom : undefined)
}

function instant(stated: StatedDate | undefined, time: string): string | undefined {
  return stated && `${stated.date}${time}`
}

function amount({ value, unit }: Quantity): Json | undefined {
  const qty = numberOf(value)
  return qty && { qty, unit: spellingOf(unit) }
}

function carbon(kg: string | undefined): Json | undefined {
  return kg === undefined ? undefined : amount({ value: kg, unit: 'KGM' })
}

/** What openEPD has a place for, and not all of it; what is not here has no field at all. */
const fieldReasons: LossReasons = {
  '/name': 'openEPD holds the name in one language, in at most 200 characters.',
  '/note': 'openEPD holds it in one language, in at most 20,000 characters.',
  '/version': 'openEPD numbers versions with one number.',
  '/owner': 'openEPD tells organizations by web domain.',
  '/operator': 'openEPD tells organizations by web domain.',
  '/practitioner': 'openEPD tells organizations by web domain.',
  '/verification/kind': 'openEPD does not grade reviews.',
  '/verification/verifier': 'openEPD names the verifier, and nothing more of him.',
  '/published': 'openEPD has one day of issue.',
  '/validFrom': 'openEPD has one day of issue.',
  '/validUntil': 'openEPD writes a day, not a month or a year.',
  '/product/description': 'openEPD holds it in one language, in at most 2,000 characters.',
  '/product/stage': 'openEPD does not know stages of the rare-earth chain.',
  '/product/class': 'openEPD has no category of rare earths.',
  '/product/classifications': 'openEPD has the codes of classes, and no names.',
  '/documents': 'openEPD names links of the Web, and tells no hash or type.',
  '/pcr': 'openEPD has one name, one day and short versions for product category rules.',
  '/product/composition': 'openEPD has no composition.',
  '/scenarios': 'openEPD names scenarios, and does not describe them.',
  '/sites': 'openEPD names plants by plus code and web domain only.',
  '/includes': 'openEPD counts in declared units of the other document.',
  '/geography': 'openEPD has no code for it.',
  '/results': 'openEPD keeps figures with one unit, and nothing else about an indicator.'
}
