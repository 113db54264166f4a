import {
  add,
  compare,
  formatDecimal,
  ONE,
  parseDecimal,
  subtract,
  ZERO
} from '../../quantity/rational.ts'
import type { EpdRule } from '../review.ts'
import { reviewShare } from './share.ts'
import { report } from './table.ts'

/** E9: the shares of all co-products add up to 1 (ISO 14044 4.3.4.2). */
export const reviewAllocation: EpdRule = ({ epd, reference }) => {
  const shares = epd.allocation?.shares ?? []
  const findings = shares.flatMap(({ share }, index) =>
    reviewShare(`/allocation/shares/${index}/share`, share)
  )
  if (shares.length === 0 || findings.length > 0) return findings
  const sum = shares.reduce((total, { share }) => add(total, parseDecimal(share) ?? ZERO), ZERO)
  const difference = subtract(sum, ONE)
  const distance = difference.n < 0n ? { n: -difference.n, d: difference.d } : difference
  const tolerance = parseDecimal(reference.epd.rules.allocation.tolerance) ?? ZERO
  if (compare(distance, tolerance) <= 0) return []
  return [
    report('EPD_ALLOC_SUM', {
      pointer: '/allocation/shares',
      message: 'The shares of the co-products do not add up to the whole.',
      expected: '1',
      actual: formatDecimal(sum, 6),
      remedy: 'List every co-product of the process, this product included.'
    })
  ]
}
