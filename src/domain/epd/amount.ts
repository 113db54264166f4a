import {
  add,
  compare,
  formatDecimal,
  multiply,
  type Rational,
  rational,
  subtract,
  ZERO
} from '../quantity/rational.ts'

/** A stated number: its exact value and the place value of its last stated digit. */
export interface Amount {
  readonly value: Rational
  /** 1 for `12`, 1/100 for `12.30`, 10 for `2E1`; zero for a plain `0`, which is exact. */
  readonly unit: Rational
}

const AMOUNT = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/
const MAX_DIGITS = 60
const MAX_EXPONENT = 320

/**
 * Reads a decimal as declarations write it (XML Schema Part 2, 3.2.5): `-1.50E-7`, and `.5`, `5.` and
 * `+5` as well. Null for anything else, and for what no double could hold.
 */
export function parseAmount(text: string): Amount | null {
  if (text.length > MAX_DIGITS) return null
  const match = AMOUNT.exec(text)
  if (match === null) return null
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const power = Number(exponent)
  if (Math.abs(power) > MAX_EXPONENT) return null
  // Only the size is asked of the double: whoever reads 2E320 as one gets infinity.
  if (power > 0 && !Number.isFinite(Number(text))) return null
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n)
  if (digits === 0n && fraction === '') return { value: ZERO, unit: ZERO }
  const place = powerOfTen(power - fraction.length)
  return { value: rational(digits * place.n, place.d), unit: place }
}

/** How to mend what `parseAmount` does not read. */
export function amountRemedy(text: string): string {
  return AMOUNT.test(text)
    ? `Write at most ${MAX_DIGITS} characters, and no more than a double holds (1.7E308).`
    : 'Write it with a point and nothing between thousands; MND says that a module is not declared, INA that the indicator is not assessed.'
}

/**
 * The same number as JSON writes numbers: `0.50E-7` for `+.50E-7`, every stated digit kept. Null for
 * what `parseAmount` does not read.
 */
export function jsonSpelling(text: string): string | null {
  if (parseAmount(text) === null) return null
  const [, sign = '', whole = '', fraction = '', exponent] = AMOUNT.exec(text) ?? []
  const digits = whole.replace(/^0+(?=\d)/, '') || '0'
  const rest = exponent === undefined ? '' : text.slice(text.search(/[eE]/))
  return `${sign === '-' ? sign : ''}${digits}${fraction === '' ? '' : `.${fraction}`}${rest}`
}

/**
 * True where the total can be the sum of the parts: they differ by at most half a unit of the last
 * stated place of every number, or by `tolerance` of the largest of them. Stated digits alone do not
 * do: figures are rounded first, and then converted and exported with more digits.
 */
export function agrees(total: Amount, parts: readonly Amount[], tolerance: Rational): boolean {
  const difference = parts.reduce((rest, part) => subtract(rest, part.value), total.value)
  const distance = magnitude(difference)
  const numbers = [total, ...parts]
  const units = numbers.reduce((sum, { unit }) => add(sum, unit), ZERO)
  if (compare({ n: distance.n * 2n, d: distance.d }, units) <= 0) return true
  const largest = numbers
    .map(({ value }) => magnitude(value))
    .reduce((most, value) => (compare(value, most) > 0 ? value : most), ZERO)
  return compare(distance, multiply(largest, tolerance)) <= 0
}

/**
 * A product of decimals in plain digits, exact and without zeros at its end: `0.00042` for `4.2E-4`.
 * Null for a number that no decimal is, such as a third.
 */
export function plainDecimal(value: Rational): string | null {
  let rest = value.d
  let places = 0
  for (; rest % 10n === 0n; rest /= 10n) places += 1
  for (; rest % 2n === 0n; rest /= 2n) places += 1
  for (; rest % 5n === 0n; rest /= 5n) places += 1
  return rest === 1n ? formatDecimal(value, places) : null
}

function magnitude({ n, d }: Rational): Rational {
  return n < 0n ? { n: -n, d } : { n, d }
}

function powerOfTen(power: number): Rational {
  return power < 0 ? { n: 1n, d: 10n ** BigInt(-power) } : { n: 10n ** BigInt(power), d: 1n }
}
