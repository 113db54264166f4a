import type { EpdResult, EpdValue } from '../../domain/epd/result.ts'
import { childPointer } from '../../domain/pointer.ts'
import { JsonNumber } from '../json-number.ts'
import { isObject, type Json } from '../json-object.ts'
import { asObject, objectAt, objectsAt, textAt } from './fields.ts'
import { indicatorAt, methodNamed, moduleNamed } from './keys.ts'
import { lookAt } from './watch-json.ts'

export interface ReadImpacts {
  readonly results: readonly EpdResult[]
  /** Pointers of figures that openEPD does not define, or that we do not know. */
  readonly unread: readonly string[]
  /** Pointers of figures that are no numbers. */
  readonly unclear: readonly string[]
  /** Pointers of figures of modules that openEPD does not have. */
  readonly elsewhere: readonly string[]
}

/** All measurements of a document. */
export function readImpacts(document: Json): ReadImpacts {
  const places = setsOf(document).flatMap(({ group, method, set, pointer }) =>
    Object.keys(set)
      .filter((key) => key !== 'ext' && lookAt(set, key) !== null)
      .map((key) => ({
        indicator: indicatorAt(group, key, method) ?? alias(group, key, set),
        method,
        pointer: childPointer(pointer, key),
        isSet: isObject(lookAt(set, key)),
        scopes: objectAt(set, key)
      }))
  )
  const sets = places.flatMap(({ scopes, pointer }) => scopeSetsOf(scopes, pointer))
  return {
    results: places.flatMap(({ indicator, method, pointer, scopes }) => {
      if (indicator === undefined) return []
      const measured = scopeSetsOf(scopes, pointer).flatMap(readModules)
      return resultsOf({ indicator, method }, pointer, measured)
    }),
    unread: places
      .filter(({ indicator, isSet }) => isSet && indicator === undefined)
      .map(({ pointer }) => pointer),
    unclear: sets.flatMap(noNumbers),
    elsewhere: sets.flatMap(noModules)
  }
}

/** openEPD says that `ep` means the same as `ep-marine`; where both are stated the latter stands. */
function alias(group: string, key: string, set: Json): string | undefined {
  if (group !== 'impacts' || key !== 'ep' || (lookAt(set, 'ep-marine') ?? null) !== null) {
    return undefined
  }
  return indicatorAt(group, 'ep-marine', null)
}

/** The sets of impacts by method, and the two that need none. */
function setsOf(document: Json) {
  const impacts = objectAt(document, 'impacts')
  return [
    ...Object.keys(impacts).map((name) => ({
      group: 'impacts' as const,
      method: methodNamed(name),
      set: objectAt(impacts, name),
      pointer: childPointer('', 'impacts', name)
    })),
    ...(['resource_uses', 'output_flows'] as const).map((group) => ({
      group,
      method: null,
      set: objectAt(document, group),
      pointer: `/${group}`
    }))
  ]
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

/** Figures by module, of all scenarios or of one; undefined where a scenario has no name. */
interface ScopeSet {
  readonly scopes: Json
  readonly scenario: string | null | undefined
  readonly pointer: string
}

const SCENARIOS = 'C_scenarios'

function scopeSetsOf(scopes: Json, pointer: string): ScopeSet[] {
  return [
    { scopes, scenario: null, pointer },
    ...objectsAt(scopes, SCENARIOS).map((each, index) => ({
      scopes: each,
      scenario: textAt(each, 'name'),
      pointer: `${pointer}/${SCENARIOS}/${index}`
    }))
  ]
}

function readModules({ scopes, scenario, pointer }: ScopeSet): Measured[] {
  if (scenario === undefined) return []
  return Object.keys(scopes).flatMap((key) => {
    const module = moduleNamed(key)
    if (module === undefined) return []
    const { mean, unit } = asObject(scopes[key])
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

/** What has something in place of a figure, and scenarios without a name. Null leaves a module out. */
function noNumbers({ scopes, scenario, pointer }: ScopeSet): string[] {
  if (scenario === undefined) return [pointer]
  return Object.keys(scopes).flatMap((key) => {
    if (moduleNamed(key) === undefined || lookAt(scopes, key) === null) return []
    return asObject(scopes[key])['mean'] instanceof JsonNumber ? [] : [childPointer(pointer, key)]
  })
}

/** What openEPD has beside modules: it says how long a use lasts, and how likely a scenario is. */
const BESIDE = /^(C_scenarios|ext|name|likelihood|B[1-7]_years)$/

function noModules({ scopes, scenario, pointer }: ScopeSet): string[] {
  if (scenario === undefined) return []
  return Object.keys(scopes)
    .filter((key) => moduleNamed(key) === undefined && !BESIDE.test(key))
    .filter((key) => lookAt(scopes, key) !== null)
    .map((key) => childPointer(pointer, key))
}
