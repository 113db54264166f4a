import { parseDecimal, type Rational, rational, roundHalfEven } from './rational.ts'
import type { UnitTable } from './unit.ts'

/** The books count whole micrograms. */
const MICROGRAMS_PER_KILOGRAM = 1_000_000_000n

/** What a 64-bit column holds with room to spare: 9 million tonnes. */
export const MAX_MASS_UG = 9_000_000_000_000_000_000n

/**
 * The stated mass in micrograms, exactly and unrounded, with its sign. Null when the text is not a
 * decimal or the unit is not a convertible Rec 20 unit of mass.
 */
export function exactMicrograms(value: string, unit: string, units: UnitTable): Rational | null {
  const facts = units.get(unit)
  if (facts === undefined || facts.quantity !== 'mass' || facts.factor === null) return null
  const stated = parseDecimal(value)
  const factor = parseDecimal(facts.factor)
  if (stated === null || factor === null) return null
  return rational(stated.n * factor.n * MICROGRAMS_PER_KILOGRAM, stated.d * factor.d)
}

/** As `exactMicrograms`, rounded once, half to even. */
export function toMicrograms(value: string, unit: string, units: UnitTable): bigint | null {
  const exact = exactMicrograms(value, unit, units)
  return exact === null ? null : roundHalfEven(exact)
}

const ZERO = 48

/** Kilograms as exact decimal text without trailing zeros: 300000000n is `0.3`. */
export function formatKg(ug: bigint): string {
  const sign = ug < 0n ? '-' : ''
  const digits = (ug < 0n ? -ug : ug).toString().padStart(10, '0')
  const point = digits.length - 9
  let end = digits.length
  while (end > point && digits.charCodeAt(end - 1) === ZERO) end -= 1
  const whole = sign + digits.slice(0, point)
  return end === point ? whole : `${whole}.${digits.slice(point, end)}`
}

/** The same for many masses in a row: parts of a lot often weigh the same, and are written once. */
export function kgFormatter(): (ug: bigint) => string {
  let last = 0n
  let text = formatKg(last)
  return (ug) => {
    if (ug !== last) {
      text = formatKg(ug)
      last = ug
    }
    return text
  }
}

/** The sum in micrograms. Masses are added here and nowhere else. */
export function sumMass(masses: Iterable<bigint>): bigint {
  let sum = 0n
  for (const mass of masses) sum += mass
  return sum
}
