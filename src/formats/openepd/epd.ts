import type { Epd } from '../../domain/epd/epd.ts'
import { report } from '../../domain/epd/rules/table.ts'
import type { EpdTables } from '../../domain/epd/table.ts'
import { versionKey } from '../../domain/epd/version.ts'
import type { Finding } from '../../domain/finding.ts'
import { RegistryError } from '../../errors.ts'
import { cutText } from '../cut-text.ts'
import type { EpdCodec, Loss, ParsedEpd } from '../epd-codec.ts'
import { foreignHash, roundedHash } from '../foreign-hash.ts'
import { isObject, type Json } from '../json-object.ts'
import { restoreEpd } from '../native/epd.ts'
import { literalJson, parseForeignJson } from '../strict-json.ts'
import type { UnreadPart } from '../unread-part.ts'
import { reviewIndependence } from './independence.ts'
import { EXTENSION } from './names.ts'
import { openEpdPlaces } from './places.ts'
import { readOpenEpd } from './read-epd.ts'
import { watchJson } from './watch-json.ts'
import { openEpdOf } from './write-epd.ts'

/** openEPD 0.1: JSON documents of the type `openEPD`. */
export const openEpd = {
  name: 'openepd',
  mediaTypes: ['application/vnd.openepd+json'],
  origin: { element: null, places: openEpdPlaces },
  parse(bytes: Uint8Array, tables: EpdTables, wanted?: { unread: boolean }): ParsedEpd {
    const document = parseForeignJson(bytes)
    if (!isObject(document) || !isOpenEpd(document)) {
      throw new RegistryError('BODY_INVALID', 'The document is not of the doctype openEPD.')
    }
    const restored = restore(document, tables)
    const { epd, findings, unread } = restored.epd
      ? { ...restored, unread: [] }
      : readWhole(document, wanted?.unread ?? false)
    return {
      ...(unread ? { unread } : {}),
      epd,
      identity: epd && { id: epd.id, version: epd.version },
      findings: [...(restored.epd ? [] : restored.findings), ...findings]
    }
  },
  contentHash: (bytes: Uint8Array) => foreignHash(parseForeignJson(bytes))
} satisfies EpdCodec

const MARKS = ['openepd_version', 'product_name', 'impacts'] as const

/**
 * True for what says that it is one, and for what says nothing and has its fields: openEPD demands no
 * field at all, and `openEPD` is the default of its own libraries.
 */
export function isOpenEpd(document: object): boolean {
  if (!('doctype' in document)) return MARKS.some((mark) => mark in document)
  return typeof document.doctype === 'string' && document.doctype.toLowerCase() === 'openepd'
}

/** A document as a declaration and, where it is wanted, everything that it says beyond. */
function readWhole(document: Json, unread: boolean) {
  const watched = watchJson(document)
  const read = readOpenEpd(watched.root)
  const left = notBelow(unclear(read.findings), watched.left())
  const independence = read.epd ? reviewIndependence(document) : []
  const findings = [...read.findings, ...left.map(ofOtherKind), ...independence]
  if (!unread) return { ...read, findings, unread: undefined }
  const unused = unclear(findings).map(
    ({ pointer, message }): Loss => ({ of: 'document', pointer, message })
  )
  if (typeof document['id'] === 'string') unused.push(foreignId(document['id']))
  return { ...read, findings, unread: [...notBelow(unused, watched.unread()), ...unused] }
}

function unclear(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ code }) => code === 'EPD_DOCUMENT_UNCLEAR')
}

interface Placed {
  readonly pointer: string
}

/** Those that lie neither at one of the places that were told nor below one. */
function notBelow<Part extends Placed>(told: readonly Placed[], parts: readonly Part[]): Part[] {
  const places = new Set(told.map(({ pointer }) => pointer))
  return parts.filter(({ pointer }) => {
    for (let part = pointer; part !== ''; part = part.slice(0, part.lastIndexOf('/'))) {
      if (places.has(part)) return false
    }
    return true
  })
}

function ofOtherKind({ pointer, says }: UnreadPart): Finding {
  return report('EPD_DOCUMENT_UNCLEAR', {
    pointer,
    message: 'This is not what openEPD has here, so it is not read.',
    actual: cutText(says, 60),
    remedy: 'Write it as the schema of openEPD has it, or leave it out.'
  })
}

/** The id of openEPD stands for the document: ours is made from it, or beside it. */
function foreignId(id: string): Loss {
  const message = `Declarations have ids of another form: ${cutText(id, 60)}.`
  return { of: 'document', pointer: '/id', message }
}

/**
 * Our extension holds the declaration whole. It counts only as long as the document around it is
 * exactly what it would be written as: whoever edits the one without the other means the document.
 */
function restore(
  document: Json,
  tables: EpdTables
): { readonly epd: Epd | null; readonly findings: readonly Finding[] } {
  const { ext, ...outside } = document
  const inside = isObject(ext) ? ext[EXTENSION] : undefined
  if (inside === undefined) return { epd: null, findings: [] }
  const epd = restoreEpd(inside)
  if (epd && versionKey(epd.version) && agrees(epd, outside, tables)) {
    return { epd, findings: [] }
  }
  const finding = report('EPD_DOCUMENT_UNCLEAR', {
    pointer: `/ext/${EXTENSION}`,
    message: epd
      ? 'The extension does not agree with the document, which stands.'
      : 'The extension is not as the native format writes declarations, so the document stands.',
    remedy: 'Remove the extension, or export the document again.'
  })
  return { epd: null, findings: [finding] }
}

function agrees(epd: Epd, outside: Json, tables: EpdTables): boolean {
  const { document } = openEpdOf(epd, tables)
  const written = literalJson(JSON.stringify(document))
  return roundedHash(written).equals(roundedHash(outside))
}
