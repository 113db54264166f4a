import { childPointer } from '../../domain/pointer.ts'
import type { Loss } from '../epd-codec.ts'
import { JsonNumber } from '../json-number.ts'
import type { Json } from '../json-object.ts'
import { type Look, lossOf, type UnreadPart } from '../unread-part.ts'

/** A document that remembers what was read of it. */
export interface WatchedJson {
  readonly root: Json
  /** What says something and was not read: of a part that nobody looked into only the part. */
  unread(): Loss[]
  /** What was looked for and is of another kind than its reader takes. */
  left(): readonly UnreadPart[]
}

interface Watcher {
  readonly read: Set<string>
  /** Pointers of what was left, and the value that is there. */
  readonly left: Map<string, unknown>
}

/** Each part of a watched document, as it is and where. */
const parts = new WeakMap<object, { value: object; pointer: string; watcher: Watcher }>()

/** A member without reading it: whoever looks whether they can use it has not read it yet. */
export function lookAt(document: Json, key: string): unknown {
  const target = (parts.get(document)?.value ?? document) as Json
  return Object.hasOwn(target, key) ? target[key] : undefined
}

/** Says that a member is of no use to its reader; nothing where nobody watches. */
export function leave(document: Json, key: string): void {
  const part = parts.get(document)
  part?.watcher.left.set(childPointer(part.pointer, key), lookAt(document, key))
}

/**
 * Watches a JSON document while it is read, so that whatever the reader does not know of is told, and
 * no list of known fields can be forgotten. As `ilcd/watch.ts` does for data sets.
 */
export function watchJson(document: Json): WatchedJson {
  const watcher: Watcher = { read: new Set(), left: new Map() }
  const { read, left } = watcher
  return {
    root: watched(document, '', watcher) as Json,
    unread: () => look(document, '', read).unread.map(lossOf),
    left: () =>
      [...left].flatMap(([pointer, value]) => {
        const { says } = isScalar(value)
          ? scalar(value, pointer, false)
          : look(value, pointer, new Set())
        return says === undefined ? [] : [{ pointer, says }]
      })
  }
}

/** Text and numbers count as read when somebody asks for them; what holds them by itself does not. */
function watched(value: unknown, pointer: string, watcher: Watcher): unknown {
  if (isScalar(value)) {
    watcher.read.add(pointer)
    return value
  }
  const inside = new Map<string, unknown>()
  const part = new Proxy(value, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return member
      if (isScalar(member)) return watched(member, childPointer(pointer, key), watcher)
      const known = inside.get(key) ?? watched(member, childPointer(pointer, key), watcher)
      inside.set(key, known)
      return known
    }
  })
  parts.set(part, { value, pointer, watcher })
  return part
}

/** What says how a document is written and kept, and nothing that it declares. */
const WRITING: ReadonlySet<string> = new Set([
  ...['/doctype', '/openepd_version', '/version', '/language', '/private']
])

function look(value: unknown, pointer: string, read: ReadonlySet<string>): Look {
  const touched = read.has(pointer)
  if (WRITING.has(pointer)) return { says: undefined, touched, unread: [] }
  if (isScalar(value)) return scalar(value, pointer, touched)
  const inside = Object.entries(value).map(([key, each]) =>
    look(each, childPointer(pointer, key), read)
  )
  const says = inside.find((part) => part.says !== undefined)?.says
  if (says === undefined) return { says, touched: false, unread: [] }
  if (pointer !== '' && !inside.some((part) => part.touched)) {
    return { says, touched: false, unread: [{ pointer, says }] }
  }
  return { says, touched: true, unread: inside.flatMap(({ unread }) => unread) }
}

function isScalar(value: unknown): value is string | boolean | null | undefined | JsonNumber {
  return typeof value !== 'object' || value === null || value instanceof JsonNumber
}

function scalar(value: unknown, pointer: string, touched: boolean): Look {
  const text = value instanceof JsonNumber ? value.literal : String(value ?? '').trim()
  if (text === '') return { says: undefined, touched, unread: [] }
  return { says: text, touched, unread: touched ? [] : [{ pointer, says: text }] }
}
