import type { EpdResult, EpdValue } from '../../domain/epd/result.ts'
import { childPointer } from '../../domain/pointer.ts'
import { indicatorAt, methodNamed, moduleNamed } from './keys.ts'

type Json = Readonly<Record<string, unknown>>

export interface ReadImpacts {
  readonly results: readonly EpdResult[]
  /** Pointers of figures that openEPD does not define, or that we do not know. */
  readonly unread: readonly string[]
  /** Pointers of figures that are no numbers. */
  readonly unclear: readonly string[]
}

/** All measurements of a document. */
export function readImpacts(document: Json): ReadImpacts {
  const sets = [
    ...Object.entries(objectIn(document, 'impacts')).map(([name, set]) => ({
      group: 'impacts' as const,
      method: methodNamed(name),
      set,
      pointer: childPointer('', 'impacts', name)
    })),
    ...(['resource_uses', 'output_flows'] as const).map((group) => ({
      group,
      method: null,
      set: document[group],
      pointer: `/${group}`
    }))
  ]
  const places = sets.flatMap(({ group, method, set, pointer }) =>
    Object.entries(asObject(set))
      .filter(([key, scopes]) => key !== 'ext' && scopes !== null)
      .map(([key, scopes]) => ({
        indicator: indicatorAt(group, key, method),
        method,
        pointer: childPointer(pointer, key),
        scopes
      }))
  )
  return {
    results: places.flatMap(({ indicator, method, pointer, scopes }) => {
      const values = readScopes(asObject(scopes), pointer)
      if (indicator === undefined || values.length === 0) return []
      return [resultOf({ indicator, method, pointer }, values)]
    }),
    unread: places.filter(({ indicator }) => indicator === undefined).map(({ pointer }) => pointer),
    unclear: places.flatMap(({ scopes, pointer }) => noNumbers(asObject(scopes), pointer))
  }
}

interface Measured {
  readonly value: EpdValue
  readonly unit: string
}

function resultOf(
  key: { readonly indicator: string; readonly method: string | null; readonly pointer: string },
  measured: readonly Measured[]
): EpdResult {
  const { indicator, method, pointer } = key
  return {
    indicator,
    ...(method === null ? {} : { method }),
    unit: measured[0]?.unit ?? '',
    pointer,
    values: measured.map(({ value }) => value)
  }
}

function readScopes(scopes: Json, pointer: string): Measured[] {
  const scenarios = Array.isArray(scopes['C_scenarios']) ? scopes['C_scenarios'] : []
  return [
    ...readModules(scopes, null, pointer),
    ...scenarios.flatMap((each, index) => {
      const scenario = asObject(each)
      const name = scenario['name']
      if (typeof name !== 'string') return []
      return readModules(scenario, name, `${pointer}/C_scenarios/${index}`)
    })
  ]
}

function readModules(scopes: Json, scenario: string | null, pointer: string): Measured[] {
  return Object.entries(scopes).flatMap(([key, measurement]) => {
    const module = moduleNamed(key)
    if (module === undefined) return []
    const { mean, unit } = asObject(measurement)
    if (typeof mean !== 'number') return []
    const value: EpdValue = {
      module,
      scenario,
      pointer: childPointer(pointer, key),
      status: 'declared',
      text: String(mean)
    }
    return [{ value, unit: typeof unit === 'string' ? unit : '' }]
  })
}

/** Modules that have something in place of a figure; null is how openEPD leaves one out. */
function noNumbers(scopes: Json, pointer: string): string[] {
  return Object.entries(scopes).flatMap(([key, measurement]) => {
    if (moduleNamed(key) === undefined || measurement === null) return []
    return typeof asObject(measurement)['mean'] === 'number' ? [] : [childPointer(pointer, key)]
  })
}

function objectIn(document: Json, key: string): Json {
  return asObject(document[key])
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}
