import type { FeedClass, RecycledShares } from '../../lineage/recycled.ts'
import { recycledShares } from '../../lineage/recycled.ts'
import type { Lineage } from '../../lineage/share.ts'
import { WHOLE } from '../../lineage/share.ts'
import type { Rational } from '../../quantity/rational.ts'
import { add, compare, multiply, parseDecimal, rational, ZERO } from '../../quantity/rational.ts'
import type { BatchDeclaration, CustodyModel } from '../event.ts'
import type { Review } from '../review.ts'
import { parameter } from './parameter.ts'
import { readable } from './percentage.ts'
import type { BookCode } from './table.ts'
import { report } from './table.ts'

interface Subject {
  readonly declaration: BatchDeclaration
  readonly lineage: Lineage
  readonly custodyModel: CustodyModel
  readonly pointer: string
}

type ClaimField = 'postConsumerPct' | 'preConsumerPct'

const FIELDS: readonly [ClaimField, FeedClass, 'postConsumer' | 'preConsumer', string][] = [
  ['postConsumerPct', 'post_consumer', 'postConsumer', 'post-consumer'],
  ['preConsumerPct', 'pre_consumer', 'preConsumer', 'pre-consumer']
]

/** Models under which a claim leaves the material: what is claimed is a credit. */
const BY_CREDIT: readonly CustodyModel[] = ['mass_balance', 'book_and_claim']

/**
 * R15: no more is claimed to be recycled than the books compute for this batch. Several claims about
 * one element are one claim in parts: what counts is what they add up to so far.
 */
export function reviewRecycledClaims(subject: Subject, review: Review): void {
  const sums = new Map<string, Rational>()
  subject.declaration.claimedRecycled.forEach((claim, index) => {
    if (!review.reference.chemistry.elements.has(claim.element)) {
      const pointer = `${subject.pointer}/claimedRecycled/${index}/element`
      review.findings.push(unknownElement(claim.element, pointer))
      return
    }
    const shares = recycledShares(subject.lineage, claim.element)
    for (const [field, feed, kind, name] of FIELDS) {
      const text = claim[field]
      if (text === undefined) continue
      const key = `${claim.element} ${field}`
      const claimed = add(sums.get(key) ?? ZERO, parseDecimal(text) ?? ZERO)
      sums.set(key, claimed)
      const supported = multiply(shares?.[kind] ?? ZERO, rational(100n))
      const tolerance = parameter(review.reference.rules.r15.tolerancePct)
      if (compare(claimed, add(supported, tolerance)) <= 0) continue
      const code = codeOf(claimed, { shares, feed, custodyModel: subject.custodyModel }, tolerance)
      review.findings.push(
        report(code, {
          pointer: `${subject.pointer}/claimedRecycled/${index}/${field}`,
          message: `${readable(claimed)} % of the ${claim.element} is claimed to be ${name} recycled; ${REASON[code]}.`,
          expected: `at most ${readable(supported)} %`,
          actual: `${readable(claimed)} %`,
          remedy:
            'Claim what the books compute, or record the scrap that went in by how it arose (post_consumer_scrap, pre_consumer_scrap).'
        })
      )
    }
  })
}

function unknownElement(symbol: string, pointer: string) {
  return report('ELEMENT_UNKNOWN', {
    pointer,
    message: `${symbol} is not the symbol of an element.`,
    expected: 'a symbol such as Nd',
    actual: symbol,
    remedy: 'Write the symbol as the periodic table has it, its first letter a capital.'
  })
}

const REASON: Partial<Record<BookCode, string>> = {
  RECYCLED_SAME_PROCESS: 'part of it is rework of the own process, which does not count',
  CUSTODY_OVERDRAWN: 'the inputs brought in no such credit',
  RECYCLED_SHARE_EXCEEDS: 'the inputs support less'
}

/**
 * Rework that was counted in; else a credit that is not there (until credit accounts exist, the
 * credits of a batch are what it physically holds, so nothing can be sold twice); else too much.
 */
function codeOf(
  claimed: Rational,
  of: { shares: RecycledShares | null; feed: FeedClass; custodyModel: CustodyModel },
  tolerance: Rational
): 'RECYCLED_SAME_PROCESS' | 'CUSTODY_OVERDRAWN' | 'RECYCLED_SHARE_EXCEEDS' {
  const rework = of.shares?.parts.same_process ?? 0
  if (of.feed === 'pre_consumer' && rework > 0 && of.shares) {
    const counted = rational(BigInt(of.shares.parts.pre_consumer + rework) * 100n, BigInt(WHOLE))
    if (compare(claimed, add(counted, tolerance)) <= 0) return 'RECYCLED_SAME_PROCESS'
  }
  return BY_CREDIT.includes(of.custodyModel) ? 'CUSTODY_OVERDRAWN' : 'RECYCLED_SHARE_EXCEEDS'
}
