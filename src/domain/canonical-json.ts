import { hash } from 'node:crypto'
import { isLarge } from './large-json.ts'

/**
 * SHA-256 of the canonical form: equal exactly for values that JSON regards as equal. For equality
 * only; what is trusted is the hash of the exact bytes.
 */
export function canonicalHash(value: unknown): Buffer {
  return hash('sha256', canonicalJson(value), 'buffer')
}

/**
 * The canonical text of a JSON value (RFC 8785): names ordered by UTF-16 code units, no space,
 * numbers and strings as ECMAScript writes them. A member that is undefined is absent. Throws
 * TypeError for what JSON cannot say (a number that is not finite, a bigint, a function, undefined
 * in an array).
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value)
  }
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  throw new TypeError(`JSON has no ${typeof value} ${String(value)}`)
}

/** The same text in pieces, none of which takes long: for whoever lets others have a turn between them. */
export function* canonicalPieces(value: unknown): Generator<string> {
  if (!isLarge(value)) {
    yield canonicalJson(value)
    return
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield index === 0 ? '[' : ','
      yield* canonicalPieces(item)
    }
    yield ']'
    return
  }
  let before = '{'
  for (const name of inOrder(Object.keys(value))) {
    const member = (value as Readonly<Record<string, unknown>>)[name]
    if (member === undefined) continue
    yield `${before}${quotedName(name)}:`
    yield* canonicalPieces(member)
    before = ','
  }
  yield before === '{' ? '{}' : '}'
}

function canonicalArray(items: readonly unknown[]): string {
  let text = '['
  for (let index = 0; index < items.length; index += 1) {
    if (index > 0) text += ','
    text += canonicalJson(items[index])
  }
  return `${text}]`
}

function canonicalObject(members: object): string {
  let text = '{'
  for (const name of inOrder(Object.keys(members))) {
    const value = (members as Readonly<Record<string, unknown>>)[name]
    if (value === undefined) continue
    text += `${text.length > 1 ? ',' : ''}${quotedName(name)}:${canonicalJson(value)}`
  }
  return `${text}}`
}

/** From so many names on the sorting of the language is quicker. */
const MANY = 24

/** Sorts in place, by UTF-16 code units. */
function inOrder(names: string[]): string[] {
  if (names.length >= MANY) return names.sort()
  for (let from = 1; from < names.length; from += 1) {
    const name = names[from] as string
    let to = from
    for (; to > 0 && (names[to - 1] as string) > name; to -= 1) names[to] = names[to - 1] as string
    names[to] = name
  }
  return names
}

/** No quotation mark, no backslash, nothing below U+0020, and nothing that may be half of a pair. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/

/** Most text has nothing to escape; `JSON.stringify` costs three times as much as this look. */
function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw new TypeError('JSON text has no half of a surrogate pair')
  return JSON.stringify(text)
}

/** Names that are looked up instead of being looked at; documents may hold any, and any number. */
const MOST_NAMES = 1_000
const LONGEST_NAME = 100
const names = new Map<string, string>()

/** A name as JSON writes it: there are few, and they come again and again. Throws TypeError as above. */
export function quotedName(name: string): string {
  const known = names.get(name)
  if (known !== undefined) return known
  const text = quoted(name)
  if (names.size < MOST_NAMES && name.length <= LONGEST_NAME) names.set(name, text)
  return text
}
