import { amountRemedy, parseAmount } from '../amount.ts'
import { keyText } from '../figures.ts'
import { methodOf } from '../method.ts'
import type { EpdRule } from '../review.ts'
import { report } from './table.ts'

/** E16: every value can be read, and every key has one value. */
export const reviewValues: EpdRule = ({ epd, reference }) => {
  const seen = new Map<string, string>()
  return epd.results.flatMap((result) => {
    const { indicator, values } = result
    const method = methodOf(result, epd, reference.epd.indicators)
    return values.flatMap((value) => {
      const key = keyText({ indicator, method, module: value.module, scenario: value.scenario })
      const before = seen.get(key)
      if (before !== undefined) {
        return [
          report('EPD_VALUE_DUPLICATE', {
            pointer: value.pointer,
            message: `${indicator} in ${value.module} has a value already${value.scenario === null ? '' : ` for ${value.scenario}`}.`,
            expected: `only the one at ${before}`,
            actual: value.text ?? value.status,
            remedy: 'Keep the one that is right, and remove the other.'
          })
        ]
      }
      seen.set(key, value.pointer)
      if (value.text === null || parseAmount(value.text)) return []
      return [
        report('EPD_VALUE_INVALID', {
          pointer: `${value.pointer}/value`,
          message: 'The value is not a decimal number that can be read.',
          expected: 'for instance 12.5 or 3.1E-7',
          actual: value.text.slice(0, 120),
          remedy: amountRemedy(value.text)
        })
      ]
    })
  })
}
