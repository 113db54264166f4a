import type { Weighed } from './mix.ts'
import { type Lineage, WHOLE_MATERIAL } from './share.ts'

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
  /** The most that a process picks up: of more than that, as much as inputs leave open was in those. */
  readonly pickupUg: bigint
  /** No output states it, but it may be there, and has a history of its own. */
  readonly open: boolean
}

/**
 * The inputs, each with its weight in an element, beside what came on top of them (by pick-up, or from nobody
 * knows where). Where that is a part of what was gained, they stand for the rest.
 */
export function weighInputs(
  inputs: readonly LineageInput[],
  element: LineageElement
): { readonly weighed: readonly Weighed<Lineage>[]; readonly surplus: bigint } {
  const { inUg, outUg, unknownUg } = element
  const weighed = byMass(inputs, element)
  if (onTop(element)) return { weighed, surplus: outUg - inUg - wasOpen(inputs, element) }
  if (unknownUg === 0n) return { weighed, surplus: 0n }
  const allUg = weighed.reduce((sum, { weightUg }) => sum + weightUg, 0n)
  if (allUg === 0n) return { weighed, surplus: unknownUg }
  const restUg = outUg - unknownUg
  const scaled = weighed.map((input) => ({ ...input, weightUg: input.weightUg * restUg }))
  return { weighed: scaled, surplus: unknownUg * allUg }
}

/** The inputs weighed by their mass of the element; unassayed inputs stand in for a shortfall. */
function byMass(inputs: readonly LineageInput[], element: LineageElement): Weighed<Lineage>[] {
  if (element.symbol === WHOLE_MATERIAL) {
    return inputs.map((input) => ({ weightUg: input.massUg, shares: input.lineage }))
  }
  if (element.open) return weighMost(inputs, element.symbol)
  const foundUg = wasOpen(inputs, element)
  const openUg = foundUg > 0n ? openIn(inputs, element) : 0n
  const weighed = inputs.map((input) => {
    const stated = input.elements.get(element.symbol)
    if (stated !== undefined) return { weightUg: stated, shares: input.lineage }
    const weightUg = foundUg > 0n ? (foundUg * input.leftOpen(element.symbol)) / openUg : 0n
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

/** What of a surplus was in inputs that do not state the element: no more than they leave open. */
function wasOpen(inputs: readonly LineageInput[], element: LineageElement): bigint {
  const missingUg = element.outUg - element.inUg - element.unknownUg
  if (missingUg <= 0n || (onTop(element) && element.unexplained)) return 0n
  if (element.pickup && missingUg <= element.pickupUg) return 0n
  const openUg = openIn(inputs, element)
  return missingUg < openUg ? missingUg : openUg
}

function openIn(inputs: readonly LineageInput[], { symbol }: LineageElement): bigint {
  const silent = inputs.filter((input) => !input.elements.has(symbol))
  return silent.reduce((sum, input) => sum + input.leftOpen(symbol), 0n)
}

/** True where all that came out in addition came on top of the inputs: by pick-up, or from nobody knows where. */
function onTop({ pickup, unexplained, inUg, outUg }: LineageElement): boolean {
  return (pickup || unexplained) && outUg > inUg
}
