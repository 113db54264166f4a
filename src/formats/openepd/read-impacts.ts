import type { EpdResult, EpdValue } from '../../domain/epd/result.ts'
import { childPointer } from '../../domain/pointer.ts'
import { JsonNumber } from '../json-number.ts'
import { asObject, type Json, objectAt } from './fields.ts'
import { indicatorAt, methodNamed, moduleNamed } from './keys.ts'

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
    ...Object.entries(objectAt(document, 'impacts')).map(([name, set]) => ({
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
    if (!(mean instanceof JsonNumber)) return []
    const value: EpdValue = {
      module,
      scenario,
      pointer: childPointer(pointer, key),
      status: 'declared',
      text: mean.literal
    }
    return [{ value, unit: typeof unit === 'string' ? unit : '' }]
  })
}

/** Modules that have something in place of a figure; null is how openEPD leaves one out. */
function noNumbers(scopes: Json, pointer: string): string[] {
  return Object.entries(scopes).flatMap(([key, measurement]) => {
    if (moduleNamed(key) === undefined || measurement === null) return []
    return asObject(measurement)['mean'] instanceof JsonNumber ? [] : [childPointer(pointer, key)]
  })
}
