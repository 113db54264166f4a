import type { Finding } from '../../finding.ts'
import {
  compare,
  divide,
  formatDecimal,
  multiply,
  ONE,
  parseDecimal,
  type Rational,
  subtract,
  ZERO
} from '../../quantity/rational.ts'
import { parseAmount } from '../amount.ts'
import { declaredMassKg, massKg, weighedByProperties } from '../declared-mass.ts'
import type { MaterialProperty } from '../product.ts'
import { propertyFactor, statesNoUnit } from '../property-unit.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { report } from './table.ts'

/** E8: properties of the material agree with each other and with the mass of the declared unit. */
export const reviewProperties: EpdRule = (review) => [
  ...reviewNumbers(review),
  ...reviewRepeated(review),
  ...reviewDensity(review),
  ...reviewWeight(review),
  ...reviewFactor(review)
]

/** What is no number is neither compared nor weighed by, which nobody would notice. */
function reviewNumbers({ epd }: EpdReview): Finding[] {
  return epd.declaredUnit.properties.flatMap(({ value, property }, index) => {
    if (parseAmount(value)) return []
    const finding = report('EPD_VALUE_INVALID', {
      pointer: `/declaredUnit/properties/${index}/value`,
      message: `The ${property.replaceAll('_', ' ')} is not a decimal number that can be read.`,
      expected: 'for instance 7500 or 7.5E3',
      actual: value.slice(0, 120),
      remedy: 'Write it with a point and nothing between thousands.'
    })
    return [{ ...finding, severity: 'warning' }]
  })
}

/** Of two figures for one property the first is taken, and one reader takes another than the next. */
function reviewRepeated(review: EpdReview): Finding[] {
  const { properties } = review.epd.declaredUnit
  return properties.flatMap(({ property }, index) => {
    const first = properties.findIndex((each) => each.property === property)
    const [one, other] = [first, index].map((at) => statedAt(at, review))
    if (first === index || !one || !other || agree(one.value, other.value, review)) return []
    return [
      report('EPD_PROPERTIES', {
        pointer: other.pointer,
        message: `The ${property.replaceAll('_', ' ')} is stated twice, with different figures; the first counts.`,
        expected: one.text,
        actual: other.text,
        remedy: 'Keep the one that is meant.'
      })
    ]
  })
}

/** Density times thickness is the mass of a square meter. */
function reviewDensity(review: EpdReview): Finding[] {
  const density = propertyOf(review, 'gross_density')
  const thickness = propertyOf(review, 'layer_thickness')
  const grammage = propertyOf(review, 'grammage')
  if (!density || !thickness || !grammage) return []
  const product = multiply(density.value, thickness.value)
  if (agree(product, grammage.value, review)) return []
  return [
    report('EPD_PROPERTIES', {
      pointer: density.pointer,
      message: 'Density times thickness is not the stated mass of a square meter.',
      expected: `grammage ${formatDecimal(product, 4)}, or a density of ${formatDecimal(divide(grammage.value, thickness.value), 4)}`,
      actual: `density ${density.text}, thickness ${thickness.text}, grammage ${grammage.text}`,
      remedy: 'Check the units: a factor of 1000 is grams for kilograms.'
    })
  ]
}

/**
 * What one declared unit weighs is stated beside it, and follows from a property as well. A heap is lighter
 * than what it is a heap of, so that one density which fits will do.
 */
function reviewWeight(review: EpdReview): Finding[] {
  const { declaredUnit } = review.epd
  const { value, unit, mass: stated, properties } = declaredUnit
  const mass = stated && massKg(stated, review.reference.units)
  const weighed = weighedByProperties(declaredUnit, review.reference)
  const [first] = weighed
  if (!first || !mass || mass.n <= 0n) return []
  if (weighed.some(([, kg]) => agree(kg, mass, review))) return []
  const [property, kg] = first
  return [
    report('EPD_PROPERTIES', {
      pointer: `/declaredUnit/properties/${properties.indexOf(property)}/value`,
      message: `By the ${property.property.replaceAll('_', ' ')} the declared unit does not weigh what is stated; the stated mass counts.`,
      expected: `${formatDecimal(mass, 6)} kg for ${value} ${unit}`,
      actual: `${formatDecimal(kg, 6)} kg by ${property.value} ${property.unit}`,
      remedy: 'Correct the mass or the property: a factor of 1000 is grams for kilograms.'
    })
  ]
}

/** The factor to 1 kg is what the declared unit weighs; turned over it is told apart. */
function reviewFactor(review: EpdReview): Finding[] {
  const factor = propertyOf(review, 'conversion_factor_to_1_kg')
  const mass = declaredMassKg(review.epd.declaredUnit, review.reference)
  if (!factor || !mass || mass.n <= 0n || agree(factor.value, mass, review)) return []
  const inverted = agree(multiply(factor.value, mass), ONE, review)
  return [
    report('EPD_CONVERSION_FACTOR', {
      pointer: factor.pointer,
      message: inverted
        ? 'The conversion factor to 1 kg is the wrong way round.'
        : 'The conversion factor to 1 kg is not the mass of the declared unit.',
      expected: formatDecimal(mass, 6),
      actual: factor.text,
      remedy: 'State how many kilograms the declared unit weighs, or correct the declared unit.'
    })
  ]
}

interface Stated {
  readonly value: Rational
  readonly text: string
  readonly pointer: string
}

/** The first property of the name that is more than zero. */
function propertyOf(review: EpdReview, name: MaterialProperty['property']): Stated | null {
  const { properties } = review.epd.declaredUnit
  return statedAt(
    properties.findIndex(({ property }) => property === name),
    review
  )
}

/** What is stated there, where that is more than zero; Java writes small numbers as 4.35E-4. */
function statedAt(index: number, { epd, reference }: EpdReview): Stated | null {
  const stated = epd.declaredUnit.properties[index]
  const amount = stated && parseAmount(stated.value)
  const factor = stated && propertyFactor(stated, reference.epd.rules.properties.units)
  if (!stated || !amount || !factor || amount.value.n <= 0n) return null
  const unit = statesNoUnit(stated.unit) ? '' : ` ${stated.unit}`
  return {
    value: multiply(amount.value, factor),
    text: `${stated.value}${unit}`,
    pointer: `/declaredUnit/properties/${index}/value`
  }
}

function agree(a: Rational, b: Rational, { reference }: EpdReview): boolean {
  const difference = subtract(divide(a, b), ONE)
  const distance = difference.n < 0n ? { n: -difference.n, d: difference.d } : difference
  const tolerance = parseDecimal(reference.epd.rules.properties.tolerance) ?? ZERO
  return compare(distance, tolerance) <= 0
}
