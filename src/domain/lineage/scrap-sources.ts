import { countryOf, parseOriginKey } from './key.ts'
import type { Distribution } from './share.ts'
import { WHOLE } from './share.ts'
import { shareFraction } from './share-text.ts'

/** Where scrap arose that an element was recovered from. */
export interface ScrapSource {
  readonly kind: 'post_consumer' | 'pre_consumer'
  /** ISO 3166-1 alpha-2; null where nobody told. */
  readonly country: string | null
  /** Exact decimal fraction of the mass of the element. */
  readonly share: string
}

/** The scrap among the origins of an element, by kind and country. */
export function scrapSources(origins: Distribution): readonly ScrapSource[] {
  const sums = new Map<string, number>()
  for (const { key, parts } of origins) {
    const { kind, place } = parseOriginKey(key)
    if (kind !== 'post_consumer' && kind !== 'pre_consumer') continue
    const name = `${kind} ${countryOf(place)}`
    sums.set(name, Math.min(WHOLE, (sums.get(name) ?? 0) + parts))
  }
  return [...sums].sort().map(([name, parts]) => {
    const [kind, country] = name.split(' ')
    return {
      kind: kind as ScrapSource['kind'],
      country: country || null,
      share: shareFraction(parts)
    }
  })
}
