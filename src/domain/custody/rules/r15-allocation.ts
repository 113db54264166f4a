import {
  add,
  compare,
  formatDecimal,
  ONE,
  parseDecimal,
  type Rational,
  ZERO
} from '../../quantity/rational.ts'
import type { BatchDeclaration } from '../event.ts'
import type { Review } from '../review.ts'
import { parameter } from './parameter.ts'
import { report } from './table.ts'

/**
 * R15: the products of a run carry no more than its burdens (ISO 14044 4.3.4.2). Less is legal: a
 * residue that is sold, or a product that states no share, carries the rest.
 */
export function reviewAllocation(outputs: readonly BatchDeclaration[], review: Review): void {
  const sum = outputs
    .flatMap(({ allocation }) => parseDecimal(allocation?.share ?? '') ?? [])
    .reduce<Rational>(add, ZERO)
  const most = add(ONE, parameter(review.reference.rules.r15.allocationTolerance))
  if (compare(sum, most) <= 0) return
  review.findings.push(
    report('ALLOCATION_SUM', {
      pointer: '/outputs',
      message: 'The products together carry more than all burdens of the run.',
      expected: 'shares that add up to 1, or to less where something else carries the rest',
      actual: formatDecimal(sum, 6),
      remedy: 'Correct `allocation.share` of the outputs.'
    })
  )
}
