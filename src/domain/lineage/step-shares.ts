import type { EvidenceLevel } from '../custody/event.ts'
import type { StepTable } from '../custody/table.ts'
import { countryOf, parseStepKey } from './key.ts'
import type { Basis } from './origin-shares.ts'
import type { Lineage, Part, Touches } from './share.ts'
import { WHOLE, WHOLE_MATERIAL } from './share.ts'

/**
 * The part of an element's mass that went through a step in one country. Material may pass a step
 * more than once, so places may overlap; then the part lies between two bounds, else they are equal.
 */
export interface StepPlace {
  readonly country: string | null
  readonly basis: Exclude<Basis, 'unknown'>
  readonly level: EvidenceLevel
  readonly atLeast: number
  readonly atMost: number
}

/** One step of one element. `unknownParts` is the part for which no execution is known. */
export interface StepShares {
  readonly element: string
  readonly step: string
  readonly places: readonly StepPlace[]
  readonly unknownParts: number
}

/**
 * Steps by country, in the order of the table: every step that the element is known to have been
 * through, and every one that a regulation asks about, so that what is unknown is visible. A step of
 * the whole is told of the whole alone until some of the material is known to have been through it.
 */
export function stepShares(
  steps: Lineage['steps'],
  table: StepTable,
  rareEarths: ReadonlySet<string>,
  element?: string
): readonly StepShares[] {
  const asked = [...steps].filter(([symbol]) => element === undefined || symbol === element)
  const begun = new Set([...steps.values()].flatMap((touched) => [...touched.keys()]))
  const partOfWhole = ({ id, requiredFor }: StepTable[number], symbol: string) =>
    requiredFor.includes(WHOLE_MATERIAL) &&
    begun.has(id) &&
    table.some((step) => asks(step.requiredFor, symbol, rareEarths))
  return asked
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([symbol, touched]) =>
      table
        .filter(
          (step) =>
            touched.has(step.id) ||
            (asks(step.requiredFor, symbol, rareEarths) && !step.ifDone) ||
            partOfWhole(step, symbol)
        )
        .map((step) => ({
          element: symbol,
          step: step.id,
          ...placesOf(touched.get(step.id) ?? { none: WHOLE, parts: [] })
        }))
    )
}

/** True when the step is asked of this element: by symbol, as a rare earth, or for the whole. */
export function asks(
  requiredFor: readonly string[],
  symbol: string,
  rareEarths: ReadonlySet<string>
): boolean {
  if (requiredFor.includes(symbol)) return true
  return symbol !== WHOLE_MATERIAL && requiredFor.includes('REE') && rareEarths.has(symbol)
}

interface Sum {
  readonly country: string | null
  readonly basis: Exclude<Basis, 'unknown'>
  readonly level: EvidenceLevel
  readonly sum: number
  readonly most: number
}

/** Touch shares are rounded down at every mixing; less than 10^-9 is not an overlap but rounding. */
const ROUNDING = 1000

/**
 * Touches that add up to exactly the whole where no material passed the step twice: what rounding took
 * goes to the largest part, as it does in origins. Where parts overlap they stay as they are.
 */
export function settled(touches: Touches): Touches {
  const { none, parts } = touches
  const missing = WHOLE - none - parts.reduce((sum, part) => sum + part.parts, 0)
  const [first] = parts
  if (first === undefined || missing === 0 || Math.abs(missing) > ROUNDING) return touches
  const largest = parts.reduce((most, part) => (comesBefore(part, most) ? part : most), first)
  return {
    none,
    parts: parts.map((part) => (part === largest ? { ...part, parts: part.parts + missing } : part))
  }
}

function comesBefore(part: Part, other: Part): boolean {
  return part.parts > other.parts || (part.parts === other.parts && part.key < other.key)
}

function placesOf(stored: Touches): Pick<StepShares, 'places' | 'unknownParts'> {
  const touches = settled(stored)
  const groups = [...grouped(touches).values()].sort(largestFirst)
  const done = WHOLE - touches.none
  const total = groups.reduce((sum, group) => sum + group.sum, 0)
  const places = groups.map(({ country, basis, level, sum, most }): StepPlace => {
    if (total === done) return { country, basis, level, atLeast: sum, atMost: sum }
    // What no other place accounts for must have been here.
    const alone = done - (total - sum)
    const atMost = Math.max(most, Math.min(sum, done))
    return { country, basis, level, atLeast: Math.min(atMost, Math.max(most, alone)), atMost }
  })
  return { places, unknownParts: touches.none }
}

function grouped(touches: Touches): ReadonlyMap<string, Sum> {
  const groups = new Map<string, Sum>()
  for (const { key, parts } of touches.parts) {
    const { place, source, level } = parseStepKey(key)
    const country = place === '' ? null : countryOf(place)
    const group = `${country}|${source}|${level}`
    const known = groups.get(group) ?? { country, basis: source, level, sum: 0, most: 0 }
    groups.set(group, { ...known, sum: known.sum + parts, most: Math.max(known.most, parts) })
  }
  return groups
}

function largestFirst(a: Sum, b: Sum): number {
  return b.sum - a.sum || (textOf(a) < textOf(b) ? -1 : 1)
}

function textOf(group: Sum): string {
  return `${group.country}|${group.basis}|${group.level}`
}
