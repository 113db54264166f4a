import { unitInWords } from './counted-unit.ts'
import type { Epd } from './epd.ts'
import { methodOf } from './method.ts'
import type { EpdTables } from './table.ts'

/**
 * Every field of a declaration as text under its pointer. What has a key of its own is named by it
 * and not by its place, so that another order is no change; what only says where something stands in
 * the document is left out. Results are named by the method that holds for them, wherever the document
 * says it: figures of two methods are two figures. Their unit is the one that counts, and where results of one name
 * are in several units each is a field.
 */
export function fieldsOf(
  epd: Epd,
  { indicators, countedUnits }: Pick<EpdTables, 'indicators' | 'countedUnits'>
): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  const { results, ...rest } = epd
  collect('', rest, fields)
  const units = new Map<string, string[]>()
  for (const result of results) {
    const name = [result.indicator, methodOf(result, epd, indicators) ?? ''].map(escaped)
    const pointer = `/results/${name.join('/')}`
    const [unit, met] = [unitInWords(result, countedUnits), units.get(pointer) ?? []]
    if (!met.includes(unit)) {
      fields.set(met.length === 0 ? `${pointer}/unit` : `${pointer}/unit (${met.length + 1})`, unit)
      units.set(pointer, [...met, unit])
    }
    for (const { module, scenario, status, text } of result.values) {
      const place = [module, scenario ?? ''].map(escaped).join('/')
      fields.set(`${pointer}/values/${place}`, status === 'declared' ? text : status)
    }
  }
  return fields
}

function collect(pointer: string, value: unknown, fields: Map<string, string>): void {
  if (value === undefined || value === null) return
  if (typeof value !== 'object') {
    fields.set(pointer, String(value))
    return
  }
  const entries = Array.isArray(value) ? keyed(value) : Object.entries(value)
  for (const [key, item] of entries) collect(`${pointer}/${escaped(key)}`, item, fields)
}

/** Items under their own keys; where two have the same, the later ones are counted. */
function keyed(items: readonly unknown[]): readonly (readonly [string, unknown])[] {
  const met = new Map<string, number>()
  return items.map((item, index) => {
    const key = keyOf(item) ?? String(index)
    const before = met.get(key) ?? 0
    met.set(key, before + 1)
    return [before === 0 ? key : `${key} (${before + 1})`, item] as const
  })
}

const KEYS = ['id', 'epd', 'facility', 'substance', 'system', 'property', 'name', 'href'] as const

/** The name of a list item among its like. */
function keyOf(item: unknown): string | null {
  if (typeof item === 'string') return item
  if (typeof item !== 'object' || item === null) return null
  const named = item as Readonly<Record<string, unknown>>
  for (const key of KEYS) {
    const name = named[key]
    if (typeof name === 'string') return name
  }
  return null
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
