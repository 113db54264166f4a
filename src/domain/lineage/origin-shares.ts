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
 * Elements that share a distribution get the same `shares`.
 */
export function originShares(
  lineage: Pick<Lineage, 'origins' | 'feed'>,
  seesParty: PartySight,
  element?: string
): readonly ElementOrigins[] {
  const splitter = new Splitter(seesParty)
  const answers: ElementOrigins[] = []
  for (const [symbol, distribution] of lineage.origins) {
    if (element !== undefined && symbol !== element) continue
    const feed = lineage.feed.get(symbol) ?? []
    answers.push({ element: symbol, ...splitter.split(distribution), feed })
  }
  return answers.sort((a, b) => (a.element < b.element ? -1 : 1))
}

type Group = Omit<OriginShare, 'parts'> & { readonly text: string }
type Split = Pick<ElementOrigins, 'shares' | 'unknownParts'>

/** The elements of a batch mostly share their keys and often their distributions: read each once. */
class Splitter {
  readonly #seesParty: PartySight
  /** Null for the part that is unknown. */
  readonly #groups = new Map<string, Group | null>()
  readonly #byText = new Map<string, Group>()
  readonly #splits = new Map<Distribution, Split>()

  constructor(seesParty: PartySight) {
    this.#seesParty = seesParty
  }

  split(distribution: Distribution): Split {
    const known = this.#splits.get(distribution)
    if (known) return known
    const sums = new Map<Group, number>()
    let unknownParts = 0
    for (const { key, parts } of distribution) {
      const group = this.#groupOf(key)
      if (group === null) unknownParts += parts
      else sums.set(group, (sums.get(group) ?? 0) + parts)
    }
    const shares = [...sums]
      .sort(([a, left], [b, right]) => right - left || (a.text < b.text ? -1 : 1))
      .map(([{ text: _text, ...group }, parts]) => ({ ...group, parts }))
    const split = { shares, unknownParts }
    this.#splits.set(distribution, split)
    return split
  }

  #groupOf(key: string): Group | null {
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    const made = groupOf(parseOriginKey(key), this.#seesParty)
    const group = made && (this.#byText.get(made.text) ?? made)
    if (group) this.#byText.set(group.text, group)
    this.#groups.set(key, group)
    return group
  }
}

function groupOf({ kind, party, place }: Origin, seesParty: PartySight): Group | null {
  if (kind === 'unknown') return null
  const country = place === '' ? null : countryOf(place)
  const region = seesParty !== null && place.length > 2 ? place : null
  const seen = seesParty !== null && party !== '' && seesParty(party)
  const withheld = seesParty !== null && party !== '' && !seen
  const basis = kind === 'declared' ? 'declared' : 'recorded'
  const text = `${country}|${region}|${kind}|${seen ? party : ''}|${withheld}`
  return { kind, basis, country, region, party: seen ? party : null, withheld, text }
}
