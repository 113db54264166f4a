import type { Finding } from '../../finding.ts'
import { add, compare, formatDecimal, ONE, parseDecimal, ZERO } from '../../quantity/rational.ts'
import type { EpdRule } from '../review.ts'
import { reviewShare } from './share.ts'
import { report } from './table.ts'

/** E9: parts of one whole are together not more than it. Each share is judged where it stands. */
export const reviewShareSums: EpdRule = ({ epd, reference }) => {
  const rounding = parseDecimal(reference.epd.rules.sums.tolerance) ?? ZERO
  const most = add(ONE, rounding)
  const sum = (pointer: string, shares: readonly (string | undefined)[], of: string): Finding[] => {
    if (shares.some((share) => reviewShare(pointer, share).length > 0)) return []
    const total = shares.reduce((rest, share) => add(rest, parseDecimal(share ?? '') ?? ZERO), ZERO)
    if (compare(total, most) <= 0) return []
    return [
      report('EPD_SHARE_SUM', {
        pointer,
        message: `Together they stand for more than all of ${of}.`,
        expected: 'at most 1',
        actual: formatDecimal(total, 6),
        remedy: 'Correct the shares: each is a part of the same whole.'
      })
    ]
  }
  const sites = epd.sites.map(({ share }) => share)
  // Where another part takes carbon up, those that emit it are more than the rest of it: told only.
  const included = epd.includes.map(({ gwpShare }) => gwpShare)
  return [
    ...sum('/sites', sites, 'the production'),
    ...sum('/includes', included, 'GWP-total').map(
      (finding): Finding => ({ ...finding, severity: 'warning' })
    )
  ]
}
