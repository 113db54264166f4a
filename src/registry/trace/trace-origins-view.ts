import type { ElementOrigins, OriginShare } from '../../domain/lineage/origin-shares.ts'
import { shareFraction } from '../../domain/lineage/share-text.ts'
import type { StepShares } from '../../domain/lineage/step-shares.ts'
import type { Named } from '../../domain/lineage/tree.ts'

/** Decimal fractions with up to 12 digits, exact: of each element they add up to exactly 1. */
export interface OriginLine {
  readonly kind: string
  readonly basis: 'recorded' | 'declared'
  readonly country: string | null
  readonly region?: string | null
  /** By facility: who, with its name; null where there is none or it is withheld. */
  readonly party?: Named | null
  readonly withheld?: boolean
  readonly share: string
}

export interface ElementView {
  /** Symbol; `*` is the whole material and answers for what was never assayed. */
  readonly element: string
  readonly shares: readonly OriginLine[]
  /** The part of which nobody knows where it comes from. */
  readonly unknown: string
  /** Feed class -> share: primary, post_consumer, pre_consumer, same_process. */
  readonly feed: Readonly<Record<string, string>>
}

export interface StepLine {
  readonly country: string | null
  readonly basis: 'recorded' | 'declared'
  readonly level: string
  /** Equal to `atMost` unless material passed the step more than once. */
  readonly atLeast: string
  readonly atMost: string
}

export interface StepView {
  readonly element: string
  readonly step: string
  readonly places: readonly StepLine[]
  /** The part for which no execution of the step is known. */
  readonly unknown: string
}

/** Shares of an answer: `elements` by country or facility, `steps` by step. */
export interface OriginsView {
  readonly elements?: readonly ElementView[]
  readonly steps?: readonly StepView[]
}

export function originsView(elements: readonly ElementOrigins[]): OriginsView {
  const lines = new Map<ElementOrigins['shares'], readonly OriginLine[]>()
  for (const { shares } of elements)
    if (!lines.has(shares)) lines.set(shares, shares.map(originLine))
  return {
    elements: elements.map(({ element, shares, unknownParts, feed }) => ({
      element,
      shares: lines.get(shares) ?? [],
      unknown: shareFraction(unknownParts),
      feed: Object.fromEntries(feed.map(({ key, parts }) => [key, shareFraction(parts)]))
    }))
  }
}

function originLine(of: OriginShare): OriginLine {
  const { kind, basis, country, region, party, withheld } = of
  const share = shareFraction(of.parts)
  if (party === null && !withheld) return { kind, basis, country, share }
  const who = party === null ? null : { id: party, name: null }
  return { kind, basis, country, region, party: who, withheld, share }
}

export function stepsView(steps: readonly StepShares[]): OriginsView {
  return {
    steps: steps.map(({ element, step, places, unknownParts }) => ({
      element,
      step,
      places: places.map(({ country, basis, level, atLeast, atMost }) => ({
        country,
        basis,
        level,
        atLeast: shareFraction(atLeast),
        atMost: shareFraction(atMost)
      })),
      unknown: shareFraction(unknownParts)
    }))
  }
}
