import type { Finding } from '../../finding.ts'
import { acceptable } from '../../finding.ts'
import { suggestUnits, type UnitTable } from '../../quantity/unit.ts'
import type { Reference } from '../../reference.ts'
import type { Assay } from '../event.ts'
import type { ProductFacts } from '../table.ts'
import { reviewLines } from './r04-lines.ts'
import { reviewTotals } from './r04-totals.ts'
import { report } from './table.ts'

export interface AssaySubject {
  readonly assay: Assay
  /** Null for a residue, which is no product. */
  readonly product: ProductFacts | null
  /** RFC 6901 pointer of the assay in the document. */
  readonly pointer: string
}

/**
 * Rule R4 for one assay: unit, each line, what the product asks for, and the totals. Totals are
 * judged only when every line can be read, so that one misspelled value does not report a sum too.
 */
export function reviewAssay(subject: AssaySubject, reference: Reference): Finding[] {
  const lines = [
    ...reviewUnit(subject.assay.unit, `${subject.pointer}/unit`, reference.units),
    ...traceUnit(subject, reference.units),
    ...reviewLines(subject, reference)
  ]
  const completeness = reviewCompleteness(subject)
  return acceptable(lines)
    ? [...lines, ...completeness, ...reviewTotals(subject, reference)]
    : [...lines, ...completeness]
}

function traceUnit({ assay, pointer }: AssaySubject, units: UnitTable): Finding[] {
  return assay.trace ? reviewUnit(assay.trace.unit, `${pointer}/trace/unit`, units) : []
}

function reviewUnit(code: string, pointer: string, units: UnitTable): Finding[] {
  const unit = units.get(code)
  if (unit?.quantity === 'fraction') return []
  const meant = suggestUnits(code, 'fraction', units).map((each) => `${each.code} (${each.name})`)
  return [
    report('ASSAY_UNIT', {
      pointer,
      message: `${code} is not a unit of a fraction.`,
      expected: meant.length > 0 ? meant.join(', ') : 'P1 (percent), NX (per mille) or 59 (ppm)',
      actual: code,
      remedy: 'Use the Rec 20 code P1, NX or 59.'
    })
  ]
}

function reviewCompleteness({ assay, product, pointer }: AssaySubject): Finding[] {
  if (!product?.completeAssay || assay.complete) return []
  return [
    report('ASSAY_INCOMPLETE', {
      pointer,
      message: `${product.name} needs a complete assay.`,
      expected: '`complete` true, with values that add up to 98 to 102 %',
      actual: '`complete` false or absent',
      remedy: 'State every constituent and `"complete": true`.'
    })
  ]
}
