import {
  compare,
  divide,
  multiply,
  ONE,
  parseDecimal,
  type Rational
} from '../quantity/rational.ts'
import { declaredMassKg, type MassTables } from './declared-mass.ts'
import { type DeclaredUnit, type Quantity, UNSTATED } from './product.ts'

/**
 * How many of one declared unit the other one is: 1000 of a kilogram in a tonne. Null where that cannot
 * be told. Where either does not say its unit, it is taken for the same: nothing is known of a change.
 */
export function unitRatio(
  before: DeclaredUnit,
  after: DeclaredUnit,
  tables: MassTables
): Rational | null {
  const stated = [before, after].flatMap(({ value, unit }) => [value, unit])
  if (stated.includes(UNSTATED)) return ONE
  const [was, is] = [before, after].map((each) => amountOf(each, before, tables))
  if (was && is && compare(was, { n: 0n, d: 1n }) > 0) return divide(is, was)
  const [mass, now] = [before, after].map((each) => declaredMassKg(each, tables))
  return mass && now && mass.n > 0n ? divide(now, mass) : null
}

/** In the base unit of what the first one measures; null where this one measures something else. */
function amountOf({ value, unit }: Quantity, { unit: first }: Quantity, { units }: MassTables) {
  const amount = parseDecimal(value)
  if (unit === first) return amount
  const [facts, wanted] = [units.get(unit), units.get(first)]
  const factor =
    facts && facts.quantity === wanted?.quantity ? parseDecimal(facts.factor ?? '') : null
  return amount && factor && multiply(amount, factor)
}
