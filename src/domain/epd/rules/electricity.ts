import { compare, parseDecimal, ZERO } from '../../quantity/rational.ts'
import type { EpdRule } from '../review.ts'
import { report } from './table.ts'

/** E10: what a kilowatt-hour emits is stated in kilograms. Less than none may be credited, and is told. */
export const reviewElectricity: EpdRule = ({ epd, reference }) => {
  const stated = epd.electricity?.kgCo2ePerKwh
  const factor = stated === undefined ? null : parseDecimal(stated)
  const { maximumKgPerKwh } = reference.epd.rules.electricity
  const most = parseDecimal(maximumKgPerKwh) ?? ZERO
  if (stated === undefined || !factor) return []
  if (compare(factor, ZERO) >= 0 && compare(factor, most) <= 0) return []
  return [
    report('EPD_ELECTRICITY_FACTOR', {
      pointer: '/electricity/kgCo2ePerKwh',
      message: 'No electricity emits that much, or that little.',
      expected: `0 to ${maximumKgPerKwh} kg CO2 eq per kWh`,
      actual: stated,
      remedy: 'State kilograms per kilowatt-hour: 0.058 for 58 g.'
    })
  ]
}
