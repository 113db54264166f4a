import type { Finding } from '../../finding.ts'
import type { EpdRule } from '../review.ts'
import { report } from './table.ts'

/**
 * E24: what our own format has fields for, and who writes it knows. Documents of other formats have
 * none, or say it in words; what they leave out is told as they are read.
 */
export const reviewUnstated: EpdRule = ({ epd, origin }) => {
  if (origin) return []
  return [
    ...(epd.geography.length === 0 ? [unstated('/geography', 'where the figures hold')] : []),
    ...(epd.allocation ? [] : [unstated('/allocation', 'what bears the burdens of co-products')]),
    ...(epd.pcr ? [] : [unstated('/pcr', 'which product category rules it follows')])
  ]
}

function unstated(pointer: string, what: string): Finding {
  return report('EPD_UNSTATED', {
    pointer,
    message: `The declaration does not say ${what}.`,
    remedy: `State it in \`${pointer.slice(1)}\`.`
  })
}
