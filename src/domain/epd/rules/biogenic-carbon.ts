import type { Finding } from '../../finding.ts'
import {
  compare,
  formatDecimal,
  multiply,
  ONE,
  type Rational,
  rational,
  ZERO
} from '../../quantity/rational.ts'
import { parseAmount } from '../amount.ts'
import { declaredMassKg } from '../declared-mass.ts'
import { totalOf } from '../figures.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { report } from './table.ts'

const GATE = 'A1-A3'
const NEGATIVE = rational(-1n)
const PRODUCT = '/biogenicCarbon/productKg'
const PACKAGING = '/biogenicCarbon/packagingKg'

/** E23: biogenic carbon is a part of what the product weighs, and was taken up before the gate. */
export const reviewBiogenicCarbon: EpdRule = (review) => {
  const { productKg, packagingKg } = review.epd.biogenicCarbon ?? {}
  const mass = declaredMassKg(review.epd.declaredUnit, review.reference)
  const unsound = [
    ...reviewRange(PRODUCT, productKg, mass),
    ...reviewRange(PACKAGING, packagingKg, null)
  ]
  return [
    ...unsound,
    ...(unsound.some(({ pointer }) => pointer === PRODUCT) ? [] : reviewUptake(productKg, review))
  ]
}

/** Packaging comes on top of the declared unit, so its own mass is not known. */
function reviewRange(pointer: string, text: string | undefined, most: Rational | null): Finding[] {
  if (text === undefined) return []
  const amount = parseAmount(text)
  if (!amount) {
    return [
      report('EPD_VALUE_INVALID', {
        pointer,
        message: 'The mass of biogenic carbon is not a decimal number that can be read.',
        expected: 'for instance 0.5',
        actual: text.slice(0, 120),
        remedy: 'Write it with a point and nothing between thousands.'
      })
    ]
  }
  const tooMuch = most !== null && compare(amount.value, most) > 0
  if (!tooMuch && compare(amount.value, ZERO) >= 0) return []
  return [
    report('EPD_BIOGENIC_RANGE', {
      pointer,
      message: tooMuch
        ? 'The product would hold more biogenic carbon than it weighs.'
        : 'The product cannot hold less biogenic carbon than none.',
      expected: most === null ? 'at least 0 kg' : `0 to ${formatDecimal(most, 6)} kg`,
      actual: `${text} kg`,
      remedy:
        'State the carbon in one declared unit, in kg; what was taken up of the air is negative in GWP-biogenic.'
    })
  ]
}

/**
 * Where there is biogenic carbon its uptake shows: carbon dioxide weighs more than the carbon in it.
 * Of methods without GWP-biogenic nobody knows, but for exactly 1 kg, which forms are filled with.
 */
function reviewUptake(text: string | undefined, { epd, figures, reference }: EpdReview): Finding[] {
  const stated = text === undefined ? null : parseAmount(text)
  if (!stated || compare(stated.value, ZERO) <= 0) return []
  const methods = new Set(figures.all.map(({ method }) => method))
  const totals = [...methods].flatMap((method) => {
    const key = { indicator: 'GWP-biogenic', method, module: GATE, scenario: null }
    return totalOf(key, figures, reference.epd.modules)?.value ?? []
  })
  const most = multiply(stated.value, NEGATIVE)
  const taken = totals.some((total) => compare(total, most) <= 0)
  const placeholder = compare(stated.value, ONE) === 0
  if (taken || epd.boundary?.kind === 'gate_to_gate') return []
  if (totals.length === 0 && !placeholder) return []
  return [
    report('EPD_BIOGENIC_CARBON', {
      pointer: PRODUCT,
      message: `${placeholder ? 'Exactly 1' : text} kg of biogenic carbon is stated, and no uptake of as much.`,
      expected: 'the carbon of the product, and its uptake in GWP-biogenic',
      actual: text ?? '',
      remedy:
        'State the carbon that the product holds, 0 where it holds none, or the uptake in GWP-biogenic.'
    })
  ]
}
