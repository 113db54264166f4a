import type { AssayClosure } from '../custody/books.ts'
import { FEED_CLASSES, type FeedClass, type FeedParts, feedParts } from '../lineage/recycled.ts'
import type { Distribution } from '../lineage/share.ts'
import { WHOLE } from '../lineage/share.ts'
import { sumMass } from '../quantity/mass.ts'
import { addUnreduced, type Rational, ratio, rational, ZERO } from '../quantity/rational.ts'

/** A batch of magnets as far as it is in a product; masses in micrograms. */
export interface MagnetsInProduct {
  readonly massUg: bigint
  /** Of the batch, in the product. */
  readonly quantityUg: bigint
  /** Of the whole batch, as far as it was assayed. */
  readonly elements: ReadonlyMap<string, bigint>
  /** For which elements the assay speaks even where it does not list them. */
  readonly closedFor: AssayClosure
  /** Elements of which it only says that there is less than so much. */
  readonly bounds: Pick<ReadonlyMap<string, bigint>, 'has'>
  readonly feed: ReadonlyMap<string, Distribution>
}

/**
 * `below_limit`: the assay only says that there is less than so much. `not_stated`: it neither lists the element nor
 * says that it is complete.
 */
export type Presence = 'present' | 'below_limit' | 'not_stated' | 'absent'

/** What of an element is in magnets, and what it was recovered from. */
export interface ElementContent {
  readonly presence: Presence
  /** Micrograms; zero where it is not present. */
  readonly totalUg: bigint
  /** What `totalUg` is made up from, exactly. */
  readonly byFeedUg: Readonly<Record<FeedClass, bigint>>
  /** The same unrounded, for shares. */
  readonly exact: Readonly<Record<FeedClass, Rational>>
}

/**
 * An element in the part of a batch that is in a product: the books draw it in proportion, rounded down
 * (R2), and its feed classes share it out to the microgram. Of what nobody told the feed is primary (EN 45557).
 */
export function contentOf(
  magnets: MagnetsInProduct,
  element: string,
  rareEarths: ReadonlySet<string>
): ElementContent {
  const { massUg, quantityUg, elements, feed } = magnets
  const heldUg = elements.get(element) ?? 0n
  if (heldUg === 0n) return { ...NOTHING, presence: withoutMass(magnets, element, rareEarths) }
  const parts = feedParts(feed.get(element) ?? [])
  const totalUg = (heldUg * quantityUg) / massUg
  return {
    presence: 'present',
    totalUg,
    byFeedUg: sharedOut(totalUg, parts),
    exact: eachClass((name) =>
      ratio(heldUg * quantityUg * BigInt(parts[name]), massUg * BigInt(WHOLE))
    )
  }
}

function withoutMass(
  { elements, bounds, closedFor }: MagnetsInProduct,
  element: string,
  rareEarths: ReadonlySet<string>
): Presence {
  if (bounds.has(element)) return 'below_limit'
  const closed = closedFor === 'all' || (closedFor === 'rare_earths' && rareEarths.has(element))
  return elements.has(element) || closed ? 'absent' : 'not_stated'
}

/** The same of several batches together. One that does not state an element adds nothing to it. */
export function summed(contents: readonly ElementContent[]): ElementContent {
  const presence = BY_WEIGHT.find((name) => contents.some((each) => each.presence === name))
  return {
    presence: presence ?? 'absent',
    totalUg: sumMass(contents.map(({ totalUg }) => totalUg)),
    byFeedUg: eachClass((name) => sumMass(contents.map(({ byFeedUg }) => byFeedUg[name]))),
    exact: eachClass((name) =>
      contents.reduce((sum, { exact }) => addUnreduced(sum, exact[name]), ZERO)
    )
  }
}

/**
 * The share of the element of one feed class, of its mass less the rework of the same process (ISO 14021).
 * Null where nothing is left of it.
 */
export function shareOf(
  { exact }: Pick<ElementContent, 'exact'>,
  name: Exclude<FeedClass, 'same_process'>
): Rational | null {
  const counted = addUnreduced(addUnreduced(exact.primary, exact.post_consumer), exact.pre_consumer)
  if (counted.n === 0n) return null
  return rational(exact[name].n * counted.d, exact[name].d * counted.n)
}

/** Rounded down, the rest to the largest class (the first of equals), so that they add up to all of it. */
function sharedOut(totalUg: bigint, parts: FeedParts): Record<FeedClass, bigint> {
  const shares = eachClass((name) => (totalUg * BigInt(parts[name])) / BigInt(WHOLE))
  const largest = FEED_CLASSES.reduce((best, name) => (parts[name] > parts[best] ? name : best))
  const rest = totalUg - sumMass(Object.values(shares))
  return { ...shares, [largest]: shares[largest] + rest }
}

function eachClass<Value>(of: (name: FeedClass) => Value): Record<FeedClass, Value> {
  return {
    primary: of('primary'),
    post_consumer: of('post_consumer'),
    pre_consumer: of('pre_consumer'),
    same_process: of('same_process')
  }
}

/** What one batch says decides over what the others do. */
const BY_WEIGHT: readonly Presence[] = ['present', 'not_stated', 'below_limit']

const NOTHING = {
  totalUg: 0n,
  byFeedUg: eachClass(() => 0n),
  exact: eachClass(() => ZERO)
} as const
