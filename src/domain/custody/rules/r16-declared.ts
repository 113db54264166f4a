import type { DeclaredPart } from '../../lineage/commission.ts'
import { WHOLE, WHOLE_MATERIAL } from '../../lineage/share.ts'
import type { Rational } from '../../quantity/rational.ts'
import {
  add,
  compare,
  floor,
  formatDecimal,
  multiply,
  ONE,
  parseDecimal,
  ZERO
} from '../../quantity/rational.ts'
import type { CommissionedBatch, DeclaredStep } from '../event.ts'
import type { Review } from '../review.ts'
import { knownCountry } from './r07-facility.ts'
import { report } from './table.ts'

/** R7, R16: a declared history in parts; what it leaves out stays unknown. */
export function declaredParts(
  batch: CommissionedBatch,
  pointer: string,
  review: Review
): readonly DeclaredPart[] {
  const lines = batch.declared.map((line, index) => {
    const at = `${pointer}/declared/${index}`
    reviewLine(line, at, review)
    return { ...line, parts: partsOf(line.share) }
  })
  reviewTotals(lines, pointer, review)
  return lines
}

/** A decimal share as parts of WHOLE: rounded down, a positive share getting at least one part. */
function partsOf(share: string | undefined): number {
  if (share === undefined) return WHOLE
  const whole: Rational = { n: BigInt(WHOLE), d: 1n }
  const value = parseDecimal(share)
  if (!value || value.n <= 0n) return 0
  return Math.max(1, Number(floor(multiply(value, whole))))
}

function reviewLine(line: DeclaredStep, pointer: string, review: Review): void {
  const { reference } = review
  knownCountry(line.country, `${pointer}/country`, review)
  if (line.region !== undefined && line.region.slice(0, 2) !== line.country) {
    review.findings.push(
      report('COUNTRY_MISMATCH', {
        pointer: `${pointer}/region`,
        message: 'The region does not lie in the country.',
        expected: `${line.country}-…`,
        actual: line.region,
        remedy: 'Write a region of this country, or correct the country.'
      })
    )
  }
  if (!reference.steps.some((step) => step.id === line.step)) {
    review.findings.push(
      report('DECLARED_STEP_UNKNOWN', {
        pointer: `${pointer}/step`,
        message: `There is no legal step ${line.step}.`,
        expected: reference.steps.map((step) => step.id).join(', '),
        actual: line.step,
        remedy: 'Write one of the steps, letter by letter.'
      })
    )
  }
  if (line.element !== WHOLE_MATERIAL && !reference.chemistry.elements.has(line.element)) {
    review.findings.push(
      report('DECLARED_STEP_UNKNOWN', {
        pointer: `${pointer}/element`,
        message: `${line.element} is not the symbol of an element.`,
        expected: 'a symbol such as Nd, or * for the whole',
        actual: line.element,
        remedy: 'Write the symbol as the periodic table has it, or * for the whole material.'
      })
    )
  }
}

/** The stated text decides: parts are rounded down, so shares may exceed the whole by less than one. */
function reviewTotals(lines: readonly DeclaredPart[], pointer: string, review: Review): void {
  const totals = new Map<string, { parts: number; stated: Rational }>()
  for (const line of lines) {
    const key = `${line.element} ${line.step}`
    const { parts, stated } = totals.get(key) ?? { parts: 0, stated: ZERO }
    const share = line.share === undefined ? ONE : (parseDecimal(line.share) ?? ZERO)
    totals.set(key, { parts: parts + line.parts, stated: add(stated, share) })
  }
  for (const [key, { parts, stated }] of totals) {
    const beyond = compare(stated, ONE) > 0
    if (!beyond && parts <= WHOLE) continue
    review.findings.push(
      report('DECLARED_SHARE', {
        pointer: `${pointer}/declared`,
        message: `The declared shares of ${key} add up to more than the whole.`,
        expected: 'at most 1',
        actual: beyond ? trimmed(stated) : `${parts / WHOLE}`,
        remedy: 'Split the whole among the places; leave out what is not known.'
      })
    )
  }
}

/** Shares are stated with at most 40 characters, so with fewer places than these. */
function trimmed(value: Rational): string {
  return formatDecimal(value, 40).replace(/\.?0+$/, '')
}
