import type { Epd, Party } from '../../domain/epd/epd.ts'
import type { Quantity } from '../../domain/epd/product.ts'
import type { StatedDate } from '../../domain/epd/stated-date.ts'
import type { EpdTables } from '../../domain/epd/table.ts'
import type { Texts } from '../../domain/epd/texts.ts'
import { versionKey } from '../../domain/epd/version.ts'
import type { EpdWriter } from '../epd-codec.ts'
import { type LossReasons, lossesBetween } from '../losses.ts'
import { nativeDocument } from '../native/write-epd.ts'
import { EXTENSION, ID_SPACE } from './names.ts'
import { readOpenEpd } from './read-epd.ts'
import { writeImpacts } from './write-impacts.ts'

type Json = Readonly<Record<string, unknown>>

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
    const { epd: back } = readOpenEpd(JSON.parse(JSON.stringify(document)) as Json)
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
    pcr: pcr && defined({ id: pcr.id, name: shortened(pcr.name, 200), version: pcr.version }),
    date_of_issue: instant(epd.published ?? epd.validFrom, 'T00:00:00Z'),
    valid_until: instant(epd.validUntil, 'T23:59:59Z'),
    declared_unit: amount(declaredUnit),
    kg_per_declared_unit: declaredUnit.mass && amount(declaredUnit.mass),
    kg_C_biogenic_per_declared_unit: carbon(epd.biogenicCarbon?.productKg),
    compliance: epd.standards.map((name) => ({ short_name: name })),
    applicable_in: epd.geography,
    lca_discussion: shortened(textIn(epd.note), 20_000),
    ...groups
  })
  return { document, reasons }
}

function defined(values: Json): Json {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function languageOf(texts: Texts): string | undefined {
  const language = 'en' in texts ? 'en' : Object.keys(texts)[0]
  return language?.slice(0, 2)
}

function textIn(texts: Texts | undefined): string | undefined {
  return texts?.['en'] ?? Object.values(texts ?? {})[0]
}

function shortened(text: string | undefined, length: number): string | undefined {
  return text?.slice(0, length)
}

function organization(party: Party | undefined): Json | undefined {
  if (!party) return undefined
  return defined({ name: shortened(party.name, 200), web_domain: domainOf(party.website) })
}

function domainOf(website: string | undefined): string | undefined {
  return website === undefined ? undefined : /^https?:\/\/([^/:]+)/.exec(website)?.[1]
}

function instant(stated: StatedDate | undefined, time: string): string | undefined {
  return stated && `${stated.date}${time}`
}

const UNITS: Readonly<Record<string, string>> = {
  KGM: 'kg',
  TNE: 't',
  MTQ: 'm3',
  MTK: 'm2',
  MTR: 'm',
  C62: 'item'
}

function amount({ value, unit }: Quantity): Json | undefined {
  const qty = Number(value)
  return Number.isFinite(qty) ? { qty, unit: UNITS[unit] ?? unit } : undefined
}

function carbon(kg: string | undefined): Json | undefined {
  return kg === undefined ? undefined : amount({ value: kg, unit: 'KGM' })
}

/** What openEPD has a place for, and not all of it; what is not here has no field at all. */
const fieldReasons: LossReasons = {
  '/name': 'openEPD holds the name in one language, in at most 200 characters.',
  '/note': 'openEPD holds it in one language.',
  '/version': 'openEPD numbers versions with one number.',
  '/owner': 'openEPD tells organizations by web domain.',
  '/operator': 'openEPD tells organizations by web domain.',
  '/practitioner': 'openEPD tells organizations by web domain.',
  '/verification/kind': 'openEPD does not grade reviews.',
  '/verification/verifier': 'openEPD names the verifier, and nothing more of him.',
  '/published': 'openEPD has one day of issue.',
  '/validFrom': 'openEPD has one day of issue.',
  '/validUntil': 'openEPD writes a day, not a year.',
  '/product/description': 'openEPD holds it in one language, in at most 2,000 characters.',
  '/product/stage': 'openEPD does not know stages of the rare-earth chain.',
  '/product/class': 'openEPD has no category of rare earths.',
  '/product/composition': 'openEPD has no composition.',
  '/scenarios': 'openEPD names scenarios, and does not describe them.',
  '/sites': 'openEPD names plants by plus code and web domain only.',
  '/includes': 'openEPD counts in declared units of the other document.',
  '/geography': 'openEPD has no code for it.',
  '/results': 'openEPD keeps figures with one unit, and nothing else about an indicator.'
}
