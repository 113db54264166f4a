/** An exact number; `d` is positive. In lowest terms unless a function says otherwise. */
export interface Rational {
  readonly n: bigint
  readonly d: bigint
}

export const ZERO: Rational = Object.freeze({ n: 0n, d: 1n })
export const ONE: Rational = Object.freeze({ n: 1n, d: 1n })

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/
const MAX_DIGITS = 40
const POWERS_OF_TEN = Array.from(
  { length: MAX_DIGITS + 1 },
  (_, exponent) => 10n ** BigInt(exponent)
)

/** The quotient in lowest terms. Throws a RangeError when `d` is zero. */
export function rational(n: bigint, d: bigint = 1n): Rational {
  if (d === 0n) throw new RangeError('division by zero')
  const divisor = greatestCommonDivisor(n, d)
  return d < 0n ? { n: -n / divisor, d: -d / divisor } : { n: n / divisor, d: d / divisor }
}

/** As `rational`, without the cost of reducing: for what is only compared or rounded. */
export function ratio(n: bigint, d: bigint): Rational {
  if (d <= 0n) throw new RangeError('a ratio to nothing')
  return { n, d }
}

/**
 * Reads a decimal such as `-12.50`: no exponent, no leading zeros or plus sign, a digit on both
 * sides of the point, at most 40 digits. Null for anything else.
 */
export function parseDecimal(text: string): Rational | null {
  const decimal = parseDecimalUnreduced(text)
  return decimal === null ? null : rational(decimal.n, decimal.d)
}

/** As `parseDecimal`, with the power of ten of the text as denominator, so not in lowest terms. */
export function parseDecimalUnreduced(text: string): Rational | null {
  const known = READ.get(text)
  if (known !== undefined) return known
  const decimal = read(text)
  if (decimal === null || text.length > SHORT) return decimal
  if (READ.size === READ_MOST) READ.clear()
  READ.set(text, Object.freeze(decimal))
  return decimal
}

/** The same figure of an assay is read by one rule after the other. */
const READ = new Map<string, Rational>()
const READ_MOST = 4_096
/** A longer text may be a view of the whole document, which would be kept with it. */
const SHORT = 12

function read(text: string): Rational | null {
  if (!DECIMAL.test(text)) return null
  const point = text.indexOf('.')
  const places = point === -1 ? 0 : text.length - point - 1
  const digits = text.length - (point === -1 ? 0 : 1) - (text.startsWith('-') ? 1 : 0)
  if (digits > MAX_DIGITS) return null
  if (point === -1) return { n: BigInt(text), d: 1n }
  const d = POWERS_OF_TEN[places]
  return d === undefined ? null : { n: BigInt(text.slice(0, point) + text.slice(point + 1)), d }
}

export function add(a: Rational, b: Rational): Rational {
  return rational(a.n * b.d + b.n * a.d, a.d * b.d)
}

export function subtract(a: Rational, b: Rational): Rational {
  return rational(a.n * b.d - b.n * a.d, a.d * b.d)
}

export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.n * b.n, a.d * b.d)
}

/** Throws a RangeError when `b` is zero. */
export function divide(a: Rational, b: Rational): Rational {
  return rational(a.n * b.d, a.d * b.n)
}

/** As `add`, without the cost of reducing: for sums that are only compared or rounded. */
export function addUnreduced(a: Rational, b: Rational): Rational {
  if (a.n === 0n) return b
  return a.d === b.d ? { n: a.n + b.n, d: a.d } : { n: a.n * b.d + b.n * a.d, d: a.d * b.d }
}

/** As `multiply`, without the cost of reducing. */
export function multiplyUnreduced(a: Rational, b: Rational): Rational {
  return { n: a.n * b.n, d: a.d * b.d }
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Rational, b: Rational): -1 | 0 | 1 {
  const left = a.n * b.d
  const right = b.n * a.d
  if (left < right) return -1
  return left > right ? 1 : 0
}

/** The nearest integer; a tie goes to the even neighbor. `d` may share factors with `n`. */
export function roundHalfEven(r: Rational): bigint {
  const low = floor(r)
  const twice = 2n * (r.n - low * r.d)
  if (twice < r.d) return low
  if (twice > r.d) return low + 1n
  return low % 2n === 0n ? low : low + 1n
}

/** The greatest integer that is not above `r`. */
export function floor(r: Rational): bigint {
  const quotient = r.n / r.d
  return r.n < 0n && quotient * r.d !== r.n ? quotient - 1n : quotient
}

/** The least integer that is not below `r`. */
export function ceiling(r: Rational): bigint {
  return -floor({ n: -r.n, d: r.d })
}

/** Decimal text with exactly `digits` places, rounded half to even; zero has no sign. */
export function formatDecimal(r: Rational, digits: number): string {
  const scaled = roundHalfEven({ n: r.n * 10n ** BigInt(digits), d: r.d })
  const sign = scaled < 0n ? '-' : ''
  const text = (scaled < 0n ? -scaled : scaled).toString().padStart(digits + 1, '0')
  if (digits === 0) return sign + text
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a
  let y = b < 0n ? -b : b
  while (y !== 0n) {
    const rest = x % y
    x = y
    y = rest
  }
  return x
}
