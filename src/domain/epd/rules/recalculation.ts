import { diffEpds } from '../diff.ts'
import type { EpdRule } from '../review.ts'
import { report } from './table.ts'

/**
 * E25: who builds on other materials or runs on other energy calculates anew (Regulation (EU) 2024/1252
 * annex V part VI). Told, not refused: figures may be the same after all.
 */
export const reviewRecalculation: EpdRule = ({ epd, before, reference }) => {
  if (!before) return []
  const { basis, calculation } = diffEpds(before, epd, reference)
  if (calculation !== 'missing') return []
  return basis.map((pointer) =>
    report('EPD_NOT_RECALCULATED', {
      pointer,
      message: `This is not what version ${before.version} says, and every figure is the same.`,
      expected: 'figures of a new calculation',
      remedy:
        'Calculate anew. Where the figures turn out the same, say so in `dataQuality.statement`.'
    })
  )
}
