import { canonicalJson } from '../../domain/canonical-json.ts'

type Json = Readonly<Record<string, unknown>>

/** A value with its lists in order, and where the names of a pointer into it led before. */
interface Ordered<Value> {
  readonly value: Value
  readonly before: (names: readonly string[]) => readonly string[]
}

const asItWas = (names: readonly string[]) => names

/**
 * An event whose lines, and what is told in them, stand in an order that follows from what they say: who sorts
 * the rows or the columns of a sheet changes nothing that happened, so it has to be the same document. Lists
 * of words (stages) keep their order.
 */
export function inOneOrder(document: Json): {
  readonly document: Json
  /** The same pointer into the document as it was. */
  readonly before: (pointer: string) => string
} {
  const { value, before } = orderedMembers(document)
  const inWords = (pointer: string) => before(pointer.split('/').slice(1))
  return { document: value, before: (pointer) => ['', ...inWords(pointer)].join('/') }
}

function ordered(value: unknown): Ordered<unknown> {
  if (typeof value !== 'object' || value === null) return { value, before: asItWas }
  return Array.isArray(value) ? orderedList(value) : orderedMembers(value as Json)
}

function orderedMembers(value: Json): Ordered<Json> {
  const members = Object.entries(value).map(([name, member]) => [name, ordered(member)] as const)
  const befores = new Map(
    members.flatMap(([name, { before }]) => (before === asItWas ? [] : [[name, before] as const]))
  )
  if (befores.size === 0) return { value, before: asItWas }
  return {
    value: Object.fromEntries(members.map(([name, member]) => [name, member.value])),
    before: ([name, ...rest]) =>
      name === undefined ? [] : [name, ...(befores.get(name) ?? asItWas)(rest)]
  }
}

function orderedList(list: readonly unknown[]): Ordered<unknown> {
  if (!list.every(isObject)) return { value: list, before: asItWas }
  const items = list.map(orderedMembers)
  const keyed = items.map((item, was) => ({ item, was, key: keyOf(item.value) }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.was - b.was))
  return {
    value: keyed.map(({ item }) => item.value),
    before: ([index, ...rest]) => {
      const found = index === undefined ? undefined : keyed[Number(index)]
      if (index === undefined) return []
      return found ? [`${found.was}`, ...found.item.before(rest)] : [index, ...rest]
    }
  }
}

/** By lot number or batch first, as people look for them. */
function keyOf(item: Json): string {
  return canonicalJson([item['number'] ?? item['batch'] ?? null, item])
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
