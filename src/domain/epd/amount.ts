import { compare, type Rational, rational, subtract, ZERO } from '../quantity/rational.ts'

/** A stated number: its exact value and the place value of its last stated digit. */
export interface Amount {
  readonly value: Rational
  /** 1 for `12`, 1/100 for `12.30`, 10 for `2E1`; zero for a plain `0`, which is exact. */
  readonly unit: Rational
}

const AMOUNT = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/
const MAX_DIGITS = 60
const MAX_EXPONENT = 320

/**
 * Reads a decimal as declarations write it, exponents included: `-1.50E-7`. Null for anything else,
 * and for what no double could hold.
 */
export function parseAmount(text: string): Amount | null {
  if (text.length > MAX_DIGITS) return null
  const match = AMOUNT.exec(text)
  if (match === null) return null
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const power = Number(exponent)
  if (Math.abs(power) > MAX_EXPONENT) return null
  const digits = BigInt(`${sign}${whole}${fraction}`)
  if (digits === 0n && fraction === '') return { value: ZERO, unit: ZERO }
  const place = powerOfTen(power - fraction.length)
  return { value: rational(digits * place.n, place.d), unit: place }
}

/**
 * True where the total can be the sum of the parts, each rounded to the digits that it is stated
 * with: they differ by at most half a unit of the last place of every number.
 */
export function agrees(total: Amount, parts: readonly Amount[]): boolean {
  const difference = parts.reduce((rest, part) => subtract(rest, part.value), total.value)
  const slack = [total, ...parts].reduce(
    (sum, { unit }) => rational(sum.n * unit.d + unit.n * sum.d, sum.d * unit.d),
    ZERO
  )
  const distance = difference.n < 0n ? { n: -difference.n, d: difference.d } : difference
  return compare({ n: distance.n * 2n, d: distance.d }, slack) <= 0
}

function powerOfTen(power: number): Rational {
  return power < 0 ? { n: 1n, d: 10n ** BigInt(-power) } : { n: 10n ** BigInt(power), d: 1n }
}
