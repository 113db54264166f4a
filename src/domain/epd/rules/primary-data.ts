import type { EpdRule } from '../review.ts'
import { isPercent } from './share.ts'
import { report } from './table.ts'

/** E10: the share of primary data is a percentage (PACT 3, primaryDataShare). */
export const reviewPrimaryData: EpdRule = ({ epd }) => {
  const share = epd.dataQuality?.primaryDataSharePct
  if (share === undefined || isPercent(share)) return []
  return [
    report('EPD_PDS_RANGE', {
      pointer: '/dataQuality/primaryDataSharePct',
      message: 'The share of primary data is out of range.',
      expected: '0 to 100',
      actual: share,
      remedy: 'State it as a percentage: 0.4 of the whole is 40.'
    })
  ]
}
