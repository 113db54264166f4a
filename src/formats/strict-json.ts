import { isUtf8 } from 'node:buffer'
import { type ErrorDetail, RegistryError } from '../errors.ts'
import { JsonNumber } from './json-number.ts'
import { JsonRefusal } from './json-refusal.ts'
import { type JsonLimits, scanJson } from './json-scanner.ts'
import { invalidPlace, placeIn } from './text-place.ts'

/** What every JSON body of the API is held to, unless a format says otherwise. */
const jsonLimits: JsonLimits = { maximumDepth: 64, maximumMembers: 100_000 }

/**
 * The value of a JSON document that is safe to hash, sign and store: I-JSON (RFC 7493) in UTF-8
 * without a byte order mark. Refused are duplicate names, numbers that a double does not carry,
 * invalid UTF-8, surrogates without a partner, noncharacters, U+0000, `__proto__` names, and
 * documents beyond the limits, since two readers of such a text may see two documents.
 *
 * Throws `BODY_INVALID`; its one detail says what is wrong, where (line, column, pointer) and how
 * to mend it.
 */
export function parseStrictJson(bytes: Uint8Array, limits: JsonLimits = jsonLimits): unknown {
  return JSON.parse(checked(bytes, limits))
}

/**
 * As `parseStrictJson` for documents of formats that others define, whose numbers have as many digits
 * as somebody wrote: each is a `JsonNumber`. Throws `BODY_INVALID`.
 */
export function parseForeignJson(bytes: Uint8Array): unknown {
  return literalJson(checked(bytes, { ...jsonLimits, literalNumbers: true }))
}

/** The same of a text that we have written ourselves, which needs no check. */
export function literalJson(text: string): unknown {
  return parseLiteral(text, (_name, value, at) =>
    typeof value === 'number' ? new JsonNumber(at.source) : value
  )
}

/** The text of a document that keeps the rules. */
function checked(bytes: Uint8Array, limits: JsonLimits): string {
  const text = decode(bytes)
  try {
    scanJson(text, limits)
  } catch (error) {
    if (error instanceof JsonRefusal) throw refusal(text, error)
    throw error
  }
  return text
}

type Revive = (name: string, value: unknown, at: { readonly source: string }) => unknown
/** ECMAScript tells the source of a number, and the library types of es2024 do not yet. */
const parseLiteral = JSON.parse as unknown as (text: string, revive: Revive) => unknown

function decode(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) {
    throw invalid('the body starts with a byte order mark; send UTF-8 without it')
  }
  if (isUtf8(buffer)) return buffer.toString('utf8')
  throw invalid(`the body is not UTF-8 at ${invalidPlace(buffer)}; send it as UTF-8`)
}

function refusal(text: string, error: JsonRefusal): RegistryError {
  return invalid(`${error.message} (${placeIn(text, error.offset)})`, error.pointer)
}

function invalid(message: string, pointer?: string): RegistryError {
  const detail: ErrorDetail = pointer === undefined ? { message } : { pointer, message }
  return new RegistryError('BODY_INVALID', `The JSON cannot be accepted: ${message}`, {
    details: [detail]
  })
}
