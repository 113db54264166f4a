import { countedUnit } from '../domain/epd/counted-unit.ts'
import { isDecimalField } from '../domain/epd/decimal-field.ts'
import type { Epd } from '../domain/epd/epd.ts'
import { methodOf } from '../domain/epd/method.ts'
import type { EpdTables } from '../domain/epd/table.ts'
import { childPointer } from '../domain/pointer.ts'
import { nativeDocument } from './native/write-epd.ts'

/** One thing that a declaration says. */
export interface Leaf {
  /** Into the native form of the declaration. */
  readonly pointer: string
  /** What it is, wherever it stands: members of lists by what tells them apart, not by place. */
  readonly key: string
  readonly text: string
  /** True where the text is a figure, which other formats may spell otherwise. */
  readonly number: boolean
}

type Json = Readonly<Record<string, unknown>>

/** Everything that a declaration says, one leaf each, in the order of its native form. */
export function leavesOf(epd: Epd, tables: EpdTables): Leaf[] {
  const { results: _results, ...rest } = nativeDocument(epd)
  return distinct([...collect('', '', rest), ...resultLeaves(epd, tables)])
}

function collect(pointer: string, key: string, value: unknown): Leaf[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      collect(`${pointer}/${index}`, childPointer(key, nameOf(item)), item)
    )
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, item]) =>
      collect(childPointer(pointer, name), childPointer(key, name), item)
    )
  }
  if (value === undefined || value === null) return []
  const text = String(value)
  return [{ pointer, key, text, number: /^-?\d+(\.\d+)?$/.test(text) && isDecimalField(key) }]
}

/** What tells the members of each list of the native format apart. */
const NAMES = [
  ['property'],
  ['system', 'code'],
  ['substance'],
  ['facility', 'name', 'country', 'region'],
  ['kind', 'href', 'sha256'],
  ['epd', 'version', 'name', 'href'],
  ['id'],
  ['name']
] as const

function nameOf(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item)
  const named = item as Json
  const names = NAMES.find((each) => named[each[0]] !== undefined) ?? ['name', 'href']
  return names.map((name) => String(named[name] ?? '')).join(' ')
}

/** Results by indicator and the method that holds for them; values by module and scenario. */
function resultLeaves(epd: Epd, { indicators, countedUnits }: EpdTables): Leaf[] {
  return epd.results.flatMap((result, index) => {
    const { values, indicator, unit, pointer: _pointer, method: _method, ...rest } = result
    const pointer = `/results/${index}`
    const key = childPointer('/results', indicator, methodOf(result, epd, indicators) ?? '')
    return [
      // The same unit is the same, however it is spelled.
      ...collect(pointer, key, { ...rest, unit: countedUnit(result, countedUnits)?.unit ?? unit }),
      ...values.map(({ module, scenario, status, text }, at) => ({
        pointer: `${pointer}/values/${at}`,
        key: childPointer(key, 'values', module, scenario ?? ''),
        text: text ?? status,
        number: status === 'declared'
      }))
    ]
  })
}

/** Where two say something about the same thing, the later ones are counted. */
function distinct(leaves: readonly Leaf[]): Leaf[] {
  const met = new Map<string, number>()
  return leaves.map((leaf) => {
    const before = met.get(leaf.key) ?? 0
    met.set(leaf.key, before + 1)
    return before === 0 ? leaf : { ...leaf, key: `${leaf.key} (${before + 1})` }
  })
}
