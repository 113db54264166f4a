import type { Finding } from '../../finding.ts'
import type { EpdResult } from '../result.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { definitionOf, isInventory } from '../table.ts'
import { report } from './table.ts'

/** E14: known methods and indicators that go together, in their unit. */
export const reviewIndicators: EpdRule = (review) => [
  ...reviewMethod('/methodSet', review.epd.methodSet, review),
  ...review.epd.results.flatMap((result) => reviewResult(result, review))
]

function reviewMethod(
  pointer: string,
  method: string | null | undefined,
  { reference }: EpdReview
): Finding[] {
  const { methods } = reference.epd
  if (method === null || method === undefined || methods.has(method)) return []
  return [
    report('EPD_METHOD_UNKNOWN', {
      pointer,
      message: `There is no set of characterization factors ${method}.`,
      expected: [...methods.keys()].join(', '),
      actual: method
    })
  ]
}

function reviewResult(result: EpdResult, review: EpdReview): Finding[] {
  const { indicators, methods } = review.reference.epd
  const indicator = indicators.get(result.indicator)
  if (!indicator) return [unlisted(result, [...indicators.keys()])]
  // A method that is unknown as a whole is told once, at /methodSet.
  if (result.method !== review.epd.methodSet) {
    const findings = reviewMethod(`${result.pointer}/method`, result.method, review)
    if (findings.length > 0) return findings
  }
  if (!isInventory(indicator) && !methods.has(result.method ?? '')) return []
  const definition = definitionOf(indicator, result.method)
  if (!definition) {
    return [
      report('EPD_INDICATOR_METHOD', {
        pointer: `${result.pointer}/indicator`,
        message: `${result.method} does not define ${result.indicator}.`,
        expected: indicator.definitions.map(({ method }) => method).join(', '),
        actual: result.method ?? 'no method'
      })
    ]
  }
  const { unit, unitGroups } = definition
  const fits =
    result.unitGroup === undefined ? result.unit === unit : unitGroups.includes(result.unitGroup)
  if (fits) return []
  return [
    report('EPD_UNIT', {
      pointer: `${result.pointer}/unit`,
      message: `${result.indicator} is stated in ${unit}${result.method === null ? '' : ` (${result.method})`}.`,
      expected: unit,
      actual: result.unit,
      remedy: 'Convert the values, or correct the unit; nothing is converted silently.'
    })
  ]
}

function unlisted({ indicator, pointer }: EpdResult, known: readonly string[]): Finding {
  const at = `${pointer}/indicator`
  if (indicator.startsWith('urn:uuid:')) {
    return report('EPD_INDICATOR_UNLISTED', {
      pointer: at,
      message: 'The indicator has no code in the registry; its unit and values are kept unchecked.',
      actual: indicator
    })
  }
  return report('EPD_INDICATOR_UNKNOWN', {
    pointer: at,
    message: `There is no indicator ${indicator}.`,
    expected: known.join(', '),
    actual: indicator,
    remedy: 'Use the code of EN 15804, or urn:uuid: with the ILCD id of another indicator.'
  })
}
