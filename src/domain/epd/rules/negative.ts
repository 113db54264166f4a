import { subtract } from '../../quantity/rational.ts'
import { type FigureKey, totalOf } from '../figures.ts'
import type { EpdRule } from '../review.ts'
import { report } from './table.ts'

/**
 * E19: a footprint below zero at the gate needs a reason: carbon taken up (it is negative only
 * through the biogenic part), or a credit that the document explains. Negative values elsewhere are
 * legal.
 */
export const reviewNegative: EpdRule = ({ epd, figures, reference }) => {
  if (epd.boundary?.credits) return []
  const { credit } = reference.epd.rules
  const { modules } = reference.epd
  const keys = new Map<string, FigureKey>()
  for (const { indicator, method, scenario } of figures.all) {
    if (indicator !== credit.total) continue
    keys.set(`${method} ${scenario}`, { indicator, method, scenario, module: credit.module })
  }
  return [...keys.values()].flatMap((key) => {
    const total = totalOf(key, figures, modules)
    if (!total || total.value.n >= 0n) return []
    const uptake = totalOf({ ...key, indicator: credit.explainedBy }, figures, modules)
    if (uptake && subtract(total.value, uptake.value).n >= 0n) return []
    return [
      report('EPD_NEGATIVE_A1A3', {
        pointer: total.pointer,
        message: `${key.indicator} of ${key.module} is negative, and ${credit.explainedBy} does not explain it.`,
        expected: 'a figure of at least 0, or `boundary.credits`',
        remedy: 'Say in `boundary.credits` what is credited; benefits beyond the boundary go to D.'
      })
    ]
  })
}
