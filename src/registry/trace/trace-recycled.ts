import type { RecycledClaim } from '../../domain/custody/event.ts'
import type { FeedClass } from '../../domain/lineage/recycled.ts'
import { recycledShares } from '../../domain/lineage/recycled.ts'
import { type ScrapSource, scrapSources } from '../../domain/lineage/scrap-sources.ts'
import { shareFraction } from '../../domain/lineage/share-text.ts'
import { formatKg } from '../../domain/quantity/mass.ts'
import type { Rational } from '../../domain/quantity/rational.ts'
import { formatDecimal } from '../../domain/quantity/rational.ts'
import { unverifiedBecause } from '../../domain/regulation/verified.ts'
import { readLineage } from '../../storage/books/lineage.ts'
import type { Deps, Principal } from '../deps.ts'
import type { Stamp } from '../moment.ts'
import type { BatchQuestion } from './trace-question.ts'
import { inquire } from './trace-question.ts'
import { noSuchBatch } from './trace-standing.ts'

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
    const elements = [...new Set([...deps.reference.regulations.crma29.elements, ...traced.sort()])]
    return {
      batch: batch.id,
      ...stamp,
      status: batch.status,
      custodyModel: batch.custodyModel,
      verified: unverifiedBecause(batch.status, batch.custodyModel) === null,
      elements: elements.map((element) => {
        const shares = recycledShares(lineage, element)
        return {
          element,
          totalKg: kilograms(batch.elements.get(element)),
          postConsumerShare: shareText(shares?.postConsumer),
          preConsumerShare: shareText(shares?.preConsumer),
          feed: shares && feedText(shares.parts),
          scrapFrom: scrapSources(lineage.origins.get(element) ?? [])
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
