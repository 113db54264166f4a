import { JsonNumber } from '../json-number.ts'
import { isObject, type Json } from '../json-object.ts'
import { leave, lookAt } from './watch-json.ts'

/** The value as an object; an empty one for everything else. */
export function asObject(value: unknown): Json {
  return isObject(value) ? value : {}
}

export function objectAt(document: Json, key: string): Json {
  return asObject(wantedAt(document, key, isObject))
}

export function arrayAt(document: Json, key: string): readonly unknown[] {
  const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value)
  return wantedAt(document, key, isArray) ?? []
}

/** The members of a list that are objects; an empty one stands for each of the others, which is left. */
export function objectsAt(document: Json, key: string): readonly Json[] {
  const list = arrayAt(document, key)
  return list.map((_, index) => objectAt(list as unknown as Json, String(index)))
}

/** Text that fits, without the space around it. */
export function textAt(document: Json, key: string, pattern = /\S/): string | undefined {
  const fits = (value: unknown): value is string =>
    typeof value === 'string' && (value.trim() === '' || pattern.test(value))
  const text = wantedAt(document, key, fits)?.trim()
  return text === '' ? undefined : text
}

/** A number with the digits that the document has. */
export function numberAt(document: Json, key: string): string | undefined {
  const isNumber = (value: unknown): value is JsonNumber => value instanceof JsonNumber
  return wantedAt(document, key, isNumber)?.literal
}

/** An address of the Web, as the native format takes them. */
export function addressAt(document: Json, key: string): string | undefined {
  return textAt(document, key, /^\s*(https?:\/\/|urn:)[!-~]+\s*$/)
}

/** What is of another kind than the reader takes is left, and so is told; null says nothing. */
function wantedAt<Wanted>(
  document: Json,
  key: string,
  isWanted: (value: unknown) => value is Wanted
): Wanted | undefined {
  const value = lookAt(document, key)
  if (value === undefined || value === null) return undefined
  if (isWanted(value)) return document[key] as Wanted
  leave(document, key)
  return undefined
}
