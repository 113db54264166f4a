import { type Rational, rational } from '../quantity/rational.ts'
import type { Distribution, Lineage } from './share.ts'
import { WHOLE } from './share.ts'

/** Classes of feed; what is none of the others is primary (EN 45557). */
export const FEED_CLASSES = ['primary', 'post_consumer', 'pre_consumer', 'same_process'] as const

export type FeedClass = (typeof FEED_CLASSES)[number]

/** Parts of WHOLE of all of an element's mass. */
export type FeedParts = Readonly<Record<FeedClass, number>>

/** What of an element is recycled; fractions of its mass less the rework of the same process. */
export interface RecycledShares {
  /** Null where nothing but rework is left. */
  readonly postConsumer: Rational | null
  readonly preConsumer: Rational | null
  /** Of all of its mass, with what counts neither above nor below the line. */
  readonly parts: FeedParts
}

/**
 * Recycled shares of one element: post-consumer and pre-consumer apart, rework that returned to the
 * process that it arose in left out of both numerator and denominator (ISO 14021, EN 45557, and
 * Regulation (EU) 2024/1252 Art. 29, which asks for post-consumer alone). Null for an element whose
 * feed the lineage does not know: it is not in the batch.
 */
export function recycledShares(lineage: Pick<Lineage, 'feed'>, element: string) {
  const feed = lineage.feed.get(element)
  return feed ? sharesOf(feed) : null
}

/** The classes of a feed; what it does not name is primary. */
export function feedParts(feed: Distribution): FeedParts {
  const of = (name: FeedClass) => feed.find(({ key }) => key === name)?.parts ?? 0
  const [post_consumer, pre_consumer, same_process] = [
    of('post_consumer'),
    of('pre_consumer'),
    of('same_process')
  ]
  const primary = WHOLE - post_consumer - pre_consumer - same_process
  return { primary, post_consumer, pre_consumer, same_process }
}

function sharesOf(feed: Distribution): RecycledShares {
  const parts = feedParts(feed)
  const counted = WHOLE - parts.same_process
  const share = (part: number) => (counted > 0 ? rational(BigInt(part), BigInt(counted)) : null)
  return {
    postConsumer: share(parts.post_consumer),
    preConsumer: share(parts.pre_consumer),
    parts
  }
}
