import { originKey, stepKey, UNKNOWN_KEY } from './key.ts'
import type { Weighed } from './mix.ts'
import { mixDistributions, mixTouches } from './mix.ts'
import { once } from './once.ts'
import type { Distribution, Lineage, Touches } from './share.ts'
import { WHOLE, WHOLE_MATERIAL } from './share.ts'
import {
  type LineageElement,
  type LineageInput,
  type ProcessScrap,
  weighInputs
} from './weigh-inputs.ts'

/** What was done to the inputs. */
export interface Execution {
  readonly facility: string
  readonly place: string
  readonly level: 'documented' | 'counterparty_confirmed' | 'verified'
  /** Legal steps that the stages of the event perform. */
  readonly steps: readonly string[]
}

const PRIMARY: Distribution = [{ key: 'primary', parts: WHOLE }]
const REWORK: Distribution = [{ key: 'same_process', parts: WHOLE }]
const UNKNOWN: Distribution = [{ key: UNKNOWN_KEY, parts: WHOLE }]
const NEVER: Touches = { none: WHOLE, parts: [] }

/** Nothing is known of where the material came from. */
export const UNKNOWN_LINEAGE: Lineage = {
  origins: new Map([[WHOLE_MATERIAL, UNKNOWN]]),
  feed: new Map([[WHOLE_MATERIAL, PRIMARY]]),
  steps: new Map([[WHOLE_MATERIAL, new Map()]])
}

/**
 * The lineage that all outputs of a transform share: per element the mass-weighted mean of the
 * inputs, then the steps of this event put on top. Earlier executions are never erased.
 */
export function transformLineage(
  inputs: readonly LineageInput[],
  elements: readonly LineageElement[],
  execution: Execution
): Lineage {
  const origins = new Map<string, Distribution>()
  const feed = new Map<string, Distribution>()
  const steps = new Map<string, ReadonlyMap<string, Touches>>()
  const whole: LineageElement = {
    symbol: WHOLE_MATERIAL,
    inUg: 0n,
    outUg: 0n,
    pickup: false,
    pickupUg: 0n,
    unexplained: false,
    unknownUg: 0n,
    open: false
  }
  const execute = executor(execution)
  for (const element of [...elements, whole]) {
    const { weighed, surplus } = weighInputs(inputs, element)
    origins.set(element.symbol, mixOrigins(weighed, element, surplus, execution))
    // Of what may be absent no feed is told.
    if (!element.open) feed.set(element.symbol, mixFeed(weighed, inputs, element.symbol, surplus))
    steps.set(element.symbol, execute(mixSteps(weighed, element.symbol, surplus)))
  }
  return { origins, feed, steps }
}

function mixOrigins(
  inputs: readonly Weighed<Lineage>[],
  { symbol, pickup, pickupUg, unexplained }: LineageElement,
  surplusUg: bigint,
  execution: Execution
): Distribution {
  const parts = inputs.map((input) => ({
    weightUg: input.weightUg,
    shares: originsOf(input.shares, symbol)
  }))
  if (surplusUg > 0n) {
    const key = originKey({ kind: 'pickup', party: execution.facility, place: execution.place })
    const shares =
      pickup && !unexplained && surplusUg <= pickupUg ? [{ key, parts: WHOLE }] : UNKNOWN
    parts.push({ weightUg: surplusUg, shares })
  }
  return parts.some((part) => part.weightUg > 0n) ? mixDistributions(parts) : UNKNOWN
}

function mixFeed(
  weighed: readonly Weighed<Lineage>[],
  inputs: readonly LineageInput[],
  symbol: string,
  surplusUg: bigint
): Distribution {
  const parts = weighed.map(({ weightUg, shares }, index) => ({
    weightUg,
    shares: fedAs(inputs[index]?.scrap ?? 'none', lookUp(shares.feed, symbol) ?? PRIMARY)
  }))
  if (surplusUg > 0n) parts.push({ weightUg: surplusUg, shares: PRIMARY })
  return parts.some((part) => part.weightUg > 0n) ? mixDistributions(parts) : PRIMARY
}

function fedAs(scrap: ProcessScrap, feed: Distribution): Distribution {
  if (scrap === 'none') return feed
  if (scrap === 'own') return REWORK
  const kept = feed.filter(({ key }) => key === 'post_consumer')
  const rest = WHOLE - kept.reduce((sum, { parts }) => sum + parts, 0)
  return rest === 0 ? kept : [...kept, { key: 'pre_consumer', parts: rest }]
}

function mixSteps(inputs: readonly Weighed<Lineage>[], symbol: string, surplusUg: bigint): StepMap {
  const maps: StepMap[] = inputs.map((input) => lookUp(input.shares.steps, symbol) ?? new Map())
  const only = surplusUg > 0n ? undefined : onlyMap(inputs, maps)
  if (only !== undefined) return only
  // What weighs nothing tells of no steps.
  const names = new Set(
    maps.flatMap((map, index) => ((inputs[index]?.weightUg ?? 0n) > 0n ? [...map.keys()] : []))
  )
  const mixed = new Map<string, Touches>()
  for (const name of names) {
    const parts = inputs.map((input, index) => ({
      weightUg: input.weightUg,
      shares: maps[index]?.get(name) ?? NEVER
    }))
    if (surplusUg > 0n) parts.push({ weightUg: surplusUg, shares: NEVER })
    if (parts.some((part) => part.weightUg > 0n)) mixed.set(name, mixTouches(parts))
  }
  return mixed
}

type StepMap = ReadonlyMap<string, Touches>

/** What all that weighs anything has in common: there is nothing to mix. */
function onlyMap(inputs: readonly Weighed<Lineage>[], maps: readonly StepMap[]) {
  let only: StepMap | undefined
  for (const [index, { weightUg }] of inputs.entries()) {
    const map = maps[index]
    if (weightUg === 0n || map === only) continue
    if (only !== undefined) return undefined
    only = map
  }
  return only
}

/**
 * Puts the steps of an execution on top of others: all of the material has now been through them
 * here. Elements that were never separated share what they went through, and go on sharing it: what
 * is the same before is the same afterwards, made once and packed once.
 */
function executor(execution: Execution): (steps: StepMap) => StepMap {
  const key = stepKey({
    party: execution.facility,
    place: execution.place,
    source: 'recorded',
    level: execution.level
  })
  const touched = once((before: Touches): Touches => {
    const others = before.parts.filter((part) => part.key !== key)
    const parts = [...others, { key, parts: WHOLE }]
    return { none: 0, parts: parts.sort((a, b) => (a.key < b.key ? -1 : 1)) }
  })
  return once((steps) => {
    const after = new Map([...steps].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const step of execution.steps) after.set(step, touched(steps.get(step) ?? NEVER))
    return after
  })
}

function originsOf(lineage: Lineage, symbol: string): Distribution {
  return lookUp(lineage.origins, symbol) ?? UNKNOWN
}

function lookUp<Value>(map: ReadonlyMap<string, Value>, symbol: string): Value | undefined {
  return map.get(symbol) ?? map.get(WHOLE_MATERIAL)
}
