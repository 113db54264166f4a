import type { Origin, OriginKind } from './key.ts'
import { countryOf, parseOriginKey } from './key.ts'
import type { Distribution, Lineage } from './share.ts'

/** How the registry knows: from these books, from what a commission told, or not at all. */
export type Basis = 'recorded' | 'declared' | 'unknown'

/** A part of an element's mass in a batch that comes from one place. */
export interface OriginShare {
  readonly kind: Exclude<OriginKind, 'unknown'>
  readonly basis: Exclude<Basis, 'unknown'>
  /** ISO 3166-1 alpha-2; null where only the kind is known. */
  readonly country: string | null
  /** ISO 3166-2, when parties are told apart and the subdivision is known. */
  readonly region: string | null
  /** Facility, else the organization that told it; null when not asked for or withheld. */
  readonly party: string | null
  /** True where there is a party that the reader may not know. */
  readonly withheld: boolean
  readonly parts: number
}

/** Where one element comes from: shares and `unknownParts` add up to exactly WHOLE. */
export interface ElementOrigins {
  readonly element: string
  readonly shares: readonly OriginShare[]
  readonly unknownParts: number
  /** Feed classes: primary, post_consumer, pre_consumer, same_process; they add up to WHOLE too. */
  readonly feed: Distribution
}

/** `null`: by country only. Otherwise parties are told apart as far as the reader may know them. */
export type PartySight = null | ((party: string) => boolean)

/**
 * Origins by country, or by party, largest share first. Keys that the reader cannot tell apart are
 * added up, so nothing is lost by withholding a name. `element` narrows the answer to one element.
 */
export function originShares(
  lineage: Pick<Lineage, 'origins' | 'feed'>,
  seesParty: PartySight,
  element?: string
): readonly ElementOrigins[] {
  const asked = [...lineage.origins].filter(
    ([symbol]) => element === undefined || symbol === element
  )
  return asked
    .map(([symbol, distribution]) => ({
      element: symbol,
      ...split(distribution, seesParty),
      feed: lineage.feed.get(symbol) ?? []
    }))
    .sort((a, b) => (a.element < b.element ? -1 : 1))
}

function split(distribution: Distribution, seesParty: PartySight) {
  const sums = new Map<string, OriginShare>()
  let unknownParts = 0
  for (const { key, parts } of distribution) {
    const share = shareOf(parseOriginKey(key), parts, seesParty)
    if (share === null) {
      unknownParts += parts
      continue
    }
    const group = `${share.kind}|${share.region ?? share.country}|${share.party}|${share.withheld}`
    const known = sums.get(group)
    sums.set(group, known ? { ...known, parts: known.parts + parts } : share)
  }
  return { shares: [...sums.values()].sort(largestFirst), unknownParts }
}

function shareOf(origin: Origin, parts: number, seesParty: PartySight): OriginShare | null {
  const { kind, party, place } = origin
  if (kind === 'unknown') return null
  const seen = seesParty !== null && party !== '' && seesParty(party)
  return {
    kind,
    basis: kind === 'declared' ? 'declared' : 'recorded',
    country: place === '' ? null : countryOf(place),
    region: seesParty !== null && place.length > 2 ? place : null,
    party: seen ? party : null,
    withheld: seesParty !== null && party !== '' && !seen,
    parts
  }
}

function largestFirst(a: OriginShare, b: OriginShare): number {
  return b.parts - a.parts || (textOf(a) < textOf(b) ? -1 : 1)
}

function textOf(share: OriginShare): string {
  return `${share.country}|${share.region}|${share.kind}|${share.party}`
}
