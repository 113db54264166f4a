import { childPointer } from '../../domain/pointer.ts'
import type { Loss } from '../epd-codec.ts'
import { JsonNumber } from '../json-number.ts'
import { type Look, lossOf } from '../unread-part.ts'

type Json = Readonly<Record<string, unknown>>

/** A document that remembers what was read of it. */
export interface WatchedJson {
  readonly root: Json
  /** What says something and was not read: of a part that nobody looked into only the part. */
  unread(): Loss[]
}

/**
 * Watches a JSON document while it is read, so that whatever the reader does not know of is told, and
 * no list of known fields can be forgotten. As `ilcd/watch.ts` does for data sets.
 */
export function watchJson(document: Json): WatchedJson {
  const read = new Set<string>()
  return {
    root: watched(document, '', read) as Json,
    unread: () => look(document, '', read).unread.map(lossOf)
  }
}

/** Text and numbers count as read when somebody asks for them; what holds them by itself does not. */
function watched(value: unknown, pointer: string, read: Set<string>): unknown {
  if (isScalar(value)) {
    read.add(pointer)
    return value
  }
  const inside = new Map<string, unknown>()
  return new Proxy(value, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return member
      if (isScalar(member)) return watched(member, childPointer(pointer, key), read)
      const known = inside.get(key) ?? watched(member, childPointer(pointer, key), read)
      inside.set(key, known)
      return known
    }
  })
}

/** What says how a document is written and kept, and nothing that it declares. */
const WRITING: ReadonlySet<string> = new Set([
  ...['/doctype', '/openepd_version', '/version', '/language', '/private']
])

function look(value: unknown, pointer: string, read: ReadonlySet<string>): Look {
  const touched = read.has(pointer)
  if (WRITING.has(pointer)) return { says: undefined, touched, unread: [] }
  if (isScalar(value)) return scalar(value, pointer, touched)
  const parts = Object.entries(value).map(([key, each]) =>
    look(each, childPointer(pointer, key), read)
  )
  const says = parts.find((part) => part.says !== undefined)?.says
  if (says === undefined) return { says, touched: false, unread: [] }
  if (pointer !== '' && !parts.some((part) => part.touched)) {
    return { says, touched: false, unread: [{ pointer, says }] }
  }
  return { says, touched: true, unread: parts.flatMap(({ unread }) => unread) }
}

function isScalar(value: unknown): value is string | boolean | null | undefined | JsonNumber {
  return typeof value !== 'object' || value === null || value instanceof JsonNumber
}

function scalar(value: unknown, pointer: string, touched: boolean): Look {
  const text = value instanceof JsonNumber ? value.literal : String(value ?? '').trim()
  if (text === '') return { says: undefined, touched, unread: [] }
  return { says: text, touched, unread: touched ? [] : [{ pointer, says: text }] }
}
