import { RegistryError } from '../errors.ts'
import type { EpdCodec } from './epd-codec.ts'
import { ilcdPackage } from './ilcd/archive/epd.ts'
import { ilcdEpd } from './ilcd/epd.ts'
import { nativeEpd } from './native/epd.ts'
import { saysEvent } from './native/event.ts'
import { isOpenEpd, openEpd } from './openepd/epd.ts'
import { soda4lcaEpd } from './soda4lca/epd.ts'
import { parseForeignJson } from './strict-json.ts'

/**
 * The format of a document that nobody named: zip and XML are ILCD, and JSON tells by its members. Throws
 * `BODY_INVALID` for what is neither.
 */
export function epdFormatOf(bytes: Uint8Array): EpdCodec {
  if (startsLikeZip(bytes)) return ilcdPackage
  if (startsLikeXml(bytes)) return ilcdEpd
  if (!startsLikeJson(bytes)) throw new RegistryError('BODY_INVALID', UNKNOWN)
  return foreignFormatOf(parseForeignJson(bytes)) ?? nativeEpd
}

const UNKNOWN =
  'This is a declaration in no format that is read: ILCD+EPD as XML or zip, openEPD, JSON of soda4LCA, or our own JSON.'

const ILCD_MEMBERS = ['processInformation', 'administrativeInformation', 'LCIAResults']

function foreignFormatOf(document: unknown): EpdCodec | undefined {
  if (typeof document !== 'object' || document === null) return undefined
  if ('doctype' in document || isOpenEpd(document)) return openEpd
  return ILCD_MEMBERS.some((member) => member in document) ? soda4lcaEpd : undefined
}

/** What native declarations have and events never. */
const NATIVE_MEMBERS = ['declaredUnit', 'methodSet', 'boundary', 'results']

/** True for a JSON document that is a declaration in one of the formats, false for what may be an event. */
export function isDeclaration(document: unknown): boolean {
  if (typeof document !== 'object' || document === null || saysEvent(document)) return false
  return Boolean(foreignFormatOf(document)) || NATIVE_MEMBERS.some((member) => member in document)
}

/** A local file header, or the end of a directory without files. */
function startsLikeZip(bytes: Uint8Array): boolean {
  const [one, two] = bytes
  return one === 0x50 && two === 0x4b
}

/** A value, also behind a mark or in an encoding that the reader of JSON refuses with its reason; or nothing at all. */
function startsLikeJson(bytes: Uint8Array): boolean {
  const first = firstCharacter(bytes)
  return first === undefined || /[{["\-\dtfn]/.test(String.fromCharCode(first))
}

/** `<` behind white space or a byte order mark, in UTF-8 or in UTF-16. */
function startsLikeXml(bytes: Uint8Array): boolean {
  return firstCharacter(bytes) === 0x3c
}

const SPACES = [0x20, 0x09, 0x0a, 0x0d]

/** What stands behind the byte order mark and white space, where it is ASCII. */
function firstCharacter(bytes: Uint8Array): number | undefined {
  const [one, two] = bytes
  if ((one === 0xff && two === 0xfe) || (one === 0xfe && two === 0xff)) {
    return bytes.subarray(2).find((byte) => byte !== 0 && !SPACES.includes(byte))
  }
  const start = one === 0xef ? 3 : 0
  return bytes.subarray(start).find((byte) => !SPACES.includes(byte))
}
