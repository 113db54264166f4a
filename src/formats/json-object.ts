import { JsonNumber } from './json-number.ts'

/** A JSON object of a document, its numbers as they are written (`parseForeignJson`). */
export type Json = Readonly<Record<string, unknown>>

/** True for an object: a list is none, nor is a number that is kept as it is written. */
export function isObject(value: unknown): value is Json {
  if (typeof value !== 'object' || value === null) return false
  return !Array.isArray(value) && !(value instanceof JsonNumber)
}
