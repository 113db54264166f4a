import type { Finding } from '../../finding.ts'
import {
  compare,
  divide,
  formatDecimal,
  parseDecimal,
  type Rational,
  ZERO
} from '../../quantity/rational.ts'
import { declaredMassKg } from '../declared-mass.ts'
import { type FigureKey, totalOf } from '../figures.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import type { PlausibilityBand } from '../table.ts'
import { report } from './table.ts'

const GATE = 'A1-A3'

/**
 * E20: the footprint of a kilogram lies where published studies of the product lie. Outside the
 * wide bounds it is refused (a wrong unit, basis or boundary), outside the narrow ones it is told.
 */
export const reviewPlausibility: EpdRule = (review) => {
  const { epd, reference } = review
  const band = bandOf(review)
  const mass = declaredMassKg(epd.declaredUnit, reference)
  if (!band || !mass || mass.n <= 0n) return []
  return gateKeys(review, band).flatMap((key) => {
    const total = totalOf(key, review.figures, reference.epd.modules)
    return total ? judge(divide(total.value, mass), total.pointer, key, band) : []
  })
}

/** The band of the declared feed, else the one for no particular feed. Gate-to-gate has no band. */
function bandOf({ epd, reference }: EpdReview): PlausibilityBand | undefined {
  const { kind } = epd.boundary ?? {}
  if (kind === undefined || kind === 'gate_to_gate') return undefined
  const bands = reference.epd.bands.filter(({ products }) => products.includes(epd.product.class))
  return (
    bands.find(({ feed }) => feed !== null && feed === epd.product.feed) ??
    bands.find(({ feed }) => feed === null)
  )
}

function gateKeys({ figures }: EpdReview, band: PlausibilityBand): FigureKey[] {
  const keys = new Map<string, FigureKey>()
  for (const { indicator, method, scenario } of figures.all) {
    if (!band.indicators.includes(indicator)) continue
    keys.set(`${indicator} ${method} ${scenario}`, { indicator, method, scenario, module: GATE })
  }
  return [...keys.values()]
}

function judge(
  perKg: Rational,
  pointer: string,
  key: FigureKey,
  band: PlausibilityBand
): Finding[] {
  const refused = band.refuse !== null && outside(perKg, band.refuse)
  if (!refused && !outside(perKg, band.warn)) return []
  const [low, high] = refused && band.refuse ? band.refuse : band.warn
  const finding = report('EPD_IMPLAUSIBLE_GWP', {
    pointer,
    message: `${key.indicator} per kilogram is ${refused ? 'out of all proportion' : 'unusual'} for this product.`,
    expected: `${low} to ${high} kg CO2 eq per kg (${band.source})`,
    actual: `${formatDecimal(perKg, 3)} kg CO2 eq per kg`,
    remedy: 'Check the declared unit, the boundary and what the product is made from (`feed`).'
  })
  return [refused ? finding : { ...finding, severity: 'warning' }]
}

function outside(value: Rational, [low, high]: readonly [string, string]): boolean {
  return (
    compare(value, parseDecimal(low) ?? ZERO) < 0 || compare(value, parseDecimal(high) ?? ZERO) > 0
  )
}
