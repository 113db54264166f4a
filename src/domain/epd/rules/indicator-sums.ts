import type { Finding } from '../../finding.ts'
import { parseDecimal, ZERO } from '../../quantity/rational.ts'
import { agrees } from '../amount.ts'
import { type Figure, type FigureKey, partsOf } from '../figures.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import type { SumOfParts } from '../table.ts'
import { report } from './table.ts'

/** E18: a total is the sum of its parts wherever all of them are declared. */
export const reviewIndicatorSums: EpdRule = (review) =>
  review.reference.epd.rules.sums.totals.flatMap((sum) =>
    review.figures.all
      .filter(({ indicator }) => indicator === sum.total)
      .flatMap((figure) => reviewTotal(figure, sum, review))
  )

function reviewTotal(
  total: Figure,
  { parts: names, mayBeUnsplit }: SumOfParts,
  { figures, reference }: EpdReview
): Finding[] {
  const tolerance = parseDecimal(reference.epd.rules.sums.tolerance) ?? ZERO
  const parts = names.map((indicator) => statedIn({ ...total, indicator }, figures, reference))
  const known = parts.flatMap((part) => part ?? [])
  const amounts = known.map(({ amount }) => amount)
  if (parts.includes(null) || agrees(total.amount, amounts, tolerance)) return []
  const finding = report('EPD_INDICATOR_SUM', {
    pointer: `${total.pointer}/value`,
    message: `${total.indicator} of ${total.module} is not the sum of its parts.`,
    expected: known.map((part) => named(part, total)).join(' + '),
    actual: total.text,
    remedy:
      'Correct the total or the part that is wrong; where only the total is known, leave the parts out.'
  })
  const unsplit = mayBeUnsplit && amounts.every(({ value }) => value.n === 0n)
  return [unsplit ? { ...finding, severity: 'warning' } : finding]
}

/** The figure, or those of the modules that it is the sum of: a part may be split where the total is not. */
function statedIn(
  key: FigureKey,
  figures: EpdReview['figures'],
  { epd: { modules } }: EpdReview['reference']
): readonly Figure[] | null {
  const stated = figures.find(key)
  return stated ? [stated] : partsOf(key, figures, modules)
}

function named({ indicator, module, text }: Figure, total: Figure): string {
  return module === total.module ? `${indicator} ${text}` : `${indicator} of ${module} ${text}`
}
