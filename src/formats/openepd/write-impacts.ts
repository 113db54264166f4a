import { jsonSpelling } from '../../domain/epd/amount.ts'
import { countedUnit, unitInWords } from '../../domain/epd/counted-unit.ts'
import type { Epd } from '../../domain/epd/epd.ts'
import { methodOf } from '../../domain/epd/method.ts'
import type { EpdResult, EpdValue } from '../../domain/epd/result.ts'
import type { EpdTables } from '../../domain/epd/table.ts'
import { JsonNumber } from '../json-number.ts'
import type { LossReasons } from '../losses.ts'
import { hasScenarios, openEpdMethod, openEpdModule, openEpdPlace } from './keys.ts'

type Json = Record<string, unknown>

export interface WrittenImpacts {
  readonly groups: Readonly<Record<string, Json>>
  /** Why figures have no place, by pointer. */
  readonly reasons: LossReasons
}

/** Every value that openEPD has a place for; nothing is added up, and nothing takes another's place. */
export function writeImpacts(epd: Epd, { indicators, countedUnits }: EpdTables): WrittenImpacts {
  const groups: Record<string, Json> = {}
  const reasons = epd.results.flatMap((result, index): [string, string][] => {
    const method = methodOf(result, epd, indicators)
    const scopes = scopesFor(groups, result, method)
    const pointer = `/results/${index}`
    if (!scopes) return [[pointer, withoutPlace(result, method)]]
    const unit = countedUnit(result, countedUnits)?.openEpd ?? unitInWords(result, countedUnits)
    return result.values.flatMap((value, at): [string, string][] => {
      const message = place(scopes, unit, value)
      return message === null ? [] : [[`${pointer}/values/${at}`, message]]
    })
  })
  return { groups, reasons: Object.fromEntries(reasons) }
}

function withoutPlace({ indicator }: EpdResult, method: string | null): string {
  return openEpdPlace(indicator)
    ? `openEPD does not know the method ${method}.`
    : `openEPD has no key for ${indicator}.`
}

function scopesFor(
  groups: Record<string, Json>,
  { indicator }: EpdResult,
  method: string | null
): Json | null {
  const [group, key] = openEpdPlace(indicator) ?? []
  if (group === undefined || key === undefined) return null
  if (group !== 'impacts') return within(within(groups, group), key)
  const name = openEpdMethod(method)
  return name === undefined ? null : within(within(within(groups, group), name), key)
}

/** The object under a key, made where there is none yet. */
function within(parent: Json, key: string): Json {
  const child = parent[key]
  if (typeof child === 'object' && child !== null) return child as Json
  const made: Json = {}
  parent[key] = made
  return made
}

/** Puts a value where it belongs; says why not otherwise. */
function place(scopes: Json, unit: string, value: EpdValue): string | null {
  const { module, scenario, status, text } = value
  const key = openEpdModule(module)
  if (key === undefined) return `openEPD has no module ${module}.`
  if (status !== 'declared')
    return `openEPD cannot say that ${module} is ${status.replace('_', ' ')}.`
  if (scenario !== null && !hasScenarios(module)) {
    return `openEPD tells scenarios apart in C1 to C4 and D only, and this one is of ${module}.`
  }
  if (scenario !== null && scenario.length > 40) return 'Names of scenarios have 40 characters.'
  const number = jsonNumber(text)
  if (!number) return `openEPD writes numbers, and ${text} is none that JSON can carry.`
  const scope = scenario === null ? scopes : scenarioIn(scopes, scenario)
  if (key in scope) return `There is a value for ${module} already.`
  scope[key] = { mean: number, unit }
  return null
}

function jsonNumber(text: string): JsonNumber | null {
  const spelled = jsonSpelling(text)
  const number = spelled === null ? null : new JsonNumber(spelled)
  return number?.inRange ? number : null
}

function scenarioIn(scopes: Json, name: string): Json {
  const scenarios = (scopes['C_scenarios'] ?? []) as Json[]
  scopes['C_scenarios'] = scenarios
  const found = scenarios.find((each) => each['name'] === name)
  if (found) return found
  const made: Json = { name }
  scenarios.push(made)
  return made
}
