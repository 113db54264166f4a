import type { RecycledClaim } from '../../domain/custody/event.ts'
import { countryOf, parseOriginKey } from '../../domain/lineage/key.ts'
import type { FeedClass } from '../../domain/lineage/recycled.ts'
import { recycledShares } from '../../domain/lineage/recycled.ts'
import type { Distribution } from '../../domain/lineage/share.ts'
import { WHOLE } from '../../domain/lineage/share.ts'
import { shareFraction } from '../../domain/lineage/share-text.ts'
import { formatKg } from '../../domain/quantity/mass.ts'
import type { Rational } from '../../domain/quantity/rational.ts'
import { formatDecimal } from '../../domain/quantity/rational.ts'
import { readLineage } from '../../storage/books/lineage.ts'
import type { Deps, Principal } from '../deps.ts'
import type { Stamp } from '../moment.ts'
import type { BatchQuestion } from './trace-question.ts'
import { inquire } from './trace-question.ts'
import { noSuchBatch } from './trace-standing.ts'

/** Regulation (EU) 2024/1252, Art. 29(1): the elements whose recycled share is published. */
const CRMA_29 = ['Nd', 'Dy', 'Pr', 'Tb', 'B', 'Sm', 'Ni', 'Co']

export interface RecycledElement {
  readonly element: string
  /** Kilograms, exact; null where the element was not assayed. */
  readonly totalKg: string | null
  /** Six places, of the mass less the rework; null where the element is not in the batch. */
  readonly postConsumerShare: string | null
  readonly preConsumerShare: string | null
  /** Exact fractions of all of the element's mass; they add up to 1. */
  readonly feed: Readonly<Record<FeedClass, string>> | null
  /** Where the scrap arose. */
  readonly scrapFrom: readonly ScrapSource[]
}

export interface ScrapSource {
  readonly kind: 'post_consumer' | 'pre_consumer'
  /** ISO 3166-1 alpha-2; null where nobody told. */
  readonly country: string | null
  readonly share: string
}

export interface RecycledAnswer extends Stamp {
  readonly batch: string
  readonly status: string
  readonly custodyModel: string
  /** False where the batch is suspect or contested, or the claim is not of the physical material. */
  readonly verified: boolean
  readonly elements: readonly RecycledElement[]
  /** As the maker claims; the books accept no more than they compute. */
  readonly claimed: readonly RecycledClaim[]
}

/**
 * What of each element was recovered from waste: post-consumer and pre-consumer apart, rework out of
 * both. For the elements of CRMA Art. 29 and all others that are traced. Throws `NOT_FOUND`.
 */
export function traceRecycled(
  deps: Deps,
  principal: Principal,
  question: BatchQuestion
): Promise<RecycledAnswer> {
  return inquire(deps, principal, question, async ({ tx, stamp, batch }) => {
    const known = await readLineage(tx, batch.id, stamp.position)
    if (!known) throw noSuchBatch(batch.id)
    const { lineage } = known
    const traced = [...lineage.feed.keys()].filter((element) => batch.elements.has(element))
    const elements = [...new Set([...CRMA_29, ...traced.sort()])]
    const physical = !['mass_balance', 'book_and_claim'].includes(batch.custodyModel)
    return {
      batch: batch.id,
      ...stamp,
      status: batch.status,
      custodyModel: batch.custodyModel,
      verified: batch.status === 'clear' && physical,
      elements: elements.map((element) => {
        const shares = recycledShares(lineage, element)
        return {
          element,
          totalKg: kilograms(batch.elements.get(element)),
          postConsumerShare: shareText(shares?.postConsumer),
          preConsumerShare: shareText(shares?.preConsumer),
          feed: shares && feedText(shares.parts),
          scrapFrom: scrapOf(lineage.origins.get(element) ?? [])
        }
      }),
      claimed: batch.declaration.claimedRecycled
    }
  })
}

function kilograms(ug: bigint | undefined): string | null {
  return ug === undefined ? null : formatKg(ug)
}

function shareText(share: Rational | null | undefined): string | null {
  return share ? formatDecimal(share, 6) : null
}

function feedText(parts: Readonly<Record<FeedClass, number>>) {
  return {
    primary: shareFraction(parts.primary),
    post_consumer: shareFraction(parts.post_consumer),
    pre_consumer: shareFraction(parts.pre_consumer),
    same_process: shareFraction(parts.same_process)
  }
}

function scrapOf(origins: Distribution): ScrapSource[] {
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
