import { compoundOf } from '../../chemistry/formula.ts'
import type { Rational } from '../../quantity/rational.ts'
import {
  add,
  compare,
  divide,
  multiply,
  rational,
  subtract,
  ZERO
} from '../../quantity/rational.ts'
import type { Content } from '../content.ts'
import type { CommissionedBatch } from '../event.ts'
import type { Review } from '../review.ts'
import { parameter } from './parameter.ts'
import { readable } from './percentage.ts'
import { report } from './table.ts'

/**
 * R4: ore of a stated deposit has about the distribution of the rare earths that is known of it. A
 * warning only: ore bodies vary. A deposit that is not in the table has nothing to compare with.
 */
export function reviewSignature(
  batch: CommissionedBatch,
  content: Content,
  pointer: string,
  review: Review
): void {
  const deposit = review.reference.deposits.get(batch.deposit ?? '')
  if (!deposit) return
  const shares = oxideShares(content, review)
  for (const [symbol, actual] of shares) {
    const usual = parameter(deposit.shares[symbol])
    if (!remarkable(actual, usual, review)) continue
    review.findings.push(
      report('SIGNATURE_IMPLAUSIBLE', {
        pointer: `${pointer}/assay`,
        message: `${readable(actual)} % of the rare-earth oxides are ${symbol}, which is not what ${deposit.name} gives.`,
        expected: `about ${readable(usual)} % of TREO, as ${deposit.type} of ${deposit.name}`,
        actual: `${readable(actual)} % of TREO`,
        remedy: 'Check the deposit and the assay; a blend of several ores is no ore of one deposit.'
      })
    )
  }
}

/** Percent of the sum of the rare-earth oxides, as the oxides that they are reported in. */
function oxideShares(content: Content, review: Review): Map<string, Rational> {
  const { chemistry } = review.reference
  const oxides = new Map<string, Rational>()
  let total = ZERO
  for (const symbol of chemistry.rareEarths) {
    const oxide = chemistry.elements.get(symbol)?.reportedOxide ?? ''
    const fraction = compoundOf(oxide, chemistry)?.fractions.get(symbol)
    const ug = content.elements.get(symbol)
    if (ug === undefined || !fraction) continue
    const mass = divide(rational(ug), fraction)
    oxides.set(symbol, mass)
    total = add(total, mass)
  }
  const percent = ([symbol, mass]: [string, Rational]) =>
    [symbol, divide(multiply(mass, rational(100n)), total)] as const
  return new Map([...oxides].map(percent))
}

/** Far off both in percent and by its factor. */
function remarkable(actual: Rational, usual: Rational, review: Review): boolean {
  const { differencePct, factor } = review.reference.rules.r4.signature
  const [less, more] = compare(actual, usual) < 0 ? [actual, usual] : [usual, actual]
  return (
    compare(subtract(more, less), parameter(differencePct)) > 0 &&
    compare(more, multiply(less, parameter(factor))) > 0
  )
}
