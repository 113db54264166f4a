import type { Finding } from '../../finding.ts'
import { parseDecimal, ZERO } from '../../quantity/rational.ts'
import { agrees } from '../amount.ts'
import { type Figure, partsOf } from '../figures.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { report } from './table.ts'

/** E17: a sum beside its parts is the same figure twice; it must agree, and is never added. */
export const reviewModuleSums: EpdRule = (review) => {
  const { figures, reference } = review
  const { modules, rules } = reference.epd
  const tolerance = parseDecimal(rules.sums.tolerance) ?? ZERO
  const wrong: Finding[] = []
  const beside: Figure[] = []
  for (const figure of figures.all) {
    const ids = modules.get(figure.module)?.parts ?? []
    if (ids.some((module) => figures.find({ ...figure, module }))) beside.push(figure)
    const parts = partsOf(figure, figures, modules)
    if (!parts) continue
    const amounts = parts.map(({ amount }) => amount)
    if (!agrees(figure.amount, amounts, tolerance)) wrong.push(disagreement(figure, parts))
  }
  return [...overlap(beside, review), ...wrong]
}

function overlap([first, ...rest]: readonly Figure[], { reference }: EpdReview): Finding[] {
  if (!first) return []
  const parts = reference.epd.modules.get(first.module)?.parts ?? []
  return [
    report('EPD_MODULE_OVERLAP', {
      pointer: first.pointer,
      message: `${first.module} is stated beside ${parts.join(', ')} (${rest.length + 1} figures): they are the same loads twice.`,
      expected: `${first.module}, or ${parts.join(', ')}`,
      remedy: 'Nothing is lost: the registry uses the sum and never adds it to its parts.'
    })
  ]
}

function disagreement(figure: Figure, parts: readonly Figure[]): Finding {
  return report('EPD_MODULE_SUM', {
    pointer: `${figure.pointer}/value`,
    message: `${figure.indicator} of ${figure.module} is not the sum of its parts.`,
    expected: parts.map(({ module, text }) => `${module} ${text}`).join(' + '),
    actual: figure.text,
    remedy:
      'Correct the sum or the module that is wrong; the registry adds up modules where no sum is stated.'
  })
}
