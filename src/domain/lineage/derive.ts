import { originKey, stepKey, UNKNOWN_KEY } from './key.ts'
import type { Weighed } from './mix.ts'
import { mixDistributions, mixTouches } from './mix.ts'
import { once } from './once.ts'
import type { Distribution, Lineage, Touches } from './share.ts'
import { WHOLE } from './share.ts'

/** Stands for the whole material; also answers for elements that were never assayed. */
export const WHOLE_MATERIAL = '*'

/** One input of a transform, as the lineage sees it. */
export interface LineageInput {
  readonly lineage: Lineage
  readonly massUg: bigint
  readonly elements: ReadonlyMap<string, bigint>
  /** The most of an element that the assay leaves open, where it states none. */
  readonly leftOpen: (symbol: string) => bigint
  readonly scrap: ProcessScrap
}

/**
 * What of a process comes back into one: rework returned to whoever made it counts neither as
 * recycled nor against it; scrap that another organization diverted from its waste is pre-consumer.
 */
export type ProcessScrap = 'none' | 'own' | 'foreign'

/** What was done to the inputs. */
export interface Execution {
  readonly facility: string
  readonly place: string
  readonly level: 'documented' | 'counterparty_confirmed' | 'verified'
  /** Legal steps that the stages of the event perform. */
  readonly steps: readonly string[]
}

/** An element that the outputs hold, and how much more of it than the inputs state. */
export interface LineageElement {
  readonly symbol: string
  readonly inUg: bigint
  readonly outUg: bigint
  /** More than the balance can explain: whatever it is, nobody knows where it came from. */
  readonly unexplained: boolean
  /** What was gained though events before it had used the tolerance up: of unknown origin, too. */
  readonly unknownUg: bigint
  /** True where a surplus is process pick-up (from equipment), false where it stays with the inputs. */
  readonly pickup: boolean
  /** No output states it, but it may be there, and has a history of its own. */
  readonly open: boolean
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
    unexplained: false,
    unknownUg: 0n,
    open: false
  }
  const execute = executor(execution)
  for (const element of [...elements, whole]) {
    const { weighed, surplus } = withUnknown(weighInputs(inputs, element), element)
    origins.set(element.symbol, mixOrigins(weighed, element, surplus, execution))
    // Of what may be absent no feed is told.
    if (!element.open) feed.set(element.symbol, mixFeed(weighed, inputs, element.symbol, surplus))
    steps.set(element.symbol, execute(mixSteps(weighed, element.symbol, surplus)))
  }
  return { origins, feed, steps }
}

/** The inputs weighed by their mass of the element; unassayed inputs stand in for a shortfall. */
function weighInputs(inputs: readonly LineageInput[], element: LineageElement): Weighed<Lineage>[] {
  if (element.symbol === WHOLE_MATERIAL) {
    return inputs.map((input) => ({ weightUg: input.massUg, shares: input.lineage }))
  }
  if (element.open) return weighMost(inputs, element.symbol)
  const missing = onTop(element) ? 0n : element.outUg - element.inUg - element.unknownUg
  const silent = inputs.filter((input) => !input.elements.has(element.symbol))
  const openUg = silent.reduce((sum, input) => sum + input.leftOpen(element.symbol), 0n)
  const weighed = inputs.map((input) => {
    const stated = input.elements.get(element.symbol)
    if (stated !== undefined) return { weightUg: stated, shares: input.lineage }
    const open = missing > 0n && openUg > 0n ? input.leftOpen(element.symbol) : 0n
    const weightUg = open > 0n ? (missing * open) / openUg : 0n
    return { weightUg, shares: input.lineage }
  })
  const explained = onTop(element) || weighed.some(({ weightUg }) => weightUg > 0n)
  return explained ? weighed : lastKnown(inputs, element.symbol)
}

/**
 * Of an element that nobody states afterwards: by what may be in each input. Where one states it, that says
 * nothing of how much is in the others, and what may hold it counts by its mass, as the whole material does.
 */
function weighMost(inputs: readonly LineageInput[], symbol: string): Weighed<Lineage>[] {
  const stated = inputs.some(({ elements }) => (elements.get(symbol) ?? 0n) > 0n)
  return inputs.map(({ elements, leftOpen, lineage, massUg }) => {
    const mostUg = elements.get(symbol) ?? leftOpen(symbol)
    return { weightUg: stated && mostUg > 0n ? massUg : mostUg, shares: lineage }
  })
}

/**
 * A campaign may give a little more than it was fed, within the tolerance: then nothing is left by
 * its books, and what comes out all the same is of what was last in it.
 */
function lastKnown(inputs: readonly LineageInput[], symbol: string): Weighed<Lineage>[] {
  return inputs.map(({ lineage, massUg }) => ({
    weightUg: lineage.origins.has(symbol) ? massUg : 0n,
    shares: lineage
  }))
}

/** True where all that came out in addition came on top of the inputs: by pick-up, or from nobody knows where. */
function onTop({ pickup, unexplained, inUg, outUg }: LineageElement): boolean {
  return (pickup || unexplained) && outUg > inUg
}

/** The inputs beside what came on top of them. Where that is a part of what was gained, they stand for the rest. */
function withUnknown(
  weighed: readonly Weighed<Lineage>[],
  element: LineageElement
): { readonly weighed: readonly Weighed<Lineage>[]; readonly surplus: bigint } {
  const { inUg, outUg, unknownUg } = element
  if (onTop(element)) return { weighed, surplus: outUg - inUg }
  if (unknownUg === 0n) return { weighed, surplus: 0n }
  const allUg = weighed.reduce((sum, { weightUg }) => sum + weightUg, 0n)
  if (allUg === 0n) return { weighed, surplus: unknownUg }
  const restUg = outUg - unknownUg
  const scaled = weighed.map((input) => ({ ...input, weightUg: input.weightUg * restUg }))
  return { weighed: scaled, surplus: unknownUg * allUg }
}

function mixOrigins(
  inputs: readonly Weighed<Lineage>[],
  { symbol, pickup, unexplained }: LineageElement,
  surplusUg: bigint,
  execution: Execution
): Distribution {
  const parts = inputs.map((input) => ({
    weightUg: input.weightUg,
    shares: originsOf(input.shares, symbol)
  }))
  if (surplusUg > 0n) {
    const key = originKey({ kind: 'pickup', party: execution.facility, place: execution.place })
    const shares = pickup && !unexplained ? [{ key, parts: WHOLE }] : UNKNOWN
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
