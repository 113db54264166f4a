import type { Rational } from '../../quantity/rational.ts'
import { add, compare, multiply, rational, subtract, ZERO } from '../../quantity/rational.ts'
import type { BatchState } from '../books.ts'
import type { Content } from '../content.ts'
import { assayedContent } from '../content.ts'
import type { BatchReceipt } from '../event.ts'
import type { Review } from '../review.ts'
import { parameter } from './parameter.ts'
import { readable } from './percentage.ts'
import { reviewAssay } from './r04-assay.ts'
import { report } from './table.ts'

/**
 * R9: what the receiver finds in the material agrees with what its maker declared, within both
 * uncertainties, or the tolerance of the balance where they are not stated. A warning: whose
 * laboratory is right is between the two; the books go on with the declared assay.
 */
export function reviewReassay(
  receipt: BatchReceipt,
  batch: BatchState,
  pointer: string,
  review: Review
): void {
  if (!receipt.assay) return
  const subject = { assay: receipt.assay, product: null, pointer: `${pointer}/assay` }
  const findings = reviewAssay(subject, review.reference)
  review.findings.push(...findings)
  if (findings.some(({ severity }) => severity === 'error')) return
  // The whole batch is the mass for which the declared elements are known.
  const found = assayedContent(receipt.assay, batch.massUg, review.reference)
  const { r3, r5 } = review.reference.rules
  for (const element of r3.balanceSet) {
    const measured = found.elements.get(element)
    const declared = batch.elements.get(element)
    if (measured === undefined || declared === undefined) continue
    const more = measured > declared ? measured : declared
    const target = compare(rational(more, batch.massUg), parameter(r5.targetShare)) >= 0
    if (!target || agree({ measured, declared, element }, found, batch, review)) continue
    review.findings.push(
      report('ASSAY_CONTRADICTED', {
        pointer: `${pointer}/assay`,
        message: `The receiver finds ${inPercent(measured, batch)} % ${element} where ${inPercent(declared, batch)} % is declared.`,
        expected: `${inPercent(declared, batch)} % ${element}`,
        actual: `${inPercent(measured, batch)} %`,
        remedy: 'Compare the samples and methods; whose assay was wrong corrects the event.'
      })
    )
  }
}

function agree(
  { measured, declared, element }: { measured: bigint; declared: bigint; element: string },
  found: Content,
  batch: BatchState,
  review: Review
): boolean {
  const difference = rational(measured > declared ? measured - declared : declared - measured)
  const stage = review.reference.stages.get(batch.stage ?? '')
  const tolerance = parameter(review.reference.rules.r3.tolerance[stage?.balance ?? 'chemistry'])
  const absolute = (ug: bigint, relative: Rational | undefined) =>
    multiply(rational(ug), relative ?? tolerance)
  const a = absolute(measured, found.uncertainty.get(element))
  const b = absolute(declared, batch.uncertainty.get(element))
  // Compared as squares: the combined uncertainty is the root of the sum of squares.
  const combined = add(multiply(a, a), multiply(b, b))
  return compare(subtract(multiply(difference, difference), combined), ZERO) <= 0
}

function inPercent(ug: bigint, batch: BatchState): string {
  return readable(rational(ug * 100n, batch.massUg))
}
