import { dryMass } from '../../quantity/dry-mass.ts'
import { formatKg } from '../../quantity/mass.ts'
import { add, compare, multiply, ONE, rational, subtract } from '../../quantity/rational.ts'
import type { Content } from '../content.ts'
import type { BatchDeclaration } from '../event.ts'
import type { Review } from '../review.ts'
import { parameter } from './parameter.ts'
import { readable } from './percentage.ts'
import { report } from './table.ts'

/**
 * R6: pieces are counted, and their mass is stated in units of mass; then they weigh together what the
 * batch weighs. A piece is told by its nominal mass, so they may differ by a part.
 */
export function reviewPieces(
  { count, pieceMass }: BatchDeclaration,
  { massUg }: Content,
  pointer: string,
  review: Review
): void {
  if (!pieceMass) return
  const piece = dryMass(pieceMass, `${pointer}/pieceMass`, review.reference.units)
  review.findings.push(...piece.findings)
  if (count === undefined || piece.ug === null) return
  const together = rational(piece.ug * BigInt(count))
  const tolerance = parameter(review.reference.rules.r6.pieceTolerance)
  const least = multiply(rational(massUg), subtract(ONE, tolerance))
  const most = multiply(rational(massUg), add(ONE, tolerance))
  if (compare(together, least) >= 0 && compare(together, most) <= 0) return
  review.findings.push(
    report('PIECE_MASS', {
      pointer: `${pointer}/pieceMass`,
      message: `${count} pieces of ${formatKg(piece.ug)} kg are not ${formatKg(massUg)} kg.`,
      expected: `${formatKg(massUg)} kg, within ${readable(multiply(tolerance, rational(100n)))} %`,
      actual: `${formatKg(together.n)} kg`,
      remedy: 'Check the count, the mass of a piece and its unit, and the mass of the batch.'
    })
  )
}
