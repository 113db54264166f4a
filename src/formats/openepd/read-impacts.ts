import type { EpdResult, EpdValue } from '../../domain/epd/result.ts'
import { childPointer } from '../../domain/pointer.ts'
import { JsonNumber } from '../json-number.ts'
import { asObject, type Json, objectAt, textAt } from './fields.ts'
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
      if (indicator === undefined) return []
      const key = { indicator, method }
      return resultsOf(key, pointer, readScopes(asObject(scopes), pointer))
    }),
    unread: places.filter(({ indicator }) => indicator === undefined).map(({ pointer }) => pointer),
    unclear: places.flatMap(({ scopes, pointer }) => noNumbers(asObject(scopes), pointer))
  }
}

interface Measured {
  readonly value: EpdValue
  readonly unit: string
}

interface ResultKey {
  readonly indicator: string
  readonly method: string | null
}

/**
 * One result of each unit: openEPD states it with every figure, and a module in tonnes beside modules
 * in kilograms is not to pass for kilograms. Those after the first are where their first figure is.
 */
function resultsOf(
  { indicator, method }: ResultKey,
  pointer: string,
  measured: readonly Measured[]
): EpdResult[] {
  const units = [...Map.groupBy(measured, ({ unit }) => unit)]
  return units.map(([unit, figures], index) => ({
    indicator,
    ...(method === null ? {} : { method }),
    unit,
    pointer: index === 0 ? pointer : (figures[0]?.value.pointer ?? pointer),
    values: figures.map(({ value }) => value)
  }))
}

function readScopes(scopes: Json, pointer: string): Measured[] {
  const scenarios = Array.isArray(scopes['C_scenarios']) ? scopes['C_scenarios'] : []
  return [
    ...readModules(scopes, null, pointer),
    ...scenarios.flatMap((each, index) => {
      const scenario = asObject(each)
      const name = textAt(scenario, 'name')
      if (name === undefined) return []
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

/** What has something in place of figures: modules without a number, scenarios without a name. */
function noNumbers(scopes: Json, pointer: string): string[] {
  const scenarios = Array.isArray(scopes['C_scenarios']) ? scopes['C_scenarios'] : []
  return [
    ...noNumbersOf(scopes, pointer),
    ...scenarios.flatMap((each, index) => {
      const at = `${pointer}/C_scenarios/${index}`
      const scenario = asObject(each)
      return textAt(scenario, 'name') === undefined ? [at] : noNumbersOf(scenario, at)
    })
  ]
}

/** Null is how openEPD leaves a module out. */
function noNumbersOf(scopes: Json, pointer: string): string[] {
  return Object.entries(scopes).flatMap(([key, measurement]) => {
    if (moduleNamed(key) === undefined || measurement === null) return []
    return asObject(measurement)['mean'] instanceof JsonNumber ? [] : [childPointer(pointer, key)]
  })
}
