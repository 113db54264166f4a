import type { Rational } from '../../quantity/rational.ts'
import { add, compare, multiply, rational, subtract, ZERO } from '../../quantity/rational.ts'
import type { BatchState } from '../books.ts'
import type { Content } from '../content.ts'
import { assayedContent, silentAbout } from '../content.ts'
import type { BatchReceipt } from '../event.ts'
import type { Review } from '../review.ts'
import { parameter } from './parameter.ts'
import { readable } from './percentage.ts'
import { reviewAssay } from './r04-assay.ts'
import { report } from './table.ts'

/**
 * R9: what the receiver finds in the material agrees with what its maker declared, within both
 * uncertainties, or the tolerance of the balance where they are not stated. To find less than a limit, or
 * nothing, contradicts as well. A warning: whose laboratory is right is between the two; the books go on
 * with the declared assay.
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
  const { rules, chemistry } = review.reference
  for (const element of rules.r3.balanceSet) {
    const rareEarth = chemistry.rareEarths.has(element)
    const measured = rangeOf(element, found, rareEarth)
    const declared = rangeOf(element, batch, rareEarth)
    if (!measured || !declared) continue
    const [less, more] =
      measured.leastUg < declared.leastUg ? [measured, declared] : [declared, measured]
    const target = compare(rational(more.leastUg, batch.massUg), parameter(rules.r5.targetShare))
    if (target < 0 || agree(less, more, batch, review)) continue
    review.findings.push(
      report('ASSAY_CONTRADICTED', {
        pointer: `${pointer}/assay`,
        message: `The receiver finds ${said(measured, 'no', batch)} ${element} where ${said(declared, 'none', batch)} is declared.`,
        expected: `${said(declared, 'no', batch)} ${element}`,
        actual: `${said(measured, 'no', batch)} ${element}`,
        remedy: 'Compare the samples and methods; whose assay was wrong corrects the event.'
      })
    )
  }
}

/** What an assay says of an element: from how much to how much, and how sure it is of that. */
interface Range {
  readonly leastUg: bigint
  readonly mostUg: bigint
  readonly uncertainty: Rational | undefined
}

/** Null where the assay is silent. A bound says that there is no more, a total that there is none. */
function rangeOf(
  element: string,
  content: Pick<Content, 'elements' | 'bounds' | 'closedFor' | 'unassayedUg' | 'uncertainty'>,
  isRareEarth: boolean
): Range | null {
  if (silentAbout(content, element, isRareEarth)) return null
  const leastUg = content.elements.get(element) ?? 0n
  const mostUg = leastUg + (content.bounds.get(element) ?? 0n)
  return { leastUg, mostUg, uncertainty: content.uncertainty.get(element) }
}

function agree(less: Range, more: Range, batch: BatchState, review: Review): boolean {
  if (more.leastUg <= less.mostUg) return true
  const difference = rational(more.leastUg - less.mostUg)
  const stage = review.reference.stages.get(batch.stage ?? '')
  const tolerance = parameter(review.reference.rules.r3.tolerance[stage?.balance ?? 'chemistry'])
  const absolute = (ug: bigint, relative: Rational | undefined) =>
    multiply(rational(ug), relative ?? tolerance)
  const a = absolute(more.leastUg, more.uncertainty)
  const b = absolute(less.mostUg, less.uncertainty)
  // Compared as squares: the combined uncertainty is the root of the sum of squares.
  const combined = add(multiply(a, a), multiply(b, b))
  return compare(subtract(multiply(difference, difference), combined), ZERO) <= 0
}

function said({ leastUg, mostUg }: Range, nothing: string, batch: BatchState): string {
  if (leastUg > 0n) return `${inPercent(leastUg, batch)} %`
  return mostUg > 0n ? `less than ${inPercent(mostUg, batch)} %` : nothing
}

function inPercent(ug: bigint, batch: BatchState): string {
  return readable(rational(ug * 100n, batch.massUg))
}
