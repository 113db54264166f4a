import { compoundOf } from '../../chemistry/formula.ts'
import type { Finding } from '../../finding.ts'
import {
  add,
  compare,
  formatDecimal,
  parseDecimal,
  type Rational,
  ZERO
} from '../../quantity/rational.ts'
import type { Component, Composition } from '../product.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { isPercent } from './share.ts'
import { report } from './table.ts'

const POINTER = '/product/composition/components'

/** E7: known substances, shares that are shares, and a whole that is one. */
export const reviewComposition: EpdRule = (review) => {
  const { composition } = review.epd.product
  if (!composition) return []
  const findings = composition.components.flatMap((component, index) => [
    ...reviewSubstance(component, composition, `${POINTER}/${index}`, review),
    ...reviewRange(component, `${POINTER}/${index}`)
  ])
  return findings.some(({ code }) => code === 'EPD_COMPOSITION_RANGE')
    ? findings
    : [...findings, ...reviewSum(composition, review)]
}

function reviewSubstance(
  { substance }: Component,
  { basis }: Composition,
  pointer: string,
  { reference }: EpdReview
): Finding[] {
  const { chemistry } = reference
  const known =
    basis === 'substance' ||
    (basis === 'element'
      ? chemistry.elements.has(substance)
      : compoundOf(substance, chemistry)?.atoms.has('O') === true)
  if (known) return []
  return [
    report('EPD_COMPOSITION_SUBSTANCE', {
      pointer: `${pointer}/substance`,
      message: `${substance} is not an ${basis}.`,
      expected: basis === 'element' ? 'a symbol such as Nd' : 'a formula such as Nd2O3',
      actual: substance,
      remedy: 'Basis substance takes any name.'
    })
  ]
}

function reviewRange(component: Component, pointer: string): Finding[] {
  const names = [
    'sharePct',
    'minimumPct',
    'maximumPct',
    'postConsumerPct',
    'preConsumerPct'
  ] as const
  const findings = names.flatMap((name) => {
    const stated = component[name]
    return stated === undefined || isPercent(stated)
      ? []
      : [outOfRange(`${pointer}/${name}`, '0 to 100', stated)]
  })
  const { minimumPct, maximumPct } = component
  const turned =
    minimumPct !== undefined &&
    maximumPct !== undefined &&
    compare(decimal(minimumPct), decimal(maximumPct)) > 0
  if (turned)
    findings.push(outOfRange(`${pointer}/maximumPct`, `at least ${minimumPct}`, maximumPct))
  return findings
}

function outOfRange(pointer: string, expected: string, actual: string): Finding {
  return report('EPD_COMPOSITION_RANGE', {
    pointer,
    message: 'The share of a component is out of range.',
    expected,
    actual,
    remedy:
      'State shares as percentages of the declared unit, with the minimum no higher than the maximum.'
  })
}

/** The least that the components can add up to, and the most; one without a share may be anything. */
function reviewSum({ components, complete }: Composition, { reference }: EpdReview): Finding[] {
  const { minimumPct, maximumPct } = reference.epd.rules.composition
  const counted = components.filter(({ packaging }) => packaging !== true)
  const least = sum(counted, ({ sharePct, minimumPct: low }) => sharePct ?? low ?? '0')
  const most = sum(counted, ({ sharePct, maximumPct: high }) => sharePct ?? high ?? '100')
  const tooMuch = compare(least, decimal(maximumPct)) > 0
  const tooLittle = complete && compare(most, decimal(minimumPct)) < 0
  if (!tooMuch && !tooLittle) return []
  return [
    report('EPD_COMPOSITION_SUM', {
      pointer: POINTER,
      message: `The components add up to ${tooMuch ? 'more than the whole' : 'less than the whole, though it says complete'}.`,
      expected: `${complete ? minimumPct : 0} to ${maximumPct} %`,
      actual: `${formatDecimal(tooMuch ? least : most, 4)} %`,
      remedy: 'Check the basis: an oxide weighs more than the element in it.'
    })
  ]
}

function sum(components: readonly Component[], share: (component: Component) => string): Rational {
  return components.reduce((total, component) => add(total, decimal(share(component))), ZERO)
}

function decimal(text: string): Rational {
  return parseDecimal(text) ?? ZERO
}
