import { canonicalHash } from '../domain/canonical-json.ts'
import { JsonNumber } from './json-number.ts'

/**
 * Equal exactly for documents of others (`parseForeignJson`) that JSON regards as equal, numbers of any
 * length included; for equality only.
 */
export function foreignHash(document: unknown): Buffer {
  return canonicalHash(plain(document, ({ canonical }) => canonical))
}

/** As `foreignHash`, and equal too where tools that compute with doubles have written the document. */
export function roundedHash(document: unknown): Buffer {
  return canonicalHash(plain(document, ({ literal }) => String(Number(literal))))
}

/** Numbers as text; the names of members are marked, so that nothing else looks like one. */
function plain(value: unknown, textOf: (number: JsonNumber) => string): unknown {
  if (value instanceof JsonNumber) return { number: textOf(value) }
  if (Array.isArray(value)) return value.map((each) => plain(each, textOf))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, each]) => [`/${name}`, plain(each, textOf)])
  return Object.fromEntries(members)
}
