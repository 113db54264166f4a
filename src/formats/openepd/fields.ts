import { JsonNumber } from '../json-number.ts'

/** A JSON object of a document, its numbers as they are written (`parseForeignJson`). */
export type Json = Readonly<Record<string, unknown>>

/** The value as an object; an empty one for everything else. */
export function asObject(value: unknown): Json {
  if (typeof value !== 'object' || value === null) return {}
  return Array.isArray(value) || value instanceof JsonNumber ? {} : (value as Json)
}

export function objectAt(document: Json, key: string): Json {
  return asObject(document[key])
}

/** Text that fits, without the space around it. */
export function textAt(document: Json, key: string, pattern = /\S/): string | undefined {
  const text = document[key]
  return typeof text === 'string' && pattern.test(text) ? text.trim() : undefined
}

/** A number with the digits that the document has. */
export function numberAt(document: Json, key: string): string | undefined {
  const number = document[key]
  return number instanceof JsonNumber ? number.literal : undefined
}

/** An address of the Web, as the native format takes them. */
export function addressAt(document: Json, key: string): string | undefined {
  return textAt(document, key, /^\s*(https?:\/\/|urn:)[!-~]+\s*$/)
}
